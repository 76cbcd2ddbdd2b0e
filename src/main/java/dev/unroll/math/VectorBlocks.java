package dev.unroll.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of {@link VectorKernels}: some rows times one packed panel, sums in
 * registers. All of them are the same few lines, unrolled for a block of r rows and v vectors:
 *
 * <pre>
 *   sum[r][v] = start[r][v]
 *   for each i: sum[r][v] = fma(a[r][i], panel[i][v], sum[r][v])
 *   c[r][v] = sum[r][v]
 * </pre>
 *
 * They are written out because C2 keeps vectors in registers only as local variables of one
 * compiled method. What stays the same from block to block is in the fields, except A: as a
 * parameter it saves the loop a general register, and where those run out C2 borrows vector
 * registers, which costs 6 % of the speed.
 */
final class VectorBlocks {
  private static final VectorSpecies<Float> SPECIES = VectorMath.SPECIES;
  private static final int L = SPECIES.length();

  /** Rows of the tallest block: 8 × 3 sums need 32 registers, which 512-bit machines have. */
  private static final int TALL = L == 16 ? 8 : 4;

  /** Element i of row r of A is at {@code at + r · aRow + i · aStep}. */
  float[] a;

  int aRow;
  int aStep;

  /** The rows of the panel to take, k of them from {@code first} on. */
  int first;

  int k;

  /** Where sums start from; rows that are 0 apart give all sums of a column the same start. */
  float[] start;

  int startRow;

  /** Where sums go; may be {@code start}, at the same places. */
  float[] c;

  int cRow;

  /**
   * Rows times one panel.
   *
   * @param width vectors in the panel, 2 or 3
   * @param at first element of the first row of A
   * @param startAt where in {@code start} the first row's sums start from
   * @param cAt where in {@code c} they go
   */
  void multiply(int rows, int width, float[] panel, int at, int startAt, int cAt) {
    float[] a = this.a;
    int row = 0;
    if (TALL == 8) {
      for (; row <= rows - 8; row += 8) {
        int aAt = at + row * aRow;
        int from = startAt + row * startRow;
        if (width == 3) {
          eightByThree(a, panel, aAt, from, cAt + row * cRow);
        } else {
          eightByTwo(a, panel, aAt, from, cAt + row * cRow);
        }
      }
    }
    for (; row < rows; row += 4) {
      int aAt = at + row * aRow;
      int from = startAt + row * startRow;
      int last = Math.min(3, rows - row - 1);
      if (last == 0 && aStep == 1) {
        multiplyRow(width, panel, panel, aAt, from, cAt + row * cRow, 0);
      } else if (width == 3) {
        fourByThree(last, a, panel, aAt, from, cAt + row * cRow);
      } else {
        fourByTwo(last, a, panel, aAt, from, cAt + row * cRow);
      }
    }
  }

