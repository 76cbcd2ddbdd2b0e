package dev.unroll.math;

import dev.ludovic.netlib.blas.BLAS;
import java.util.Locale;

/**
 * {@link Kernels} whose matrix products go to Netlib Java, which uses a native BLAS when the host
 * has one and Java code otherwise. BLAS libraries sum in an order of their own, so results differ
 * in the last bits from machine to machine: choosing these kernels gives up bit equality.
 */
public final class BlasKernels implements Kernels {
  private final Elementwise elementwise;

  public BlasKernels(Elementwise elementwise) {
    this.elementwise = elementwise;
  }

  @Override
  public String name() {
    return "blas";
  }

  @Override
  public String describe() {
    return String.format(
        Locale.ROOT,
        "Netlib Java (%s) kernels; bit equality between machines is given up",
        BLAS.getInstance().getClass().getSimpleName());
  }

  @Override
  public int laneBits() {
    return Float.SIZE;
  }

  @Override
  public Elementwise elementwise() {
    return elementwise;
  }

  /** Layout: one panel, B row-major and dense. */
  @Override
  public void pack(float[] w, int offset, int rows, int cols, PackedMatrix packed) {
    reserve(rows, cols, packed);
    System.arraycopy(w, offset, packed.panels[0], 0, rows * cols);
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
    reserve(cols + nextCols, rows, packed);
    float[] panel = packed.panels[0];
    for (int j = 0; j < rows; j++) {
      for (int k = 0; k < cols; k++) {
        panel[k * rows + j] = w[offset + j * cols + k];
      }
      for (int k = 0; k < nextCols; k++) {
        panel[(cols + k) * rows + j] = w[nextOffset + j * nextCols + k];
      }
    }
  }

  private static void reserve(int rows, int cols, PackedMatrix packed) {
    packed.reserve(1, rows * cols);
    packed.rows = rows;
    packed.cols = cols;
  }

  // BLAS is column-major: a row-major matrix is its own transpose there, so C = A·B is asked for
  // as Cᵀ = Bᵀ·Aᵀ, and C = Aᵀ·B as Cᵀ = Bᵀ·A.
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
    if (start != c) {
      for (int i = 0; i < m; i++) {
        System.arraycopy(start, startAt + i * startLd, c, cAt + i * ldc, b.cols);
      }
    }
    if (m == 0 || b.cols == 0 || count == 0) {
      return;
    }
    float[] panel = b.panels[0];
    int panelAt = first * b.cols;
    BLAS.getInstance()
        .sgemm(
            "N", "N", b.cols, m, count, 1f, panel, panelAt, b.cols, a, aAt, lda, 1f, c, cAt, ldc);
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
    if (k == 0 || m == 0 || n == 0) {
      return;
    }
    BLAS.getInstance().sgemm("N", "T", n, m, k, 1f, b, bAt, ldb, a, aAt, lda, 1f, c, cAt, ldc);
  }
}
