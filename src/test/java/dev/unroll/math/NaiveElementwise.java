package dev.unroll.math;

import static dev.unroll.math.Elementary.sigmoid;
import static dev.unroll.math.Elementary.tanh;

/**
 * The elementwise steps of one unit, written out once more from the documented order of operations:
 * gates first, then states, as plain values in and out.
 */
final class NaiveElementwise {
  private NaiveElementwise() {}

  /** [i f g o c q h] from pre-activations and the previous cell, with peepholes p. */
  static float[] lstm(float[] a, float cPrev, float[] p) {
    boolean peephole = p.length > 0;
    float i = sigmoid(peephole ? Math.fma(p[0], cPrev, a[0]) : a[0]);
    float f = sigmoid(peephole ? Math.fma(p[1], cPrev, a[1]) : a[1]);
    float g = tanh(a[2]);
    float c = Math.fma(f, cPrev, i * g);
    float o = sigmoid(peephole ? Math.fma(p[2], c, a[3]) : a[3]);
    float q = tanh(c);
    return new float[] {i, f, g, o, c, q, o * q};
  }

  /** [di df dg do dcPrev] from activated gates [i f g o]. */
  static float[] lstmBackward(float[] a, float cPrev, float q, float dh, float dc, float[] p) {
    boolean peephole = p.length > 0;
    float i = a[0];
    float f = a[1];
    float g = a[2];
    float o = a[3];
    float dOutput = dh * q * (o * (1 - o));
    float dCell = Math.fma(dh * o, 1 - q * q, dc);
    dCell = peephole ? Math.fma(p[2], dOutput, dCell) : dCell;
    float dInput = dCell * g * (i * (1 - i));
    float dForget = dCell * cPrev * (f * (1 - f));
    float dCandidate = dCell * i * (1 - g * g);
    float dPrev = dCell * f;
    if (peephole) {
      dPrev = Math.fma(p[0], dInput, dPrev);
      dPrev = Math.fma(p[1], dForget, dPrev);
    }
    return new float[] {dInput, dForget, dCandidate, dOutput, dPrev};
  }

  /** [r z u n h] from [a_r a_z u a_n]. */
  static float[] gru(float[] a, float hPrev) {
    float r = sigmoid(a[0]);
    float z = sigmoid(a[1]);
    float n = tanh(Math.fma(r, a[2], a[3]));
    return new float[] {r, z, a[2], n, Math.fma(z, hPrev - n, n)};
  }

  /** [dr dz du dn dhPrev] from [r z u n]. */
  static float[] gruBackward(float[] a, float hPrev, float dh, float dhPrev) {
    float r = a[0];
    float z = a[1];
    float n = a[3];
    float dCandidate = dh * (1 - z) * (1 - n * n);
    return new float[] {
      dCandidate * a[2] * (r * (1 - r)),
      dh * (hPrev - n) * (z * (1 - z)),
      dCandidate * r,
      dCandidate,
      Math.fma(dh, z, dhPrev)
    };
  }

  /** The sum over partial sum i mod 16 of element i, then halves onto halves. */
  static double sumOfSquares(int n, float[] a) {
    double[] lanes = new double[16];
    for (int lane = 0; lane < 16; lane++) {
      for (int i = lane; i < n; i += 16) {
        lanes[lane] = Math.fma((double) a[i], (double) a[i], lanes[lane]);
      }
    }
    return tree(lanes, 0, 1);
  }

  /** Partial sums first, first + stride, ...: the pair that is 8 apart is added first. */
  private static double tree(double[] lanes, int first, int stride) {
    return stride == 16
        ? lanes[first]
        : tree(lanes, first, 2 * stride) + tree(lanes, first + stride, 2 * stride);
  }
}
