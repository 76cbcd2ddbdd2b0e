package dev.unroll.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels} in the Vector API. The right-hand side of a product is packed into panels three
 * vectors wide (the last one or two may be two wide), k-major, and multiplied by blocks of rows
 * whose sums stay in registers ({@link VectorBlocks}): 4 × 3 sums, 3 panel vectors and one
 * broadcast fill the 16 registers of AVX2; with 32 registers 8 × 3 sums need a third less of the
 * panel per product, and reach 94 % of the peak where 4 × 3 had 76.
 *
 * <p>Every sum starts from its start and adds in ascending k, one fused multiply-add each, so the
 * bits are those of {@link ScalarKernels} at any vector width.
 */
final class VectorKernels implements Kernels {
  private static final VectorSpecies<Float> SPECIES = VectorMath.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final int WIDE = 3;
  private static final int NARROW = 2;

  /** Floats in a cache line. */
  private static final int LINE = 16;

  /** Rows that meet all panels before the next ones do: they stay in the second-level cache. */
  private static final int CHUNK = 64;

  /** Summed rows that a weight gradient takes at a time: a panel of them fits the L1 cache. */
  private static final int K_BLOCK = 128;

  private final Elementwise elementwise = new VectorElementwise();
  private final VectorBlocks blocks = new VectorBlocks();

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

  // --- packing: a panel holds k rows of (its vectors · LANES) neighbouring columns ---

  /** Vectors in all panels; one is made two, of which the second is never stored. */
  private static int vectors(int cols) {
    return Math.max(NARROW, (cols + LANES - 1) / LANES);
  }

  private static int panels(int cols) {
    return (vectors(cols) + WIDE - 1) / WIDE;
  }

  /** Vectors in panel p: three, but at the end 2 or 2 + 2 rather than 3 + 1. */
  private static int width(int cols, int panel) {
    int fromHere = vectors(cols) - first(cols, panel) / LANES;
    return fromHere == 2 || fromHere == 4 ? NARROW : WIDE;
  }

