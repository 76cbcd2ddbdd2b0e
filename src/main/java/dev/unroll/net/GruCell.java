package dev.unroll.net;

import dev.unroll.math.Kernels;
import dev.unroll.math.KeyedRandom;

/**
 * Gated recurrent unit (Cho et al. 2014) in the variant of PyTorch and cuDNN, where the reset gate
 * acts after the recurrent product:
 *
 * <pre>
 *   r = σ(W_r x + b_ir + R_r hPrev + b_hr)   z = σ(W_z x + b_iz + R_z hPrev + b_hz)
 *   u = R_n hPrev + b_hn                     n = tanh(W_n x + b_in + r ∘ u)
 *   h = (1 − z) ∘ n + z ∘ hPrev
 * </pre>
 *
 * Backward:
 *
 * <pre>
 *   dn = dh ∘ (1 − z) ∘ (1 − n²)   dz = dh ∘ (hPrev − n) ∘ z(1 − z)
 *   dr = dn ∘ u ∘ r(1 − r)         du = dn ∘ r
 *   dhPrev = dh ∘ z + Rᵀ [dr dz du]
 * </pre>
 *
 * Parameters: weight_ih (3H, I), weight_hh (3H, H), bias_ih (3H), bias_hh (3H); gate order r z n.
 *
 * <p>A row of the gate buffer is [r z u n]: backwards, what the recurrent product reads, dr dz du,
 * are neighbours.
 */
final class GruCell implements Cell {
  private static final int RZ = 0;
  private static final int U = 1;
  private static final int N = 2;
  private static final int RECURRENT_BACK = 3;
  private static final int RZ_INPUT_BACK = 4;
  private static final int N_INPUT_BACK = 5;

  private final int inputSize;
  private final int hiddenSize;
  private final Slice weightIh;
  private final Slice weightHh;
  private final Slice biasIh;
  private final Slice biasHh;

  GruCell(int inputSize, int hiddenSize, ParameterLayout layout, String suffix) {
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    weightIh = layout.matrix("rnn.weight_ih" + suffix, 3 * hiddenSize, inputSize);
    weightHh = layout.matrix("rnn.weight_hh" + suffix, 3 * hiddenSize, hiddenSize);
    biasIh = layout.vector("rnn.bias_ih" + suffix, 3 * hiddenSize);
    biasHh = layout.vector("rnn.bias_hh" + suffix, 3 * hiddenSize);
  }

  @Override
  public int hiddenSize() {
    return hiddenSize;
  }

  @Override
  public int gateWidth() {
    return 4 * hiddenSize;
  }

  @Override
  public int operandWidth() {
    return inputSize + hiddenSize;
  }

  @Override
  public boolean hasCellState() {
    return false;
  }

  @Override
  public void initialize(float[] weights, KeyedRandom random) {
    for (int gate = 0; gate < 3; gate++) {
      Initializers.glorotUniform(weights, weightIh, gate * hiddenSize, hiddenSize, random);
      Initializers.orthogonal(weights, weightHh, gate * hiddenSize, hiddenSize, random);
    }
  }

  /** Where the weights of the candidate's input product start. */
  private int candidateIh() {
    return weightIh.offset() + 2 * hiddenSize * inputSize;
  }

  /** Where the weights of the candidate's recurrent product start. */
  private int candidateHh() {
    return weightHh.offset() + 2 * hiddenSize * hiddenSize;
  }

  @Override
  public void packForward(Kernels k, float[] weights, CellScratch s) {
    int n = hiddenSize;
    k.packTransposed(
        weights, weightIh.offset(), inputSize, weightHh.offset(), n, 2 * n, s.packed[RZ]);
    k.packTransposed(weights, candidateHh(), n, n, s.packed[U]);
    k.packTransposed(weights, candidateIh(), n, inputSize, s.packed[N]);
    s.bias = CellScratch.grown(s.bias, 4 * n);
    System.arraycopy(weights, biasHh.offset(), s.bias, 0, 3 * n);
    k.elementwise().addRows(1, 2 * n, weights, biasIh.offset(), 2 * n, s.bias, 0);
    System.arraycopy(weights, biasIh.offset() + 2 * n, s.bias, 3 * n, n);
  }

  @Override
  public void packBackward(Kernels k, float[] weights, CellScratch s) {
    k.pack(weights, weightHh.offset(), 3 * hiddenSize, hiddenSize, s.packed[RECURRENT_BACK]);
  }

