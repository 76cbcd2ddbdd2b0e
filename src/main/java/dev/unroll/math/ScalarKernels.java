package dev.unroll.math;

/**
 * The specification of {@link Kernels} in plain loops, and the fallback on a JVM without the vector
 * module. The inner loops run over whole rows that are arrays of their own, at equal indices: that
 * is the form which the JIT compiler turns into vector code (30 GFLOP/s where offsets into one
 * shared array gave 7).
 */
public final class ScalarKernels implements Kernels {
  /** Rows of B that a weight gradient takes at a time: they stay in the first-level cache. */
  private static final int K_BLOCK = 64;

  private final Elementwise elementwise = new ScalarElementwise();

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public String describe() {
    return "scalar kernels (plain Java loops); same bits on every machine, but 3 to 10 times faster"
        + " with the JVM option --add-modules jdk.incubator.vector";
  }

  @Override
  public int laneBits() {
    return Float.SIZE;
  }

  @Override
  public Elementwise elementwise() {
    return elementwise;
  }

  /** Layout: panel k is row k of B. */
  @Override
  public void pack(float[] w, int offset, int rows, int cols, PackedMatrix packed) {
    packRows(w, offset, cols, rows, cols, packed);
  }

  @Override
  public void packTransposed(
      float[] w,
      int offset,
      int cols,
      int nextOffset,
      int nextCols,
      int rows,
      PackedMatrix packed) {
    packed.reserve(cols + nextCols, rows);
    packed.rows = cols + nextCols;
    packed.cols = rows;
    for (int j = 0; j < rows; j++) {
      for (int k = 0; k < cols; k++) {
        packed.panels[k][j] = w[offset + j * cols + k];
      }
      for (int k = 0; k < nextCols; k++) {
        packed.panels[cols + k][j] = w[nextOffset + j * nextCols + k];
      }
    }
  }

  private static void packRows(
      float[] b, int offset, int ld, int rows, int cols, PackedMatrix packed) {
    packed.reserve(rows, cols);
    packed.rows = rows;
    packed.cols = cols;
    for (int k = 0; k < rows; k++) {
      System.arraycopy(b, offset + k * ld, packed.panels[k], 0, cols);
    }
  }

  @Override
  public void multiply(
      int m,
      float[] a,
      int aAt,
      int lda,
      PackedMatrix b,
      int first,
      int count,
      float[] start,
      int startAt,
      int startLd,
      float[] c,
      int cAt,
      int ldc) {
    float[] sums = b.accumulator(b.cols);
    for (int i = 0; i < m; i++) {
      System.arraycopy(start, startAt + i * startLd, sums, 0, b.cols);
      addRows(b.cols, count, a, aAt + i * lda, 1, b.panels, first, sums);
      System.arraycopy(sums, 0, c, cAt + i * ldc, b.cols);
    }
  }

  @Override
  public void multiplyTransposedAdd(
      int k,
      int m,
      int n,
      float[] a,
      int aAt,
      int lda,
      float[] b,
      int bAt,
      int ldb,
      PackedMatrix scratch,
      float[] c,
      int cAt,
      int ldc) {
    for (int first = 0; first < k; first += K_BLOCK) {
      int block = Math.min(K_BLOCK, k - first);
      packRows(b, bAt + first * ldb, ldb, block, n, scratch);
      float[] sums = scratch.accumulator(n);
      for (int i = 0; i < m; i++) {
        System.arraycopy(c, cAt + i * ldc, sums, 0, n);
        addRows(n, block, a, aAt + first * lda + i, lda, scratch.panels, 0, sums);
        System.arraycopy(sums, 0, c, cAt + i * ldc, n);
      }
    }
  }

  /** sums += Σₖ a[offset + k·stride] · rows[first + k], k ascending; four at a time. */
  private static void addRows(
      int n,
      int count,
      float[] a,
      int offset,
      int stride,
      float[][] rows,
      int first,
      float[] sums) {
    int k = 0;
    for (; k + 4 <= count; k += 4) {
      int at = offset + k * stride;
      addFourRows(
          n,
          a[at],
          a[at + stride],
          a[at + 2 * stride],
          a[at + 3 * stride],
          rows[first + k],
          rows[first + k + 1],
          rows[first + k + 2],
          rows[first + k + 3],
          sums);
    }
    for (; k < count; k++) {
      addRow(n, a[offset + k * stride], rows[first + k], sums);
    }
  }

  private static void addFourRows(
      int n,
      float a0,
      float a1,
      float a2,
      float a3,
      float[] b0,
      float[] b1,
      float[] b2,
      float[] b3,
      float[] sums) {
    for (int j = 0; j < n; j++) {
      float sum = Math.fma(a0, b0[j], sums[j]);
      sum = Math.fma(a1, b1[j], sum);
      sum = Math.fma(a2, b2[j], sum);
      sums[j] = Math.fma(a3, b3[j], sum);
    }
  }

  private static void addRow(int n, float a, float[] b, float[] sums) {
    for (int j = 0; j < n; j++) {
      sums[j] = Math.fma(a, b[j], sums[j]);
    }
  }
}
