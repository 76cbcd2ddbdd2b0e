package dev.unroll.spark.rounds;

import java.io.Serializable;

/**
 * Count, mean and sum of squared deviations of each of several features, updated one step at a time
 * (Welford 1962) and merged in a fixed order (Chan, Golub and LeVeque 1983).
 */
final class Moments implements Serializable {
  private static final long serialVersionUID = 1L;

  private long count;
  private final double[] mean;
  private final double[] squares;

  Moments(int size) {
    mean = new double[size];
    squares = new double[size];
  }

  /** Adds one step, {@code mean.length} values from {@code at} on. */
  void add(float[] values, int at) {
    count++;
    for (int j = 0; j < mean.length; j++) {
      double before = values[at + j] - mean[j];
      mean[j] += before / count;
      squares[j] += before * (values[at + j] - mean[j]);
    }
  }

  void merge(Moments other) {
    if (other.count == 0) {
      return;
    }
    long total = count + other.count;
    for (int j = 0; j < mean.length; j++) {
      double distance = other.mean[j] - mean[j];
      mean[j] += distance * other.count / total;
      squares[j] += other.squares[j] + distance * distance * count / total * other.count;
    }
    count = total;
  }

  double[] mean() {
    return mean.clone();
  }

  /** Population standard deviations; 1 for a feature that does not vary. */
  double[] deviation() {
    double[] deviation = new double[squares.length];
    for (int j = 0; j < squares.length; j++) {
      double value = Math.sqrt(squares[j] / count);
      deviation[j] = value > 0 ? value : 1;
    }
    return deviation;
  }
}
