package dev.unroll.net;

import dev.unroll.math.KeyedRandom;

/** Ways to fill a part of a weight matrix: {@code count} rows from row {@code first} on. */
final class Initializers {
  private Initializers() {}

  /** Uniform in ±√(6 / (cols + count)) (Glorot and Bengio 2010). */
  static void glorotUniform(
      float[] weights, Slice slice, int first, int count, KeyedRandom random) {
    double limit = Math.sqrt(6.0 / (slice.cols() + count));
    int from = slice.offset() + first * slice.cols();
    for (int j = 0; j < count * slice.cols(); j++) {
      weights[from + j] = (float) ((2 * random.nextDouble() - 1) * limit);
    }
  }

  /**
   * A random matrix with orthonormal rows (Saxe et al. 2014): Gaussian rows, each made orthogonal
   * to those before it, twice, since once loses accuracy (Giraud et al. 2005). Needs count ≤ cols.
   */
  static void orthogonal(float[] weights, Slice slice, int first, int count, KeyedRandom random) {
    int n = slice.cols();
    double[][] rows = new double[count][n];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < n; j++) {
        rows[i][j] = random.nextGaussian();
      }
      for (int pass = 0; pass < 2; pass++) {
        for (int before = 0; before < i; before++) {
          subtract(rows[i], rows[before], dot(rows[i], rows[before]));
        }
      }
      double norm = Math.sqrt(dot(rows[i], rows[i]));
      for (int j = 0; j < n; j++) {
        rows[i][j] /= norm;
        weights[slice.offset() + (first + i) * n + j] = (float) rows[i][j];
      }
    }
  }

  /** Sets {@code count} values of a vector from {@code first} on. */
  static void constant(float[] weights, Slice slice, int first, int count, float value) {
    for (int j = 0; j < count; j++) {
      weights[slice.offset() + first + j] = value;
    }
  }

  /** Multiplies the whole tensor. */
  static void scale(float[] weights, Slice slice, float factor) {
    for (int j = 0; j < slice.size(); j++) {
      weights[slice.offset() + j] *= factor;
    }
  }

  private static void subtract(double[] a, double[] b, double factor) {
    for (int j = 0; j < a.length; j++) {
      a[j] -= factor * b[j];
    }
  }

  private static double dot(double[] a, double[] b) {
    double even = 0;
    double odd = 0;
    int j = 0;
    for (; j + 1 < a.length; j += 2) {
      even += a[j] * b[j];
      odd += a[j + 1] * b[j + 1];
    }
    return even + odd + (j < a.length ? a[j] * b[j] : 0);
  }
}
