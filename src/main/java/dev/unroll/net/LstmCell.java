package dev.unroll.net;

import dev.unroll.math.Kernels;
import dev.unroll.math.KeyedRandom;

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al.
 * 2000), gates in PyTorch's order:
 *
 * <pre>
 *   i = σ(W_i x + R_i hPrev + b_i)      f = σ(W_f x + R_f hPrev + b_f)
 *   g = tanh(W_g x + R_g hPrev + b_g)   o = σ(W_o x + R_o hPrev + b_o)
 *   c = f ∘ cPrev + i ∘ g               h = o ∘ tanh(c)
 * </pre>
 *
 * Backward, with q = tanh(c), dh from above and from the next step, dc from the next step:
 *
 * <pre>
 *   do = dh ∘ q ∘ o(1 − o)      dc += dh ∘ o ∘ (1 − q²)
 *   di = dc ∘ g ∘ i(1 − i)      df = dc ∘ cPrev ∘ f(1 − f)      dg = dc ∘ i ∘ (1 − g²)
 *   dcPrev = dc ∘ f             dhPrev = Rᵀ [di df dg do]
 * </pre>
 *
 * Parameters: weight_ih (4H, I), weight_hh (4H, H), bias_ih (4H), bias_hh (4H); b = bias_ih +
 * bias_hh. The second bias adds nothing but the ability to exchange weights with PyTorch. The
 * forget gate starts open, b_f = 1 (Jozefowicz et al. 2015).
 */
final class LstmCell implements Cell {
  private static final int FORGET = 1;

  private final int hiddenSize;
  private final GateProducts products;

  LstmCell(int inputSize, int hiddenSize, ParameterLayout layout, String suffix) {
    this.hiddenSize = hiddenSize;
    products = new GateProducts(4, inputSize, hiddenSize, layout, suffix, "bias_ih", "bias_hh");
  }

  @Override
  public int hiddenSize() {
    return hiddenSize;
  }

  @Override
  public int gateWidth() {
    return products.width();
  }

  @Override
  public int operandWidth() {
    return products.operandWidth();
  }

  @Override
  public boolean hasCellState() {
    return true;
  }

  @Override
  public void initialize(float[] weights, KeyedRandom random) {
    products.initialize(weights, random);
    products.initializeBias(weights, FORGET, 1f);
  }

  @Override
  public void packForward(Kernels k, float[] weights, CellScratch s) {
    products.packForward(k, weights, s);
  }

  @Override
  public void packBackward(Kernels k, float[] weights, CellScratch s) {
    products.packBackward(k, weights, s);
  }

  @Override
  public void project(Kernels k, CellScratch s, int rows) {
    products.project(k, s, rows);
  }

  @Override
  public void forward(Kernels k, CellScratch s, int rows, int row, int prev) {
    int n = hiddenSize;
    products.forward(k, s, rows, row, prev);
    k.elementwise()
        .lstmForward(
            rows,
            n,
            s.a,
            s.gateRow(row) * products.width(),
            s.c,
            s.cellRow(prev) * n,
            s.cellRow(s.state(row)) * n,
            s.q,
            s.squashedRow(row) * n,
            s.h,
            s.state(row) * n);
  }

  @Override
  public void backward(Kernels k, CellScratch s, int rows, int row, int prev) {
    int n = hiddenSize;
    int a = row * products.width();
    int state = s.state(row) * n;
    k.elementwise().lstmBackward(rows, n, s.a, a, s.c, prev * n, s.q, row * n, s.dh, state, s.dc);
    products.addToPreviousGradient(k, s, rows, row, prev);
  }

  @Override
  public void accumulate(Kernels k, CellScratch s, int rows, float[] gradient) {
    products.accumulate(k, s, rows, gradient);
  }

  @Override
  public void addInputGradient(
      Kernels k, float[] weights, CellScratch s, int rows, float[] dx, int dxAt) {
    products.addInputGradient(k, weights, s, rows, dx, dxAt);
  }
}
