package dev.unroll.net;

import dev.unroll.math.Kernels;
import java.util.Arrays;

/**
 * One cell run over all steps of a batch, forwards or backwards in time: the unrolling of {@link
 * Cell}. Backwards in time, each sequence is turned around within its own length, so that it starts
 * at its true end, and the loop stays the same.
 */
final class Direction {
  /**
   * With fewer rows than this in a step, its product with x is slow, and one product over all steps
   * before them is faster; with more, that one costs writing and reading the gates once more.
   */
  private static final int FEW_ROWS = 8;

  private final Cell cell;
  private final boolean reversed;
  private final int inputSize;
  private final CellScratch s = new CellScratch();
  private float[] turnedDx = {};

  Direction(Cell cell, boolean reversed, int inputSize) {
    this.cell = cell;
    this.reversed = reversed;
    this.inputSize = inputSize;
  }

  /** Packs the weights for the forward passes that follow. */
  void pack(Kernels k, float[] weights) {
    cell.packForward(k, weights, s);
  }

  /**
   * All steps, keeping what {@link #backward} needs; h0 and c0 (B, H) are the initial states, null
   * for zeros.
   */
  void forward(Kernels k, StepShape shape, float[] x, int xAt, float[] h0, float[] c0) {
    s.projected = shape.batchSize() < FEW_ROWS;
    s.prepareTraining(cell, shape);
    run(k, shape, x, xAt, h0, c0);
  }

  /** All steps from zero states, keeping the outputs only. */
  void score(Kernels k, StepShape shape, float[] x, int xAt) {
    s.projected = shape.batchSize() < FEW_ROWS;
    s.prepareScoring(cell, shape);
    run(k, shape, x, xAt, null, null);
  }

  private void run(Kernels k, StepShape shape, float[] x, int xAt, float[] h0, float[] c0) {
    start(s.h, h0);
    if (cell.hasCellState()) {
      start(s.c, c0);
    }
    if (s.projected) {
      for (int t = 0; t < shape.steps(); t++) {
        takeInputs(shape, t, x, xAt);
      }
      cell.project(k, s, shape.rows());
    }
    for (int t = 0; t < shape.steps(); t++) {
      if (!s.projected) {
        takeInputs(shape, t, x, xAt);
      }
      cell.forward(k, s, shape.active(t), shape.offset(t), shape.previousState(t));
    }
  }

  /** Copies the inputs of one step to where the cell's products read them. */
  private void takeInputs(StepShape shape, int t, float[] x, int xAt) {
    int first = s.operandRow(shape.offset(t));
    for (int i = 0; i < shape.active(t); i++) {
      int row = shape.row(reversed ? shape.length(i) - 1 - t : t, i);
      int to = (first + i) * cell.operandWidth();
      System.arraycopy(x, xAt + row * inputSize, s.operands, to, inputSize);
    }
  }

  private void start(float[] state, float[] initial) {
    int count = s.batchSize * cell.hiddenSize();
    if (initial == null) {
      Arrays.fill(state, 0, count, 0f);
    } else {
      System.arraycopy(initial, 0, state, 0, count);
    }
  }

  void clearGradients(StepShape shape) {
    s.prepareBackward(cell, shape);
  }

  /** All steps backwards; the gradients of the outputs were added by the methods below. */
  void backward(
      Kernels k, float[] weights, StepShape shape, float[] gradient, float[] dx, int dxAt) {
    cell.packBackward(k, weights, s);
    for (int t = shape.steps() - 1; t >= 0; t--) {
      cell.backward(k, s, shape.active(t), shape.offset(t), shape.previousState(t));
    }
    cell.accumulate(k, s, shape.rows(), gradient);
    if (dx == null) {
      return;
    }
    if (!reversed) {
      cell.addInputGradient(k, weights, s, shape.rows(), dx, dxAt);
      return;
    }
    int count = shape.rows() * inputSize;
    turnedDx = CellScratch.grown(turnedDx, count);
    Arrays.fill(turnedDx, 0, count, 0f);
    cell.addInputGradient(k, weights, s, shape.rows(), turnedDx, 0);
    addTurned(shape, turnedDx, 0, inputSize, inputSize, dx, dxAt);
  }

  /** The outputs h (N, H), in this direction's own order of steps. */
  float[] hidden() {
    return s.h;
  }

  /** Where the outputs start in {@link #hidden} and {@link #hiddenGradient}. */
  int hiddenAt() {
    return s.state(0) * cell.hiddenSize();
  }

  float[] hiddenGradient() {
    return s.dh;
  }

  /** Cell states c, laid out as {@link #hidden}. */
  float[] cellState() {
    return s.c;
  }

  /** ∂L/∂c0 (B, H) after the backward pass; ∂L/∂h0 are the first rows of hiddenGradient. */
  float[] initialCellGradient() {
    return s.dc;
  }

  /** Copies the outputs, in the order of the input's steps, to columns of {@code to}. */
  void copyOutput(StepShape shape, float[] to, int toAt, int ld) {
    int n = cell.hiddenSize();
    if (reversed) {
      turn(shape, s.h, hiddenAt(), n, to, toAt, ld);
      return;
    }
    for (int row = 0; row < shape.rows(); row++) {
      System.arraycopy(s.h, hiddenAt() + row * n, to, toAt + row * ld, n);
    }
  }

  /** Adds ∂L/∂output, given in the order of the input's steps as columns of {@code from}. */
  void addOutputGradient(StepShape shape, float[] from, int fromAt, int ld) {
    int n = cell.hiddenSize();
    if (reversed) {
      addTurned(shape, from, fromAt, ld, n, s.dh, hiddenAt());
      return;
    }
    for (int row = 0; row < shape.rows(); row++) {
      CellScratch.add(from, fromAt + row * ld, n, s.dh, hiddenAt() + row * n);
    }
  }

  /** Copies each sequence's last state (B, H) of this direction to columns of {@code to}. */
  void copyFinal(StepShape shape, float[] to, int toAt, int ld) {
    int n = cell.hiddenSize();
    for (int i = 0; i < shape.batchSize(); i++) {
      int row = s.state(shape.row(shape.length(i) - 1, i));
      System.arraycopy(s.h, row * n, to, toAt + i * ld, n);
    }
  }

  /** Adds ∂L/∂(last state). */
  void addFinalGradient(StepShape shape, float[] from, int fromAt, int ld) {
    int n = cell.hiddenSize();
    for (int i = 0; i < shape.batchSize(); i++) {
      int row = s.state(shape.row(shape.length(i) - 1, i));
      CellScratch.add(from, fromAt + i * ld, n, s.dh, row * n);
    }
  }

  private static void turn(
      StepShape shape, float[] from, int fromAt, int width, float[] to, int toAt, int ld) {
    for (int i = 0; i < shape.batchSize(); i++) {
      int last = shape.length(i) - 1;
      for (int t = 0; t <= last; t++) {
        int source = fromAt + shape.row(last - t, i) * width;
        System.arraycopy(from, source, to, toAt + shape.row(t, i) * ld, width);
      }
    }
  }

  private static void addTurned(
      StepShape shape, float[] from, int fromAt, int ld, int width, float[] to, int toAt) {
    for (int i = 0; i < shape.batchSize(); i++) {
      int last = shape.length(i) - 1;
      for (int t = 0; t <= last; t++) {
        int target = toAt + shape.row(t, i) * width;
        CellScratch.add(from, fromAt + shape.row(last - t, i) * ld, width, to, target);
      }
    }
  }
}
