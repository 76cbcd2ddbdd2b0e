package dev.unroll.net;

import dev.unroll.math.PackedMatrix;
import java.util.Arrays;

/**
 * The working memory of one cell over one batch: packed weights, activations kept for the backward
 * pass, and gradients. Arrays are reused from batch to batch and grown when one is larger.
 *
 * <p>Shapes, with B sequences, N rows, H units and G gate values per row: a (N, G); h and c (B + N,
 * H), the first B rows being the initial states; q (N, H); dh (B + N, H); dc (B, H).
 */
final class CellScratch {
  private static final int PACKED = 8;

  final PackedMatrix[] packed = new PackedMatrix[PACKED];
  final PackedMatrix product = new PackedMatrix();
  float[] bias = {};
  float[] weights;
  float[] a = {};
  float[] h = {};
  float[] c = {};
  float[] q = {};
  float[] dh = {};
  float[] dc = {};
  int batchSize;

  CellScratch() {
    Arrays.setAll(packed, slot -> new PackedMatrix());
  }

  void prepareForward(Cell cell, StepShape shape) {
    batchSize = shape.batchSize();
    int hidden = cell.hiddenSize();
    int rows = shape.rows();
    a = grown(a, Math.multiplyExact(rows, cell.gateWidth()));
    h = grown(h, Math.multiplyExact(batchSize + rows, hidden));
    if (cell.hasCellState()) {
      c = grown(c, (batchSize + rows) * hidden);
      q = grown(q, rows * hidden);
    }
  }

  /** Makes room for the gradients and clears them. */
  void prepareBackward(Cell cell, StepShape shape) {
    int hidden = cell.hiddenSize();
    dh = grown(dh, (batchSize + shape.rows()) * hidden);
    Arrays.fill(dh, 0, (batchSize + shape.rows()) * hidden, 0f);
    if (cell.hasCellState()) {
      dc = grown(dc, batchSize * hidden);
      Arrays.fill(dc, 0, batchSize * hidden, 0f);
    }
  }

  /** State row of batch row {@code row}. */
  int state(int row) {
    return batchSize + row;
  }

  /** The array itself when it is long enough, else a new one: contents are not kept. */
  static float[] grown(float[] array, int length) {
    return array.length >= length ? array : new float[length];
  }
}
