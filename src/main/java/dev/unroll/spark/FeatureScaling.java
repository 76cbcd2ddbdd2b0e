package dev.unroll.spark;

import dev.unroll.net.Scaling;
import java.util.Arrays;
import org.apache.spark.api.java.JavaRDD;

/**
 * Level and scale of each feature over a whole data set. All figures are exact until they are
 * rounded at their end: the order of the values and their partitions do not change a bit of them. A
 * scale of 0 becomes 1: of a feature that does not vary, and with {@link ScalingMethod#ROBUST} of
 * one whose middle half does not.
 */
public final class FeatureScaling {
  static final double[] QUARTILES = {0.25, 0.5, 0.75};

  private FeatureScaling() {}

  /**
   * Reads the data once, or four times for quartiles (256 features at a time): cache what is costly
   * to make.
   *
   * @param steps finite values, each array holding whole steps of {@code width} values
   * @param maxSeconds when a job gives up
   * @throws InvalidDataException if there is no step
   */
  public static Scaling of(
      JavaRDD<float[]> steps, int width, ScalingMethod method, double maxSeconds) {
    Totals totals = new Totals("scale features", maxSeconds);
    return switch (method) {
      case NONE -> Scaling.none(width);
      case STANDARD -> standard(moments(steps, width, totals));
      case MIN_MAX -> range(steps, width, totals);
      case ROBUST -> quartiles(Quantiles.of(steps, width, QUARTILES, totals));
      case MEAN_ABS -> {
        ExactMoments moments = moments(steps.map(FeatureScaling::absolute), width, totals);
        yield new Scaling(new double[width], positive(moments.mean()));
      }
    };
  }

  /**
   * What {@link ScalingMethod#STANDARD} makes of data whose moments are known.
   *
   * @throws InvalidDataException if there is no step
   */
  public static Scaling standard(ExactMoments moments) {
    requireSteps(moments.count());
    return new Scaling(moments.mean(), moments.deviation());
  }

  private static ExactMoments moments(JavaRDD<float[]> steps, int width, Totals totals) {
    ExactMoments all =
        totals.of(
            steps,
            parts -> {
              ExactMoments moments = new ExactMoments(width);
              while (parts.hasNext()) {
                float[] values = parts.next();
                for (int at = 0; at < values.length; at += width) {
                  moments.add(values, at);
                }
              }
              return moments;
            },
            (a, b) -> {
              a.merge(b);
              return a;
            });
    requireSteps(all.count());
    return all;
  }

  private static Scaling range(JavaRDD<float[]> steps, int width, Totals totals) {
    FeatureRange all =
        totals.of(
            steps,
            parts -> {
              FeatureRange range = new FeatureRange(width);
              while (parts.hasNext()) {
                float[] values = parts.next();
                for (int at = 0; at < values.length; at += width) {
                  range.add(values, at);
                }
              }
              return range;
            },
            (a, b) -> {
              a.merge(b);
              return a;
            });
    requireSteps(all.count());
    return new Scaling(all.least(), all.width());
  }

  /**
   * @param quartiles three of each feature
   */
  static Scaling quartiles(double[][] quartiles) {
    double[] median = Arrays.stream(quartiles).mapToDouble(q -> q[1]).toArray();
    double[] range = Arrays.stream(quartiles).mapToDouble(q -> q[2] - q[0]).toArray();
    return new Scaling(median, positive(range));
  }

  /** With 1 in place of 0. */
  private static double[] positive(double[] scales) {
    return Arrays.stream(scales).map(scale -> scale > 0 ? scale : 1).toArray();
  }

  private static float[] absolute(float[] values) {
    float[] absolute = new float[values.length];
    for (int i = 0; i < absolute.length; i++) {
      absolute[i] = Math.abs(values[i]);
    }
    return absolute;
  }

  static void requireSteps(long count) {
    if (count == 0) {
      throw new InvalidDataException(
          "there is no step to take the scaling from; expected at least one row that can be used");
    }
  }
}