  /** 24 sums, 3 vectors of the panel and 1 value of A: for 32 registers. */
  private void eightByThree(float[] a, float[] b, int at, int startAt, int cAt) {
    int a1 = aRow;
    int a2 = 2 * aRow;
    int a3 = 3 * aRow;
    float[] start = this.start;
    int s1 = startAt + startRow;
    int s2 = startAt + 2 * startRow;
    int s3 = startAt + 3 * startRow;
    int s4 = startAt + 4 * startRow;
    int s5 = startAt + 5 * startRow;
    int s6 = startAt + 6 * startRow;
    int s7 = startAt + 7 * startRow;
    FloatVector c00 = FloatVector.fromArray(SPECIES, start, startAt);
    FloatVector c01 = FloatVector.fromArray(SPECIES, start, startAt + L);
    FloatVector c02 = FloatVector.fromArray(SPECIES, start, startAt + 2 * L);
    FloatVector c10 = FloatVector.fromArray(SPECIES, start, s1);
    FloatVector c11 = FloatVector.fromArray(SPECIES, start, s1 + L);
    FloatVector c12 = FloatVector.fromArray(SPECIES, start, s1 + 2 * L);
    FloatVector c20 = FloatVector.fromArray(SPECIES, start, s2);
    FloatVector c21 = FloatVector.fromArray(SPECIES, start, s2 + L);
    FloatVector c22 = FloatVector.fromArray(SPECIES, start, s2 + 2 * L);
    FloatVector c30 = FloatVector.fromArray(SPECIES, start, s3);
    FloatVector c31 = FloatVector.fromArray(SPECIES, start, s3 + L);
    FloatVector c32 = FloatVector.fromArray(SPECIES, start, s3 + 2 * L);
    FloatVector c40 = FloatVector.fromArray(SPECIES, start, s4);
    FloatVector c41 = FloatVector.fromArray(SPECIES, start, s4 + L);
    FloatVector c42 = FloatVector.fromArray(SPECIES, start, s4 + 2 * L);
    FloatVector c50 = FloatVector.fromArray(SPECIES, start, s5);
    FloatVector c51 = FloatVector.fromArray(SPECIES, start, s5 + L);
    FloatVector c52 = FloatVector.fromArray(SPECIES, start, s5 + 2 * L);
    FloatVector c60 = FloatVector.fromArray(SPECIES, start, s6);
    FloatVector c61 = FloatVector.fromArray(SPECIES, start, s6 + L);
    FloatVector c62 = FloatVector.fromArray(SPECIES, start, s6 + 2 * L);
    FloatVector c70 = FloatVector.fromArray(SPECIES, start, s7);
    FloatVector c71 = FloatVector.fromArray(SPECIES, start, s7 + L);
    FloatVector c72 = FloatVector.fromArray(SPECIES, start, s7 + 2 * L);
    int step = aStep;
    int from = at;
    int next = at + 4 * aRow;
    int end = 3 * L * (first + k);
    for (int i = 3 * L * first; i < end; i += 3 * L) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, i);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, i + L);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, i + 2 * L);
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
      x = FloatVector.broadcast(SPECIES, a[next]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      c42 = x.fma(b2, c42);
      x = FloatVector.broadcast(SPECIES, a[next + a1]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      c52 = x.fma(b2, c52);
      x = FloatVector.broadcast(SPECIES, a[next + a2]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      c62 = x.fma(b2, c62);
      x = FloatVector.broadcast(SPECIES, a[next + a3]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
      c72 = x.fma(b2, c72);
      from += step;
      next += step;
    }
    float[] c = this.c;
    int to1 = cAt + cRow;
    int to2 = cAt + 2 * cRow;
    int to3 = cAt + 3 * cRow;
    int to4 = cAt + 4 * cRow;
    int to5 = cAt + 5 * cRow;
    int to6 = cAt + 6 * cRow;
    int to7 = cAt + 7 * cRow;
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + L);
    c02.intoArray(c, cAt + 2 * L);
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

  private void eightByTwo(float[] a, float[] b, int at, int startAt, int cAt) {
    int a1 = aRow;
    int a2 = 2 * aRow;
    int a3 = 3 * aRow;
    float[] start = this.start;
    int s1 = startAt + startRow;
    int s2 = startAt + 2 * startRow;
    int s3 = startAt + 3 * startRow;
    int s4 = startAt + 4 * startRow;
    int s5 = startAt + 5 * startRow;
    int s6 = startAt + 6 * startRow;
    int s7 = startAt + 7 * startRow;
    FloatVector c00 = FloatVector.fromArray(SPECIES, start, startAt);
    FloatVector c01 = FloatVector.fromArray(SPECIES, start, startAt + L);
    FloatVector c10 = FloatVector.fromArray(SPECIES, start, s1);
    FloatVector c11 = FloatVector.fromArray(SPECIES, start, s1 + L);
    FloatVector c20 = FloatVector.fromArray(SPECIES, start, s2);
    FloatVector c21 = FloatVector.fromArray(SPECIES, start, s2 + L);
    FloatVector c30 = FloatVector.fromArray(SPECIES, start, s3);
    FloatVector c31 = FloatVector.fromArray(SPECIES, start, s3 + L);
    FloatVector c40 = FloatVector.fromArray(SPECIES, start, s4);
    FloatVector c41 = FloatVector.fromArray(SPECIES, start, s4 + L);
    FloatVector c50 = FloatVector.fromArray(SPECIES, start, s5);
    FloatVector c51 = FloatVector.fromArray(SPECIES, start, s5 + L);
    FloatVector c60 = FloatVector.fromArray(SPECIES, start, s6);
    FloatVector c61 = FloatVector.fromArray(SPECIES, start, s6 + L);
    FloatVector c70 = FloatVector.fromArray(SPECIES, start, s7);
    FloatVector c71 = FloatVector.fromArray(SPECIES, start, s7 + L);
    int step = aStep;
    int from = at;
    int next = at + 4 * aRow;
    int end = 2 * L * (first + k);
    for (int i = 2 * L * first; i < end; i += 2 * L) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, i);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, i + L);
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
      x = FloatVector.broadcast(SPECIES, a[next]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(SPECIES, a[next + a1]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = FloatVector.broadcast(SPECIES, a[next + a2]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = FloatVector.broadcast(SPECIES, a[next + a3]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
      from += step;
      next += step;
    }
    float[] c = this.c;
    int to1 = cAt + cRow;
    int to2 = cAt + 2 * cRow;
    int to3 = cAt + 3 * cRow;
    int to4 = cAt + 4 * cRow;
    int to5 = cAt + 5 * cRow;
    int to6 = cAt + 6 * cRow;
    int to7 = cAt + 7 * cRow;
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + L);
    c10.intoArray(c, to1);
    c11.intoArray(c, to1 + L);
    c20.intoArray(c, to2);
    c21.intoArray(c, to2 + L);
    c30.intoArray(c, to3);
    c31.intoArray(c, to3 + L);
    c40.intoArray(c, to4);
    c41.intoArray(c, to4 + L);
    c50.intoArray(c, to5);
    c51.intoArray(c, to5 + L);
    c60.intoArray(c, to6);
    c61.intoArray(c, to6 + L);
    c70.intoArray(c, to7);
    c71.intoArray(c, to7 + L);
  }

  /**
   * 12 sums, 3 vectors of the panel and 1 value of A: for 16 registers. Rows beyond {@code last}
   * repeat it.
   */
  private void fourByThree(int last, float[] a, float[] b, int at, int startAt, int cAt) {
    int a1 = Math.min(1, last) * aRow;
    int a2 = Math.min(2, last) * aRow;
    int a3 = last * aRow;
    float[] start = this.start;
    int s1 = startAt + Math.min(1, last) * startRow;
    int s2 = startAt + Math.min(2, last) * startRow;
    int s3 = startAt + last * startRow;
    FloatVector c00 = FloatVector.fromArray(SPECIES, start, startAt);
    FloatVector c01 = FloatVector.fromArray(SPECIES, start, startAt + L);
    FloatVector c02 = FloatVector.fromArray(SPECIES, start, startAt + 2 * L);
    FloatVector c10 = FloatVector.fromArray(SPECIES, start, s1);
    FloatVector c11 = FloatVector.fromArray(SPECIES, start, s1 + L);
    FloatVector c12 = FloatVector.fromArray(SPECIES, start, s1 + 2 * L);
    FloatVector c20 = FloatVector.fromArray(SPECIES, start, s2);
    FloatVector c21 = FloatVector.fromArray(SPECIES, start, s2 + L);
    FloatVector c22 = FloatVector.fromArray(SPECIES, start, s2 + 2 * L);
    FloatVector c30 = FloatVector.fromArray(SPECIES, start, s3);
    FloatVector c31 = FloatVector.fromArray(SPECIES, start, s3 + L);
    FloatVector c32 = FloatVector.fromArray(SPECIES, start, s3 + 2 * L);
    int step = aStep;
    int from = at;
    int end = 3 * L * (first + k);
    for (int i = 3 * L * first; i < end; i += 3 * L) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, i);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, i + L);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, i + 2 * L);
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
      from += step;
    }
    float[] c = this.c;
    int to1 = cAt + Math.min(1, last) * cRow;
    int to2 = cAt + Math.min(2, last) * cRow;
    int to3 = cAt + last * cRow;
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + L);
    c02.intoArray(c, cAt + 2 * L);
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

  private void fourByTwo(int last, float[] a, float[] b, int at, int startAt, int cAt) {
    int a1 = Math.min(1, last) * aRow;
    int a2 = Math.min(2, last) * aRow;
    int a3 = last * aRow;
    float[] start = this.start;
    int s1 = startAt + Math.min(1, last) * startRow;
    int s2 = startAt + Math.min(2, last) * startRow;
    int s3 = startAt + last * startRow;
    FloatVector c00 = FloatVector.fromArray(SPECIES, start, startAt);
    FloatVector c01 = FloatVector.fromArray(SPECIES, start, startAt + L);
    FloatVector c10 = FloatVector.fromArray(SPECIES, start, s1);
    FloatVector c11 = FloatVector.fromArray(SPECIES, start, s1 + L);
    FloatVector c20 = FloatVector.fromArray(SPECIES, start, s2);
    FloatVector c21 = FloatVector.fromArray(SPECIES, start, s2 + L);
    FloatVector c30 = FloatVector.fromArray(SPECIES, start, s3);
    FloatVector c31 = FloatVector.fromArray(SPECIES, start, s3 + L);
    int step = aStep;
    int from = at;
    int end = 2 * L * (first + k);
    for (int i = 2 * L * first; i < end; i += 2 * L) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, i);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, i + L);
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
      from += step;
    }
    float[] c = this.c;
    int to1 = cAt + Math.min(1, last) * cRow;
    int to2 = cAt + Math.min(2, last) * cRow;
    int to3 = cAt + last * cRow;
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + L);
    c10.intoArray(c, to1);
    c11.intoArray(c, to1 + L);
    c20.intoArray(c, to2);
    c21.intoArray(c, to2 + L);
    c30.intoArray(c, to3);
    c31.intoArray(c, to3 + L);
  }

  /**
   * One row, whose elements lie together, times two panels of equal width; the second may be the
   * first again. Twice as many sums as one panel has, because fewer would wait for one another.
   *
   * @param dCol columns from the first panel to the second
   */
  void multiplyRow(int width, float[] b, float[] d, int at, int startAt, int cAt, int dCol) {
    if (width == 3) {
      oneByTwiceThree(a, b, d, at, startAt, cAt, dCol);
    } else {
      oneByTwiceTwo(a, b, d, at, startAt, cAt, dCol);
    }
  }

  private void oneByTwiceThree(
      float[] a, float[] b, float[] d, int at, int startAt, int cAt, int dCol) {
    float[] start = this.start;
    FloatVector c0 = FloatVector.fromArray(SPECIES, start, startAt);
    FloatVector c1 = FloatVector.fromArray(SPECIES, start, startAt + L);
    FloatVector c2 = FloatVector.fromArray(SPECIES, start, startAt + 2 * L);
    FloatVector c3 = FloatVector.fromArray(SPECIES, start, startAt + dCol);
    FloatVector c4 = FloatVector.fromArray(SPECIES, start, startAt + dCol + L);
    FloatVector c5 = FloatVector.fromArray(SPECIES, start, startAt + dCol + 2 * L);
    int from = at;
    int end = 3 * L * (first + k);
    for (int i = 3 * L * first; i < end; i += 3 * L) {
      FloatVector x = FloatVector.broadcast(SPECIES, a[from++]);
      c0 = x.fma(FloatVector.fromArray(SPECIES, b, i), c0);
      c1 = x.fma(FloatVector.fromArray(SPECIES, b, i + L), c1);
      c2 = x.fma(FloatVector.fromArray(SPECIES, b, i + 2 * L), c2);
      c3 = x.fma(FloatVector.fromArray(SPECIES, d, i), c3);
      c4 = x.fma(FloatVector.fromArray(SPECIES, d, i + L), c4);
      c5 = x.fma(FloatVector.fromArray(SPECIES, d, i + 2 * L), c5);
    }
    float[] c = this.c;
    c0.intoArray(c, cAt);
    c1.intoArray(c, cAt + L);
    c2.intoArray(c, cAt + 2 * L);
    c3.intoArray(c, cAt + dCol);
    c4.intoArray(c, cAt + dCol + L);
    c5.intoArray(c, cAt + dCol + 2 * L);
  }

  private void oneByTwiceTwo(
      float[] a, float[] b, float[] d, int at, int startAt, int cAt, int dCol) {
    float[] start = this.start;
    FloatVector c0 = FloatVector.fromArray(SPECIES, start, startAt);
    FloatVector c1 = FloatVector.fromArray(SPECIES, start, startAt + L);
    FloatVector c2 = FloatVector.fromArray(SPECIES, start, startAt + dCol);
    FloatVector c3 = FloatVector.fromArray(SPECIES, start, startAt + dCol + L);
    int from = at;
    int end = 2 * L * (first + k);
    for (int i = 2 * L * first; i < end; i += 2 * L) {
      FloatVector x = FloatVector.broadcast(SPECIES, a[from++]);
      c0 = x.fma(FloatVector.fromArray(SPECIES, b, i), c0);
      c1 = x.fma(FloatVector.fromArray(SPECIES, b, i + L), c1);
      c2 = x.fma(FloatVector.fromArray(SPECIES, d, i), c2);
      c3 = x.fma(FloatVector.fromArray(SPECIES, d, i + L), c3);
    }
    float[] c = this.c;
    c0.intoArray(c, cAt);
    c1.intoArray(c, cAt + L);
    c2.intoArray(c, cAt + dCol);
    c3.intoArray(c, cAt + dCol + L);
  }
}
