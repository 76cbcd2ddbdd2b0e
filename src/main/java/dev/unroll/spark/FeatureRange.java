package dev.unroll.spark;

import java.io.Serializable;
import java.util.Arrays;

/** The least and the largest value of each of several features. */
final class FeatureRange implements Serializable {
  private static final long serialVersionUID = 1L;

  private final float[] least;
  private final float[] largest;
  private long count;

  FeatureRange(int features) {
    least = new float[features];
    largest = new float[features];
    Arrays.fill(least, Float.POSITIVE_INFINITY);
    Arrays.fill(largest, Float.NEGATIVE_INFINITY);
  }

  /** Adds one step, from {@code at} on. */
  void add(float[] values, int at) {
    count++;
    for (int j = 0; j < least.length; j++) {
      least[j] = Math.min(least[j], values[at + j]);
      largest[j] = Math.max(largest[j], values[at + j]);
    }
  }

  void merge(FeatureRange other) {
    count += other.count;
    for (int j = 0; j < least.length; j++) {
      least[j] = Math.min(least[j], other.least[j]);
      largest[j] = Math.max(largest[j], other.largest[j]);
    }
  }

  long count() {
    return count;
  }

  double[] least() {
    double[] values = new double[least.length];
    for (int j = 0; j < values.length; j++) {
      values[j] = least[j] + 0.0; // −0 becomes 0
    }
    return values;
  }

  /** Largest less least; 1 for a feature that does not vary. */
  double[] width() {
    double[] width = new double[least.length];
    for (int j = 0; j < width.length; j++) {
      double difference = (double) largest[j] - least[j];
      width[j] = difference > 0 ? difference : 1;
    }
    return width;
  }
}
