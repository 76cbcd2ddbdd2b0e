package dev.unroll.net;

import dev.unroll.math.Kernels;
import dev.unroll.math.KeyedRandom;

/**
 * LSTM with diagonal peepholes (Gers, Schraudolph and Schmidhuber 2002): the gates also see the
 * cell, i and f the previous one, o the new one:
 *
 * <pre>
 *   i = σ(W_i x + R_i hPrev + p_i ∘ cPrev + b_i)   f = σ(W_f x + R_f hPrev + p_f ∘ cPrev + b_f)
 *   g = tanh(W_g x + R_g hPrev + b_g)              c = f ∘ cPrev + i ∘ g
 *   o = σ(W_o x + R_o hPrev + p_o ∘ c + b_o)       h = o ∘ tanh(c)
 * </pre>
 *
 * Backward as {@link LstmCell}, with dc += p_o ∘ do before the other gates, dcPrev = dc ∘ f + p_i ∘
 * di + p_f ∘ df, and dp_i = Σ di ∘ cPrev, dp_f = Σ df ∘ cPrev, dp_o = Σ do ∘ c.
 *
 * <p>Parameters: weight_ih (4H, I), weight_hh (4H, H), bias (4H), peephole_i, peephole_f,
 * peephole_o (H each); gate order i f g o. Peepholes start at 0: a plain LSTM.
 */
final class PeepholeLstmCell implements Cell {
  private static final int FORGET = 1;
  private static final int OUTPUT = 3;

  private final int hiddenSize;
  private final GateProducts products;
  private final Slice peepholeI;
  private final Slice peepholeF;
  private final Slice peepholeO;

  PeepholeLstmCell(int inputSize, int hiddenSize, ParameterLayout layout, String suffix) {
    this.hiddenSize = hiddenSize;
    products = new GateProducts(4, inputSize, hiddenSize, layout, suffix, "bias");
    // One after the other: the elementwise step takes them as one vector [p_i p_f p_o].
    peepholeI = layout.vector("rnn.peephole_i" + suffix, hiddenSize);
    peepholeF = layout.vector("rnn.peephole_f" + suffix, hiddenSize);
    peepholeO = layout.vector("rnn.peephole_o" + suffix, hiddenSize);
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
    s.weights = weights;
  }

  @Override
  public void packBackward(Kernels k, float[] weights, CellScratch s) {
    products.packBackward(k, weights, s);
  }

  @Override
  public void project(Kernels k, CellScratch s, int rows, float[] x, int xAt) {
    products.project(k, s, rows, x, xAt);
  }

  @Override
  public void forward(Kernels k, CellScratch s, int rows, int row, int prev) {
    int n = hiddenSize;
    int a = row * products.width();
    int state = s.state(row) * n;
    int p = peepholeI.offset();
    products.addRecurrent(k, s, rows, row, prev);
    k.elementwise()
        .lstmPeepholeForward(
            rows, n, s.a, a, s.c, prev * n, state, s.q, row * n, s.h, state, s.weights, p);
  }

  @Override
  public void backward(Kernels k, CellScratch s, int rows, int row, int prev) {
    int n = hiddenSize;
    int a = row * products.width();
    int state = s.state(row) * n;
    int p = peepholeI.offset();
    k.elementwise()
        .lstmPeepholeBackward(
            rows, n, s.a, a, s.c, prev * n, s.q, row * n, s.dh, state, s.dc, s.weights, p);
    products.addToPreviousGradient(k, s, rows, row, prev);
  }

  @Override
  public void accumulate(
      Kernels k,
      CellScratch s,
      StepShape shape,
      float[] x,
      int xAt,
      float[] gradient,
      float[] dx,
      int dxAt) {
    products.accumulate(k, s, shape, x, xAt, gradient, dx, dxAt);
    int n = hiddenSize;
    int g = products.width();
    Recurrence.addDiagonalGradient(k, s, shape, 0, g, s.c, n, gradient, peepholeI.offset());
    Recurrence.addDiagonalGradient(
        k, s, shape, FORGET * n, g, s.c, n, gradient, peepholeF.offset());
    k.elementwise()
        .addProducts(
            shape.rows(),
            n,
            s.a,
            OUTPUT * n,
            g,
            s.c,
            s.state(0) * n,
            n,
            gradient,
            peepholeO.offset());
  }
}
