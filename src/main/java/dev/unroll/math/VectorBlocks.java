package dev.unroll.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of {@link VectorKernels}: C (rows × width vectors) += A · panel, sums in
 * registers. They differ in the size of the block only; each is a method of its own because C2
 * keeps vectors in registers only within one compiled method.
 */
final class VectorBlocks {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();

  private VectorBlocks() {}

  /** For machines with 32 registers: 24 sums, a third less traffic from the panel. */
  static void eightByThree(
      int k, float[] a, int at, int lda, int kStride, float[] b, float[] c, int to, int ldc) {
    int a1 = lda;
    int a2 = 2 * lda;
    int a3 = 3 * lda;
    int a4 = 4 * lda;
    int a5 = 5 * lda;
    int a6 = 6 * lda;
    int a7 = 7 * lda;
    int to1 = to + ldc;
    int to2 = to1 + ldc;
    int to3 = to2 + ldc;
    int to4 = to3 + ldc;
    int to5 = to4 + ldc;
    int to6 = to5 + ldc;
    int to7 = to6 + ldc;
    FloatVector c00 = FloatVector.fromArray(SPECIES, c, to);
    FloatVector c01 = FloatVector.fromArray(SPECIES, c, to + L);
    FloatVector c02 = FloatVector.fromArray(SPECIES, c, to + 2 * L);
    FloatVector c10 = FloatVector.fromArray(SPECIES, c, to1);
    FloatVector c11 = FloatVector.fromArray(SPECIES, c, to1 + L);
    FloatVector c12 = FloatVector.fromArray(SPECIES, c, to1 + 2 * L);
    FloatVector c20 = FloatVector.fromArray(SPECIES, c, to2);
    FloatVector c21 = FloatVector.fromArray(SPECIES, c, to2 + L);
    FloatVector c22 = FloatVector.fromArray(SPECIES, c, to2 + 2 * L);
    FloatVector c30 = FloatVector.fromArray(SPECIES, c, to3);
    FloatVector c31 = FloatVector.fromArray(SPECIES, c, to3 + L);
    FloatVector c32 = FloatVector.fromArray(SPECIES, c, to3 + 2 * L);
    FloatVector c40 = FloatVector.fromArray(SPECIES, c, to4);
    FloatVector c41 = FloatVector.fromArray(SPECIES, c, to4 + L);
    FloatVector c42 = FloatVector.fromArray(SPECIES, c, to4 + 2 * L);
    FloatVector c50 = FloatVector.fromArray(SPECIES, c, to5);
    FloatVector c51 = FloatVector.fromArray(SPECIES, c, to5 + L);
    FloatVector c52 = FloatVector.fromArray(SPECIES, c, to5 + 2 * L);
    FloatVector c60 = FloatVector.fromArray(SPECIES, c, to6);
    FloatVector c61 = FloatVector.fromArray(SPECIES, c, to6 + L);
    FloatVector c62 = FloatVector.fromArray(SPECIES, c, to6 + 2 * L);
    FloatVector c70 = FloatVector.fromArray(SPECIES, c, to7);
    FloatVector c71 = FloatVector.fromArray(SPECIES, c, to7 + L);
    FloatVector c72 = FloatVector.fromArray(SPECIES, c, to7 + 2 * L);
    for (int i = 0; i < k; i++) {
      int from = at + i * kStride;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, 3 * L * i);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, 3 * L * i + L);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, 3 * L * i + 2 * L);
      FloatVector x = FloatVector.broadcast(SPECIES, a[from]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      x = FloatVector.broadcast(SPECIES, a[from + a1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      x = FloatVector.broadcast(SPECIES, a[from + a2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
      x = FloatVector.broadcast(SPECIES, a[from + a3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      c32 = x.fma(b2, c32);
      x = FloatVector.broadcast(SPECIES, a[from + a4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      c42 = x.fma(b2, c42);
      x = FloatVector.broadcast(SPECIES, a[from + a5]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      c52 = x.fma(b2, c52);
      x = FloatVector.broadcast(SPECIES, a[from + a6]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      c62 = x.fma(b2, c62);
      x = FloatVector.broadcast(SPECIES, a[from + a7]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
      c72 = x.fma(b2, c72);
    }
    c00.intoArray(c, to);
    c01.intoArray(c, to + L);
    c02.intoArray(c, to + 2 * L);
    c10.intoArray(c, to1);
    c11.intoArray(c, to1 + L);
    c12.intoArray(c, to1 + 2 * L);
    c20.intoArray(c, to2);
    c21.intoArray(c, to2 + L);
    c22.intoArray(c, to2 + 2 * L);
    c30.intoArray(c, to3);
    c31.intoArray(c, to3 + L);
    c32.intoArray(c, to3 + 2 * L);
    c40.intoArray(c, to4);
    c41.intoArray(c, to4 + L);
    c42.intoArray(c, to4 + 2 * L);
    c50.intoArray(c, to5);
    c51.intoArray(c, to5 + L);
    c52.intoArray(c, to5 + 2 * L);
    c60.intoArray(c, to6);
    c61.intoArray(c, to6 + L);
    c62.intoArray(c, to6 + 2 * L);
    c70.intoArray(c, to7);
    c71.intoArray(c, to7 + L);
    c72.intoArray(c, to7 + 2 * L);
  }

  static void fourByThree(
      int k, float[] a, int at, int lda, int kStride, float[] b, float[] c, int to, int ldc) {
    int a1 = lda;
    int a2 = 2 * lda;
    int a3 = 3 * lda;
    int to1 = to + ldc;
    int to2 = to1 + ldc;
    int to3 = to2 + ldc;
    FloatVector c00 = FloatVector.fromArray(SPECIES, c, to);
    FloatVector c01 = FloatVector.fromArray(SPECIES, c, to + L);
    FloatVector c02 = FloatVector.fromArray(SPECIES, c, to + 2 * L);
    FloatVector c10 = FloatVector.fromArray(SPECIES, c, to1);
    FloatVector c11 = FloatVector.fromArray(SPECIES, c, to1 + L);
    FloatVector c12 = FloatVector.fromArray(SPECIES, c, to1 + 2 * L);
    FloatVector c20 = FloatVector.fromArray(SPECIES, c, to2);
    FloatVector c21 = FloatVector.fromArray(SPECIES, c, to2 + L);
    FloatVector c22 = FloatVector.fromArray(SPECIES, c, to2 + 2 * L);
    FloatVector c30 = FloatVector.fromArray(SPECIES, c, to3);
    FloatVector c31 = FloatVector.fromArray(SPECIES, c, to3 + L);
    FloatVector c32 = FloatVector.fromArray(SPECIES, c, to3 + 2 * L);
    for (int i = 0; i < k; i++) {
      int from = at + i * kStride;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, 3 * L * i);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, 3 * L * i + L);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, 3 * L * i + 2 * L);
      FloatVector x = FloatVector.broadcast(SPECIES, a[from]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      x = FloatVector.broadcast(SPECIES, a[from + a1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      x = FloatVector.broadcast(SPECIES, a[from + a2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
      x = FloatVector.broadcast(SPECIES, a[from + a3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      c32 = x.fma(b2, c32);
    }
    c00.intoArray(c, to);
    c01.intoArray(c, to + L);
    c02.intoArray(c, to + 2 * L);
    c10.intoArray(c, to1);
    c11.intoArray(c, to1 + L);
    c12.intoArray(c, to1 + 2 * L);
    c20.intoArray(c, to2);
    c21.intoArray(c, to2 + L);
    c22.intoArray(c, to2 + 2 * L);
    c30.intoArray(c, to3);
    c31.intoArray(c, to3 + L);
    c32.intoArray(c, to3 + 2 * L);
  }

  static void fourByTwo(
      int k, float[] a, int at, int lda, int kStride, float[] b, float[] c, int to, int ldc) {
    int a1 = lda;
    int a2 = 2 * lda;
    int a3 = 3 * lda;
    int to1 = to + ldc;
    int to2 = to1 + ldc;
    int to3 = to2 + ldc;
    FloatVector c00 = FloatVector.fromArray(SPECIES, c, to);
    FloatVector c01 = FloatVector.fromArray(SPECIES, c, to + L);
    FloatVector c10 = FloatVector.fromArray(SPECIES, c, to1);
    FloatVector c11 = FloatVector.fromArray(SPECIES, c, to1 + L);
    FloatVector c20 = FloatVector.fromArray(SPECIES, c, to2);
    FloatVector c21 = FloatVector.fromArray(SPECIES, c, to2 + L);
    FloatVector c30 = FloatVector.fromArray(SPECIES, c, to3);
    FloatVector c31 = FloatVector.fromArray(SPECIES, c, to3 + L);
    for (int i = 0; i < k; i++) {
      int from = at + i * kStride;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, 2 * L * i);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, 2 * L * i + L);
      FloatVector x = FloatVector.broadcast(SPECIES, a[from]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[from + a1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[from + a2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[from + a3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
    }
    c00.intoArray(c, to);
    c01.intoArray(c, to + L);
    c10.intoArray(c, to1);
    c11.intoArray(c, to1 + L);
    c20.intoArray(c, to2);
    c21.intoArray(c, to2 + L);
    c30.intoArray(c, to3);
    c31.intoArray(c, to3 + L);
  }

  static void oneByThree(int k, float[] a, int at, int kStride, float[] b, float[] c, int to) {
    FloatVector c0 = FloatVector.fromArray(SPECIES, c, to);
    FloatVector c1 = FloatVector.fromArray(SPECIES, c, to + L);
    FloatVector c2 = FloatVector.fromArray(SPECIES, c, to + 2 * L);
    for (int i = 0; i < k; i++) {
      FloatVector x = FloatVector.broadcast(SPECIES, a[at + i * kStride]);
      c0 = x.fma(FloatVector.fromArray(SPECIES, b, 3 * L * i), c0);
      c1 = x.fma(FloatVector.fromArray(SPECIES, b, 3 * L * i + L), c1);
      c2 = x.fma(FloatVector.fromArray(SPECIES, b, 3 * L * i + 2 * L), c2);
    }
    c0.intoArray(c, to);
    c1.intoArray(c, to + L);
    c2.intoArray(c, to + 2 * L);
  }

  /** One row, one or two vectors. */
  static void oneByFew(
      int width, int k, float[] a, int at, int kStride, float[] b, float[] c, int to) {
    for (int j = 0; j < width; j++) {
      FloatVector sum = FloatVector.fromArray(SPECIES, c, to + j * L);
      for (int i = 0; i < k; i++) {
        FloatVector x = FloatVector.broadcast(SPECIES, a[at + i * kStride]);
        sum = x.fma(FloatVector.fromArray(SPECIES, b, (width * i + j) * L), sum);
      }
      sum.intoArray(c, to + j * L);
    }
  }
}
