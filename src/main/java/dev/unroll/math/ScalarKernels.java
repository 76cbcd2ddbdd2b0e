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
  public void packTransposed(float[] w, int offset, int rows, int cols, PackedMatrix packed) {
    packed.reserve(cols, rows);
    packed.rows = cols;
    packed.cols = rows;
    for (int j = 0; j < rows; j++) {
      int row = offset + j * cols;
      for (int k = 0; k < cols; k++) {
        packed.panels[k][j] = w[row + k];
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
  public void multiplyAdd(
      int m, float[] a, int aOffset, int lda, PackedMatrix b, float[] c, int cOffset, int ldc) {
    float[] sums = b.accumulator(b.cols);
    for (int i = 0; i < m; i++) {
      int row = aOffset + i * lda;
      System.arraycopy(c, cOffset + i * ldc, sums, 0, b.cols);
      addRows(b.cols, b.rows, a, row, 1, b.panels, sums);
      System.arraycopy(sums, 0, c, cOffset + i * ldc, b.cols);
    }
  }

  @Override
  public void multiplyTransposedAdd(
      int k,
      int m,
      int n,
      float[] a,
      int aOffset,
      int lda,
      float[] b,
      int bOffset,
      int ldb,
      PackedMatrix scratch,
      float[] c,
      int cOffset) {
    for (int first = 0; first < k; first += K_BLOCK) {
      int block = Math.min(K_BLOCK, k - first);
      packRows(b, bOffset + first * ldb, ldb, block, n, scratch);
      float[] sums = scratch.accumulator(n);
      for (int i = 0; i < m; i++) {
        System.arraycopy(c, cOffset + i * n, sums, 0, n);
        addRows(n, block, a, aOffset + first * lda + i, lda, scratch.panels, sums);
        System.arraycopy(sums, 0, c, cOffset + i * n, n);
      }
    }
  }

  /** sums += Σₖ a[offset + k·stride] · rows[k], k ascending; four at a time to spare loads. */
  private static void addRows(
      int n, int count, float[] a, int offset, int stride, float[][] rows, float[] sums) {
    int k = 0;
    for (; k + 4 <= count; k += 4) {
      int at = offset + k * stride;
      addFourRows(
          n,
          a[at],
          a[at + stride],
          a[at + 2 * stride],
          a[at + 3 * stride],
          rows[k],
          rows[k + 1],
          rows[k + 2],
          rows[k + 3],
          sums);
    }
    for (; k < count; k++) {
      addRow(n, a[offset + k * stride], rows[k], sums);
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