  /** First column of panel p. */
  private static int first(int cols, int panel) {
    int vectors = vectors(cols);
    boolean lastOfTwoPairs = vectors % WIDE == 1 && (panel + 1) * WIDE > vectors;
    return (lastOfTwoPairs ? vectors - NARROW : panel * WIDE) * LANES;
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
      int first = first(cols, p);
      int count = Math.min(stride, cols - first);
      float[] panel = packed.panels[p];
      for (int k = 0; k < rows; k++) {
        System.arraycopy(b, offset + k * ld + first, panel, k * stride, count);
      }
    }
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
    prepare(cols + nextCols, rows, packed);
    for (int p = 0; p < panels(rows); p++) {
      int stride = width(rows, p) * LANES;
      int first = first(rows, p);
      int count = Math.min(stride, rows - first);
      float[] panel = packed.panels[p];
      transpose(w, offset + first * cols, count, cols, panel, 0, stride);
      transpose(w, nextOffset + first * nextCols, count, nextCols, panel, cols * stride, stride);
    }
  }

  private static void transpose(
      float[] w, int at, int rows, int cols, float[] to, int toAt, int stride) {
    for (int j = 0; j < rows; j++) {
      int row = at + j * cols;
      for (int k = 0; k < cols; k++) {
        to[toAt + k * stride + j] = w[row + k];
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
    blocks.aRow = lda;
    blocks.aStep = 1;
    product(m, a, aAt, b, first, count, start, startAt, startLd, c, cAt, ldc);
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
    float[] left = scratch.left((m / LANES + 1) * leftStride(K_BLOCK));
    for (int first = 0; first < k; first += K_BLOCK) {
      int block = Math.min(K_BLOCK, k - first);
      packRows(b, bAt + first * ldb, ldb, block, n, scratch);
      packLeft(block, m, a, aAt + first * lda, lda, left);
      blocks.aRow = 1;
      blocks.aStep = LANES;
      product(m, left, 0, scratch, 0, block, c, cAt, ldc, c, cAt, ldc);
    }
  }

  /** Turns Aᵀ into groups of LANES rows, each k-major: what the product reads lies together. */
  private static void packLeft(int k, int m, float[] a, int at, int lda, float[] left) {
    int stride = leftStride(k);
    int whole = m - m % LANES;
    for (int kk = 0; kk < k; kk++) {
      int from = at + kk * lda;
      int to = kk * LANES;
      for (int i = 0; i < whole; i += LANES) {
        FloatVector.fromArray(SPECIES, a, from + i).intoArray(left, to);
        to += stride;
      }
      System.arraycopy(a, from + whole, left, to, m - whole);
    }
  }

  /** Floats from one packed group to the next: a cache line more, so that they do not collide. */
  private static int leftStride(int k) {
    return LANES * k + LINE;
  }

  /** Rows of A as {@code blocks} says, or groups of them as packLeft left them. */
  private void product(
      int m,
      float[] a,
      int aAt,
      PackedMatrix b,
      int first,
      int count,
      float[] start,
      int startAt,
      int startLd,
      float[] c,
      int cAt,
      int ldc) {
    VectorBlocks blocks = this.blocks;
    blocks.a = a;
    blocks.first = first;
    blocks.k = count;
    blocks.start = start;
    blocks.startRow = startLd;
    blocks.c = c;
    blocks.cRow = ldc;
    int panels = panels(b.cols);
    int whole =
        first(b.cols, panels - 1) + width(b.cols, panels - 1) * LANES <= b.cols
            ? panels
            : panels - 1;
    if (m == 1 && blocks.aStep == 1) {
      oneRow(whole, aAt, b, startAt, cAt);
    } else {
      for (int row = 0; row < m; row += CHUNK) {
        int rows = Math.min(CHUNK, m - row);
        for (int p = 0; p < whole; p++) {
          int col = first(b.cols, p);
          rows(
              row,
              rows,
              width(b.cols, p),
              b.panels[p],
              aAt,
              startAt + row * startLd + col,
              cAt + row * ldc + col);
        }
      }
    }
    if (whole < panels) {
      edge(m, aAt, b, startAt, cAt);
    }
  }

  /** Rows {@code row} to {@code row + rows} of A times one panel. */
  private void rows(int row, int rows, int width, float[] panel, int aAt, int startAt, int cAt) {
    VectorBlocks blocks = this.blocks;
    if (blocks.aStep == 1) {
      blocks.multiply(rows, width, panel, aAt + row * blocks.aRow, startAt, cAt);
      return;
    }
    int stride = leftStride(blocks.k);
    for (int i = 0; i < rows; i += LANES) {
      int count = Math.min(LANES, rows - i);
      int at = aAt + (row + i) / LANES * stride;
      blocks.multiply(
          count, width, panel, at, startAt + i * blocks.startRow, cAt + i * blocks.cRow);
    }
  }

  /** One row times the first {@code panels} panels, two of equal width at a time. */
  private void oneRow(int panels, int aAt, PackedMatrix b, int startAt, int cAt) {
    for (int p = 0; p < panels; ) {
      int width = width(b.cols, p);
      int next = p + 1 < panels && width(b.cols, p + 1) == width ? p + 1 : p;
      int col = first(b.cols, p);
      int dCol = first(b.cols, next) - col;
      blocks.multiplyRow(width, b.panels[p], b.panels[next], aAt, startAt + col, cAt + col, dCol);
      p = next + 1;
    }
  }

  /** The last panel, which reaches beyond the matrix: summed in a place of its own. */
  private void edge(int m, int aAt, PackedMatrix b, int startAt, int cAt) {
    VectorBlocks blocks = this.blocks;
    float[] start = blocks.start;
    int startLd = blocks.startRow;
    float[] c = blocks.c;
    int ldc = blocks.cRow;
    int p = panels(b.cols) - 1;
    int col = first(b.cols, p);
    int cols = b.cols - col;
    int width = width(b.cols, p);
    int stride = width * LANES;
    float[] sums = b.accumulator(CHUNK * WIDE * LANES);
    blocks.start = sums;
    blocks.startRow = stride;
    blocks.c = sums;
    blocks.cRow = stride;
    for (int row = 0; row < m; row += CHUNK) {
      int rows = Math.min(CHUNK, m - row);
      int from = startAt + row * startLd + col;
      int to = cAt + row * ldc + col;
      for (int r = 0; r < rows; r++) {
        System.arraycopy(start, from + r * startLd, sums, r * stride, cols);
      }
      rows(row, rows, width, b.panels[p], aAt, 0, 0);
      for (int r = 0; r < rows; r++) {
        System.arraycopy(sums, r * stride, c, to + r * ldc, cols);
      }
    }
  }
}
