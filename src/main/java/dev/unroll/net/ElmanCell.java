package dev.unroll.net;

import dev.unroll.math.Kernels;
import dev.unroll.math.KeyedRandom;

/**
 * The simple recurrent layer (Elman 1990): h = φ(W x + R hPrev + b) with φ = tanh, or φ = max(·, 0)
 * as in Le, Jaitly and Hinton 2015. Backward: da = dh ∘ φ'(a), dhPrev = Rᵀ da; φ' comes from h
 * alone: 1 − h² for tanh, 1 where h &gt; 0 for the rectifier.
 *
 * <p>Parameters: weight_ih (H, I), weight_hh (H, H), bias_ih (H), bias_hh (H); b = bias_ih +
 * bias_hh.
 */
final class ElmanCell implements Cell {
  private final CellType type;
  private final int hiddenSize;
  private final GateProducts products;

  ElmanCell(CellType type, int inputSize, int hiddenSize, ParameterLayout layout, String suffix) {
    this.type = type;
    this.hiddenSize = hiddenSize;
    products = new GateProducts(1, inputSize, hiddenSize, layout, suffix, "bias_ih", "bias_hh");
  }

  @Override
  public int hiddenSize() {
    return hiddenSize;
  }

  @Override
  public int gateWidth() {
    return hiddenSize;
  }

  @Override
  public int operandWidth() {
    return products.operandWidth();
  }

  @Override
  public boolean hasCellState() {
    return false;
  }

  @Override
  public void initialize(float[] weights, KeyedRandom random) {
    products.initialize(weights, random);
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
    int a = s.gateRow(row) * n;
    int state = s.state(row) * n;
    products.forward(k, s, rows, row, prev);
    if (type == CellType.RNN_TANH) {
      k.elementwise().tanhForward(rows * n, s.a, a, s.h, state);
    } else {
      k.elementwise().reluForward(rows * n, s.a, a, s.h, state);
    }
  }

  @Override
  public void backward(Kernels k, CellScratch s, int rows, int row, int prev) {
    int n = hiddenSize;
    int state = s.state(row) * n;
    if (type == CellType.RNN_TANH) {
      k.elementwise().tanhBackward(rows * n, s.a, row * n, s.h, state, s.dh, state);
    } else {
      k.elementwise().reluBackward(rows * n, s.a, row * n, s.h, state, s.dh, state);
    }
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
