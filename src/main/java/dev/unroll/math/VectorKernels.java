package dev.unroll.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels} in the Vector API. The right-hand side of a product is packed into panels of two
 * or three vectors' width, k-major, and multiplied by blocks of rows whose sums stay in registers:
 * 4 × 3 sums, 3 panel vectors and one broadcast fill the 16 registers of AVX2; with 32 registers 8
 * × 3 sums need a third less of the panel per product, and reach 94 % of the peak where 4 × 3 had
 * 76.
 *
 * <p>Every sum starts from C and adds in ascending k, one fused multiply-add each, so the bits are
 * those of {@link ScalarKernels} at any vector width.
 */
final class VectorKernels implements Kernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int WIDE = 3;

  /** Rows of a block. */
  private static final int ROWS = 4;

  /** Rows of the tallest block: 8 × 3 sums need 32 registers, which 512-bit machines have. */
  private static final int TALL = LANES == 16 ? 8 : ROWS;

  /** Floats in a cache line. */
  private static final int LINE = 16;

  /** Rows that meet all panels before the next ones do: they stay in the second-level cache. */
  private static final int CHUNK = 64;

  /** Summed rows that a weight gradient takes at a time: a panel of them fits the L1 cache. */
  private static final int K_BLOCK = 128;

  private final Elementwise elementwise = new VectorElementwise();

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public int laneBits() {
    return SPECIES.vectorBitSize();
  }

  @Override
  public String describe() {
    return "vector kernels ("
        + laneBits()
        + " bit, jdk.incubator.vector); same bits on every machine";
  }

  @Override
  public Elementwise elementwise() {
    return elementwise;
  }

  // --- packing: panel p holds columns from first(p) on, as k rows of (its vectors · LANES) ---

  private static int vectors(int cols) {
    return (cols + LANES - 1) / LANES;
  }

  private static int panels(int cols) {
    return (vectors(cols) + WIDE - 1) / WIDE;
  }

  /** Vectors in panel p: three, but 2 + 2 rather than 3 + 1 at the end, where 1 would be slow. */
  private static int width(int cols, int panel) {
    int vectors = vectors(cols);
    int fromHere = vectors - first(vectors, panel);
    if (fromHere == 4 || fromHere == 2) {
      return 2;
    }
    return Math.min(fromHere, WIDE);
  }

  /** First vector of panel p. */
  private static int first(int vectors, int panel) {
    boolean lastOfTwoPairs = vectors % WIDE == 1 && vectors > 1 && (panel + 1) * WIDE > vectors;
    return lastOfTwoPairs ? vectors - 2 : panel * WIDE;
  }

  @Override
  public void pack(float[] w, int offset, int rows, int cols, PackedMatrix packed) {
    packRows(w, offset, cols, rows, cols, packed);
  }

  private static void packRows(
      float[] b, int offset, int ld, int rows, int cols, PackedMatrix packed) {
    prepare(rows, cols, packed);
    for (int p = 0; p < panels(cols); p++) {
      int stride = width(cols, p) * LANES;
      int first = first(vectors(cols), p) * LANES;
      int count = Math.min(stride, cols - first);
      float[] panel = packed.panels[p];
      for (int k = 0; k < rows; k++) {
        System.arraycopy(b, offset + k * ld + first, panel, k * stride, count);
      }
    }
  }

  @Override
  public void packTransposed(float[] w, int offset, int rows, int cols, PackedMatrix packed) {
    prepare(cols, rows, packed);
    for (int p = 0; p < panels(rows); p++) {
      int stride = width(rows, p) * LANES;
      int first = first(vectors(rows), p) * LANES;
      int count = Math.min(stride, rows - first);
      float[] panel = packed.panels[p];
      for (int j = 0; j < count; j++) {
        int row = offset + (first + j) * cols;
        for (int k = 0; k < cols; k++) {
          panel[k * stride + j] = w[row + k];
        }
      }
    }
  }

  private static void prepare(int rows, int cols, PackedMatrix packed) {
    packed.rows = rows;
    packed.cols = cols;
    packed.reserve(panels(cols), rows * WIDE * LANES);
  }

  // --- products ---

  @Override
  public void multiplyAdd(
      int m, float[] a, int aOffset, int lda, PackedMatrix b, float[] c, int cOffset, int ldc) {
    multiply(m, a, aOffset, lda, 1, b, c, cOffset, ldc);
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
    float[] left = scratch.left((m / TALL + 1) * leftStride(K_BLOCK));
    for (int first = 0; first < k; first += K_BLOCK) {
      int block = Math.min(K_BLOCK, k - first);
      packRows(b, bOffset + first * ldb, ldb, block, n, scratch);
      packLeft(block, m, a, aOffset + first * lda, lda, left);
      multiply(m, left, 0, 1, TALL, scratch, c, cOffset, n);
    }
  }

  /** Turns Aᵀ into blocks of TALL rows, each k-major: what the product reads lies together. */
  private static void packLeft(int k, int m, float[] a, int at, int lda, float[] left) {
    int stride = leftStride(k);
    for (int kk = 0; kk < k; kk++) {
      int from = at + kk * lda;
      int to = kk * TALL;
      int i = 0;
      for (; i <= m - TALL; i += TALL) {
        System.arraycopy(a, from + i, left, to, TALL);
        to += stride;
      }
      System.arraycopy(a, from + i, left, to, m - i);
    }
  }

  /** Floats from one packed block to the next: a cache line more, so that they do not collide. */
  private static int leftStride(int k) {
    return TALL * k + LINE;
  }

  /** Element (i, k) of A is at aOffset + i · lda + k for kStride 1, else as packLeft left it. */
  private static void multiply(
      int m,
      float[] a,
      int aOffset,
      int lda,
      int kStride,
      PackedMatrix b,
      float[] c,
      int cOffset,
      int ldc) {
    for (int first = 0; first < m; first += CHUNK) {
      int end = Math.min(first + CHUNK, m);
      for (int p = 0; p < panels(b.cols); p++) {
        multiplyPanel(first, end, a, aOffset, lda, kStride, b, p, c, cOffset, ldc);
      }
    }
  }

  /** Rows {@code from} to {@code end} of A times one panel. */
  private static void multiplyPanel(
      int from,
      int end,
      float[] a,
      int aOffset,
      int lda,
      int kStride,
      PackedMatrix b,
      int panel,
      float[] c,
      int cOffset,
      int ldc) {
    int k = b.rows;
    int width = width(b.cols, panel);
    int first = first(vectors(b.cols), panel) * LANES;
    boolean whole = first + width * LANES <= b.cols;
    int tall = whole && width == WIDE ? TALL : ROWS;
    for (int i = from; i < end; ) {
      int rows = end - i >= tall ? tall : Math.min(ROWS, end - i);
      int at = kStride == 1 ? aOffset + i * lda : i / TALL * leftStride(k) + i % TALL;
      int to = cOffset + i * ldc + first;
      if (whole) {
        block(rows, width, k, a, at, lda, kStride, b.panels[panel], c, to, ldc);
      } else {
        edge(rows, width, k, a, at, lda, kStride, b, panel, c, to, ldc, b.cols - first);
      }
      i += rows;
    }
  }

  /** A block whose last vector reaches beyond the matrix: summed in a place of its own. */
  private static void edge(
      int rows,
      int width,
      int k,
      float[] a,
      int at,
      int lda,
      int kStride,
      PackedMatrix b,
      int panel,
      float[] c,
      int to,
      int ldc,
      int cols) {
    int stride = width * LANES;
    float[] sums = b.accumulator(ROWS * WIDE * LANES);
    for (int r = 0; r < rows; r++) {
      System.arraycopy(c, to + r * ldc, sums, r * stride, cols);
    }
    block(rows, width, k, a, at, lda, kStride, b.panels[panel], sums, 0, stride);
    for (int r = 0; r < rows; r++) {
      System.arraycopy(sums, r * stride, c, to + r * ldc, cols);
    }
  }

  private static void block(
      int rows,
      int width,
      int k,
      float[] a,
      int at,
      int lda,
      int kStride,
      float[] panel,
      float[] c,
      int to,
      int ldc) {
    if (rows > ROWS) {
      VectorBlocks.eightByThree(k, a, at, lda, kStride, panel, c, to, ldc);
    } else if (rows == ROWS && width == WIDE) {
      VectorBlocks.fourByThree(k, a, at, lda, kStride, panel, c, to, ldc);
    } else if (rows == ROWS && width == 2) {
      VectorBlocks.fourByTwo(k, a, at, lda, kStride, panel, c, to, ldc);
    } else if (width == WIDE) {
      for (int r = 0; r < rows; r++) {
        VectorBlocks.oneByThree(k, a, at + r * lda, kStride, panel, c, to + r * ldc);
      }
    } else {
      for (int r = 0; r < rows; r++) {
        VectorBlocks.oneByFew(width, k, a, at + r * lda, kStride, panel, c, to + r * ldc);
      }
    }
  }
}
