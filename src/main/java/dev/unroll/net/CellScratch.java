package dev.unroll.net;

import dev.unroll.math.Kernels;
import dev.unroll.math.PackedMatrix;
import java.util.Arrays;

/**
 * The working memory of one cell over one batch: packed weights, activations kept for the backward
 * pass, and gradients. Arrays are reused from batch to batch and grown when one is larger.
 *
 * <p>Shapes, with B sequences, N rows, H units, G gate values and W operand values per row:
 * operands (N, W), a row being [x hPrev ...]; a (N, G); h and c (B + N, H), the first B rows being
 * the initial states; q (N, H); dh (B + N, H); dc (B, H). When there will be no backward pass, all
 * steps share the place of one: operands (B, W), a (B, G), c and q (B, H).
 */
final class CellScratch {
  private static final int PACKED = 7;

  /** Rows whose gradients are added up together: their gates stay in the second-level cache. */
  static final int GRADIENT_ROWS = 128;

  final PackedMatrix[] packed = new PackedMatrix[PACKED];
  final PackedMatrix product = new PackedMatrix();
  float[] bias = {};
  float[] weights;
  float[] operands = {};
  float[] a = {};
  float[] h = {};
  float[] c = {};
  float[] q = {};
  float[] dh = {};
  float[] dc = {};
  float[] operandGradient = {};
  float[] peepholeGradient = {};
  int batchSize;

  /** Whether a already has the inputs' part of the pre-activations. */
  boolean projected;

  /** What a row's place is multiplied by: 1, or 0 where all steps share one. */
  private int operandStep;

  private int gateStep;

  private int cellStep;

  CellScratch() {
    Arrays.setAll(packed, slot -> new PackedMatrix());
  }

  /** Makes room for a forward pass that keeps everything that the backward pass needs. */
  void prepareTraining(Cell cell, StepShape shape) {
    operandStep = 1;
    gateStep = 1;
    cellStep = 1;
    int rows = shape.rows();
    prepare(cell, shape, rows, shape.batchSize() + rows, rows);
  }

  /** Makes room for a forward pass that keeps the outputs only. */
  void prepareScoring(Cell cell, StepShape shape) {
    operandStep = projected ? 1 : 0;
    gateStep = operandStep;
    cellStep = 0;
    int sequences = shape.batchSize();
    prepare(cell, shape, projected ? shape.rows() : sequences, sequences, sequences);
  }

  private void prepare(Cell cell, StepShape shape, int gateRows, int cellRows, int squashedRows) {
    batchSize = shape.batchSize();
    int hidden = cell.hiddenSize();
    operands = grown(operands, Math.multiplyExact(gateRows, cell.operandWidth()));
    a = grown(a, Math.multiplyExact(gateRows, cell.gateWidth()));
    h = grown(h, Math.multiplyExact(batchSize + shape.rows(), hidden));
    if (cell.hasCellState()) {
      c = grown(c, Math.multiplyExact(cellRows, hidden));
      q = grown(q, Math.multiplyExact(squashedRows, hidden));
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

  /** Where the operands of batch row {@code row} are. */
  int operandRow(int row) {
    return row * operandStep;
  }

  /** Where the gates of batch row {@code row} are. */
  int gateRow(int row) {
    return row * gateStep;
  }

  /** Where the cell state of state row {@code state} is. */
  int cellRow(int state) {
    return state * cellStep;
  }

  /** Where tanh(c) of batch row {@code row} is. */
  int squashedRow(int row) {
    return row * cellStep;
  }

  /** Copies the previous states of a step's rows to where its products read them. */
  void recall(float[] state, int prev, int hidden, int rows, int row, int width, int column) {
    for (int i = 0; i < rows; i++) {
      int to = (operandRow(row) + i) * width + column;
      System.arraycopy(state, (prev + i) * hidden, operands, to, hidden);
    }
  }

  /** Begins the gradient of {@code gates} values by the operands, (gates, width). */
  void clearOperandGradient(int gates, int width) {
    operandGradient = grown(operandGradient, gates * width);
    Arrays.fill(operandGradient, 0, gates * width, 0f);
  }

  /**
   * operandGradient += Σ over rows of da ⊗ [x hPrev], da being the first {@code gates} values of
   * each row of a, which are {@code g} apart. One product for both weights, since it packs da once.
   */
  void addOperandGradient(Kernels k, int first, int rows, int gates, int g, int width) {
    k.multiplyTransposedAdd(
        rows,
        gates,
        width,
        a,
        first * g,
        g,
        operands,
        first * width,
        width,
        product,
        operandGradient,
        0,
        width);
  }

  /** Adds operandGradient to the gradients of the input and of the recurrent weights. */
  void splitOperandGradient(
      int gates, int inputs, int hidden, float[] gradient, int weightIh, int weightHh) {
    int width = inputs + hidden;
    for (int gate = 0; gate < gates; gate++) {
      add(operandGradient, gate * width, inputs, gradient, weightIh + gate * inputs);
      add(operandGradient, gate * width + inputs, hidden, gradient, weightHh + gate * hidden);
    }
  }

  /** to += from, for {@code count} values. */
  static void add(float[] from, int fromAt, int count, float[] to, int toAt) {
    for (int j = 0; j < count; j++) {
      to[toAt + j] += from[fromAt + j];
    }
  }

  /** The array itself when it is long enough, else a new one: contents are not kept. */
  static float[] grown(float[] array, int length) {
    return array.length >= length ? array : new float[length];
  }
}
