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
  private static final int WX = 0;
  private static final int WH = 1;
  private static final int WX_BACK = 2;
  private static final int WH_BACK = 3;

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

  void packForward(Kernels k, float[] weights, CellScratch s) {
    k.packTransposed(weights, weightIh.offset(), width(), inputSize, s.packed[WX]);
    k.packTransposed(weights, weightHh.offset(), width(), hiddenSize, s.packed[WH]);
    s.bias = CellScratch.grown(s.bias, width());
    System.arraycopy(weights, biases[0].offset(), s.bias, 0, width());
    for (int b = 1; b < biases.length; b++) {
      k.elementwise().addRows(1, width(), weights, biases[b].offset(), width(), s.bias, 0);
    }
  }

  void packBackward(Kernels k, float[] weights, CellScratch s) {
    k.pack(weights, weightIh.offset(), width(), inputSize, s.packed[WX_BACK]);
    k.pack(weights, weightHh.offset(), width(), hiddenSize, s.packed[WH_BACK]);
  }

  /** a = b + W x for all rows. */
  void project(Kernels k, CellScratch s, int rows, float[] x, int xAt) {
    k.elementwise().setRows(rows, width(), s.bias, 0, s.a, 0, width());
    k.multiplyAdd(rows, x, xAt, inputSize, s.packed[WX], s.a, 0, width());
  }

  /** a += R hPrev for the rows of one step. */
  void addRecurrent(Kernels k, CellScratch s, int rows, int row, int prev) {
    k.multiplyAdd(
        rows, s.h, prev * hiddenSize, hiddenSize, s.packed[WH], s.a, row * width(), width());
  }

  /** dhPrev += Rᵀ da for the rows of one step. */
  void addToPreviousGradient(Kernels k, CellScratch s, int rows, int row, int prev) {
    k.multiplyAdd(
        rows, s.a, row * width(), width(), s.packed[WH_BACK], s.dh, prev * hiddenSize, hiddenSize);
  }

  /** dW += da xᵀ, dR += da hPrevᵀ, db += da over all rows; dx += Wᵀ da unless dx is null. */
  void accumulate(
      Kernels k,
      CellScratch s,
      StepShape shape,
      float[] x,
      int xAt,
      float[] gradient,
      float[] dx,
      int dxAt) {
    int rows = shape.rows();
    int g = width();
    k.multiplyTransposedAdd(
        rows, g, inputSize, s.a, 0, g, x, xAt, inputSize, s.product, gradient, weightIh.offset());
    Recurrence.addWeightGradient(
        k, s, shape, 0, g, g, s.h, hiddenSize, gradient, weightHh.offset());
    k.elementwise().addRows(rows, g, s.a, 0, g, gradient, biases[0].offset());
    for (int b = 1; b < biases.length; b++) {
      System.arraycopy(gradient, biases[0].offset(), gradient, biases[b].offset(), g);
    }
    if (dx != null) {
      k.multiplyAdd(rows, s.a, 0, g, s.packed[WX_BACK], dx, dxAt, inputSize);
    }
  }
}
