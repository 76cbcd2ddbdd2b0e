package dev.unroll.spark;

import dev.unroll.net.Scaling;

/** Level and scale of each feature over one sequence, from its own values alone. */
public final class SeriesScaling {
  private SeriesScaling() {}

  /**
   * Figures of the method over the steps; the scale of a feature that does not vary is 1. With
   * {@link ScalingMethod#MEAN_ABS} it is 1 + mean |x| (Salinas et al. 2020, DeepAR), which is never
   * near 0.
   *
   * @param values whole steps of {@code width} finite values, at least one
   */
  public static Scaling of(float[] values, int width, ScalingMethod method) {
    double[] level = new double[width];
    double[] scale = new double[width];
    float[] feature = new float[values.length / width];
    for (int j = 0; j < width; j++) {
      for (int t = 0; t < feature.length; t++) {
        feature[t] = values[t * width + j];
      }
      double[] figures = figures(feature, method);
      level[j] = figures[0];
      scale[j] = figures[1] > 0 ? figures[1] : 1;
    }
    return new Scaling(level, scale);
  }

  private static double[] figures(float[] values, ScalingMethod method) {
    return switch (method) {
      case NONE -> new double[] {0, 1};
      case STANDARD -> moments(values);
      case MIN_MAX -> range(values);
      case ROBUST -> {
        double[] quartiles = Quantiles.of(values, FeatureScaling.QUARTILES);
        yield new double[] {quartiles[1], quartiles[2] - quartiles[0]};
      }
      case MEAN_ABS -> new double[] {0, 1 + meanAbs(values)};
    };
  }

  private static double[] moments(float[] values) {
    double[] range = range(values);
    if (range[1] == 0) {
      return range; // the rounded mean may miss the one value by a hair, and that be the deviation
    }
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (float value : values) {
      squares += (value - mean) * (value - mean);
    }
    return new double[] {mean, Math.sqrt(squares / values.length)};
  }

  private static double[] range(float[] values) {
    double least = values[0];
    double largest = values[0];
    for (float value : values) {
      least = Math.min(least, value);
      largest = Math.max(largest, value);
    }
    return new double[] {least + 0.0, largest - least};
  }

  private static double meanAbs(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += Math.abs(value);
    }
    return sum / values.length;
  }
}
