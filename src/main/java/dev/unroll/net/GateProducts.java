package dev.unroll.net;

import dev.unroll.math.Kernels;
import dev.unroll.math.KeyedRandom;

/**
 * The matrix products of a cell whose pre-activations are all of the form a = W x + R hPrev + b,
 * for {@code gates} gates of H units: forward, backward and gradients. Tensor names are PyTorch's:
 * weight_ih (G, I), weight_hh (G, H) and either bias_ih and bias_hh (G each, their sum is b) or one
 * bias (G), with G = gates · H.
 */
final class GateProducts {
  private static final int FORWARD = 0;
  private static final int RECURRENT_BACK = 1;
  private static final int INPUT_BACK = 2;

  private final int gates;
  private final int inputSize;
  private final int hiddenSize;
  private final Slice weightIh;
  private final Slice weightHh;
  private final Slice[] biases;

  GateProducts(
      int gates,
      int inputSize,
      int hiddenSize,
      ParameterLayout layout,
      String suffix,
      String... biasNames) {
    this.gates = gates;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    weightIh = layout.matrix("rnn.weight_ih" + suffix, width(), inputSize);
    weightHh = layout.matrix("rnn.weight_hh" + suffix, width(), hiddenSize);
    biases = new Slice[biasNames.length];
    for (int j = 0; j < biases.length; j++) {
      biases[j] = layout.vector("rnn." + biasNames[j] + suffix, width());
    }
  }

  /** Gate values per row, G. */
  int width() {
    return gates * hiddenSize;
  }

  /** Glorot-uniform input weights, an orthogonal recurrent block per gate, biases 0. */
  void initialize(float[] weights, KeyedRandom random) {
    for (int gate = 0; gate < gates; gate++) {
      Initializers.glorotUniform(weights, weightIh, gate * hiddenSize, hiddenSize, random);
      Initializers.orthogonal(weights, weightHh, gate * hiddenSize, hiddenSize, random);
    }
  }

  /** Sets one gate's bias. */
  void initializeBias(float[] weights, int gate, float value) {
    Initializers.constant(weights, biases[0], gate * hiddenSize, hiddenSize, value);
  }

  /** Values per row of operands: x and hPrev side by side. */
  int operandWidth() {
    return inputSize + hiddenSize;
  }

  void packForward(Kernels k, float[] weights, CellScratch s) {
    k.packTransposed(
        weights,
        weightIh.offset(),
        inputSize,
        weightHh.offset(),
        hiddenSize,
        width(),
        s.packed[FORWARD]);
    s.bias = CellScratch.grown(s.bias, width());
    System.arraycopy(weights, biases[0].offset(), s.bias, 0, width());
    for (int b = 1; b < biases.length; b++) {
      k.elementwise().addRows(1, width(), weights, biases[b].offset(), width(), s.bias, 0);
    }
  }

  void packBackward(Kernels k, float[] weights, CellScratch s) {
    k.pack(weights, weightHh.offset(), width(), hiddenSize, s.packed[RECURRENT_BACK]);
  }

  /** a = b + W x for all rows. */
  void project(Kernels k, CellScratch s, int rows) {
    k.multiply(
        rows,
        s.operands,
        0,
        operandWidth(),
        s.packed[FORWARD],
        0,
        inputSize,
        s.bias,
        0,
        0,
        s.a,
        0,
        width());
  }

  /** a = b + W x + R hPrev for the rows of one step, or a += R hPrev after {@link #project}. */
  void forward(Kernels k, CellScratch s, int rows, int row, int prev) {
    s.recall(s.h, prev, hiddenSize, rows, row, operandWidth(), inputSize);
    int from = s.projected ? inputSize : 0;
    int a = s.gateRow(row) * width();
    k.multiply(
        rows,
        s.operands,
        s.operandRow(row) * operandWidth() + from,
        operandWidth(),
        s.packed[FORWARD],
        from,
        operandWidth() - from,
        s.projected ? s.a : s.bias,
        s.projected ? a : 0,
        s.projected ? width() : 0,
        s.a,
        a,
        width());
  }

  /** dhPrev += Rᵀ da for the rows of one step. */
  void addToPreviousGradient(Kernels k, CellScratch s, int rows, int row, int prev) {
    int a = row * width();
    k.multiplyAdd(
        rows, s.a, a, width(), s.packed[RECURRENT_BACK], s.dh, prev * hiddenSize, hiddenSize);
  }

  /** dW += da xᵀ, dR += da hPrevᵀ, db += da over all rows. */
  void accumulate(Kernels k, CellScratch s, int rows, float[] gradient) {
    int g = width();
    s.clearOperandGradient(g, operandWidth());
    for (int first = 0; first < rows; first += CellScratch.GRADIENT_ROWS) {
      int count = Math.min(CellScratch.GRADIENT_ROWS, rows - first);
      s.addOperandGradient(k, first, count, g, g, operandWidth());
      k.elementwise().addRows(count, g, s.a, first * g, g, gradient, biases[0].offset());
    }
    s.splitOperandGradient(
        g, inputSize, hiddenSize, gradient, weightIh.offset(), weightHh.offset());
    for (int b = 1; b < biases.length; b++) {
      System.arraycopy(gradient, biases[0].offset(), gradient, biases[b].offset(), g);
    }
  }

  /** dx += Wᵀ da over all rows. */
  void addInputGradient(Kernels k, float[] weights, CellScratch s, int rows, float[] dx, int dxAt) {
    k.pack(weights, weightIh.offset(), width(), inputSize, s.packed[INPUT_BACK]);
    k.multiplyAdd(rows, s.a, 0, width(), s.packed[INPUT_BACK], dx, dxAt, inputSize);
  }
}
