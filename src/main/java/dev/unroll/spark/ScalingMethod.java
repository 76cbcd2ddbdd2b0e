package dev.unroll.spark;

import java.util.Arrays;
import java.util.List;

/** Which level is subtracted from the values of a feature, and which scale divides them then. */
public enum ScalingMethod {
  /** Mean and population standard deviation. */
  STANDARD("standard"),
  /** Least value, and largest less least. */
  MIN_MAX("minMax"),
  /** Median and interquartile range: outliers do not matter. */
  ROBUST("robust"),
  /** Level 0 and the mean of |x|: zero and signs stay. */
  MEAN_ABS("meanAbs"),
  /** Level 0 and scale 1. */
  NONE("none");

  private final String label;

  ScalingMethod(String label) {
    this.label = label;
  }

  /** The word for it in settings and files. */
  public String label() {
    return label;
  }

  /** The method of this label. */
  public static ScalingMethod of(String label) {
    return Arrays.stream(values())
        .filter(method -> method.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no scaling method \"%s\"; expected one of %s"
                        .formatted(label, String.join(", ", labels()))));
  }

  /** All labels. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(ScalingMethod::label).toList();
  }
}
