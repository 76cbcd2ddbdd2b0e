package dev.unroll.net;

import dev.unroll.math.Kernels;
import dev.unroll.math.KeyedRandom;
import java.util.Arrays;

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
    s.weights = weights;
  }

  @Override
  public void packBackward(Kernels k, float[] weights, CellScratch s) {
    products.packBackward(k, weights, s);
    s.peepholeGradient = CellScratch.grown(s.peepholeGradient, 3 * hiddenSize);
    Arrays.fill(s.peepholeGradient, 0, 3 * hiddenSize, 0f);
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
        .lstmPeepholeForward(
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
            s.state(row) * n,
            s.weights,
            peepholeI.offset());
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
    addPeepholeGradient(k, s, rows, a, prev * n, 0);
    addPeepholeGradient(k, s, rows, a + FORGET * n, prev * n, n);
    addPeepholeGradient(k, s, rows, a + OUTPUT * n, state, 2 * n);
    products.addToPreviousGradient(k, s, rows, row, prev);
  }

  @Override
  public void accumulate(Kernels k, CellScratch s, int rows, float[] gradient) {
    products.accumulate(k, s, rows, gradient);
    int n = hiddenSize;
    k.elementwise().addRows(1, 3 * n, s.peepholeGradient, 0, 3 * n, gradient, peepholeI.offset());
  }

  /** dp += Σ over rows of da ∘ the cell state that the peephole looked at. */
  private void addPeepholeGradient(Kernels k, CellScratch s, int rows, int a, int c, int peephole) {
    int n = hiddenSize;
    k.elementwise()
        .addProducts(rows, n, s.a, a, products.width(), s.c, c, n, s.peepholeGradient, peephole);
  }

  @Override
  public void addInputGradient(
      Kernels k, float[] weights, CellScratch s, int rows, float[] dx, int dxAt) {
    products.addInputGradient(k, weights, s, rows, dx, dxAt);
  }
}
