package dev.unroll.net;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Standardisation of inputs: x' = (x − mean) / deviation, feature by feature. Part of the model, so
 * that scoring cannot forget it.
 *
 * @param mean per feature
 * @param deviation standard deviation per feature, greater than 0
 */
public record Scaling(double[] mean, double[] deviation) implements Serializable {

  public Scaling {
    if (mean.length != deviation.length) {
      throw new IllegalArgumentException(
          mean.length + " means but " + deviation.length + " deviations");
    }
  }

  /** Leaves values as they are. */
  public static Scaling none(int size) {
    double[] ones = new double[size];
    Arrays.fill(ones, 1);
    return new Scaling(new double[size], ones);
  }

  public int size() {
    return mean.length;
  }

  /** Whether {@link #apply} would change nothing. */
  boolean isNone() {
    for (int j = 0; j < mean.length; j++) {
      if (mean[j] != 0 || deviation[j] != 1) {
        return false;
      }
    }
    return true;
  }

  /** Scales one step: {@code size()} values from {@code from[at]} to {@code to[toAt]}. */
  public void apply(float[] from, int at, float[] to, int toAt) {
    for (int j = 0; j < mean.length; j++) {
      to[toAt + j] = (float) ((from[at + j] - mean[j]) / deviation[j]);
    }
  }

  /** The value that {@code apply} maps to {@code scaled}. */
  public double invert(int feature, float scaled) {
    return scaled * deviation[feature] + mean[feature];
  }
}