  @Override
  public void project(Kernels k, CellScratch s, int rows) {
    int n = hiddenSize;
    int w = operandWidth();
    k.multiply(rows, s.operands, 0, w, s.packed[RZ], 0, inputSize, s.bias, 0, 0, s.a, 0, 4 * n);
    candidateInput(k, s, rows, 0, 0);
  }

  /** n = b_in + W_n x, before the reset gate's part is added. */
  private void candidateInput(Kernels k, CellScratch s, int rows, int row, int a) {
    int n = hiddenSize;
    int w = operandWidth();
    k.multiply(
        rows,
        s.operands,
        s.operandRow(row) * w,
        w,
        s.packed[N],
        0,
        inputSize,
        s.bias,
        3 * n,
        0,
        s.a,
        a + 3 * n,
        4 * n);
  }

  @Override
  public void forward(Kernels k, CellScratch s, int rows, int row, int prev) {
    int n = hiddenSize;
    int w = operandWidth();
    int a = s.gateRow(row) * 4 * n;
    int operands = s.operandRow(row) * w;
    int recalled = operands + inputSize;
    s.recall(s.h, prev, n, rows, row, w, inputSize);
    if (s.projected) {
      k.multiply(
          rows, s.operands, recalled, w, s.packed[RZ], inputSize, n, s.a, a, 4 * n, s.a, a, 4 * n);
    } else {
      k.multiply(rows, s.operands, operands, w, s.packed[RZ], 0, w, s.bias, 0, 0, s.a, a, 4 * n);
      candidateInput(k, s, rows, row, a);
    }
    k.multiply(
        rows, s.operands, recalled, w, s.packed[U], 0, n, s.bias, 2 * n, 0, s.a, a + 2 * n, 4 * n);
    k.elementwise().gruForward(rows, n, s.a, a, s.h, prev * n, s.state(row) * n);
  }

  @Override
  public void backward(Kernels k, CellScratch s, int rows, int row, int prev) {
    int n = hiddenSize;
    int state = s.state(row) * n;
    k.elementwise().gruBackward(rows, n, s.a, 4 * row * n, s.h, prev * n, s.dh, prev * n, state);
    k.multiplyAdd(rows, s.a, 4 * row * n, 4 * n, s.packed[RECURRENT_BACK], s.dh, prev * n, n);
  }

  @Override
  public void accumulate(Kernels k, CellScratch s, int rows, float[] gradient) {
    int n = hiddenSize;
    int i = inputSize;
    int w = operandWidth();
    int g = 4 * n;
    s.clearOperandGradient(2 * n, w);
    for (int first = 0; first < rows; first += CellScratch.GRADIENT_ROWS) {
      int count = Math.min(CellScratch.GRADIENT_ROWS, rows - first);
      int a = first * g;
      int at = first * w;
      s.addOperandGradient(k, first, count, 2 * n, g, w);
      k.multiplyTransposedAdd(
          count,
          n,
          n,
          s.a,
          a + 2 * n,
          g,
          s.operands,
          at + i,
          w,
          s.product,
          gradient,
          candidateHh(),
          n);
      k.multiplyTransposedAdd(
          count, n, i, s.a, a + 3 * n, g, s.operands, at, w, s.product, gradient, candidateIh(), i);
      k.elementwise().addRows(count, 2 * n, s.a, a, g, gradient, biasIh.offset());
      k.elementwise().addRows(count, n, s.a, a + 3 * n, g, gradient, biasIh.offset() + 2 * n);
      k.elementwise().addRows(count, n, s.a, a + 2 * n, g, gradient, biasHh.offset() + 2 * n);
    }
    s.splitOperandGradient(2 * n, i, n, gradient, weightIh.offset(), weightHh.offset());
    System.arraycopy(gradient, biasIh.offset(), gradient, biasHh.offset(), 2 * n);
  }

  @Override
  public void addInputGradient(
      Kernels k, float[] weights, CellScratch s, int rows, float[] dx, int dxAt) {
    int n = hiddenSize;
    int i = inputSize;
    k.pack(weights, weightIh.offset(), 2 * n, i, s.packed[RZ_INPUT_BACK]);
    k.pack(weights, candidateIh(), n, i, s.packed[N_INPUT_BACK]);
    k.multiplyAdd(rows, s.a, 0, 4 * n, s.packed[RZ_INPUT_BACK], dx, dxAt, i);
    k.multiplyAdd(rows, s.a, 3 * n, 4 * n, s.packed[N_INPUT_BACK], dx, dxAt, i);
  }
}
