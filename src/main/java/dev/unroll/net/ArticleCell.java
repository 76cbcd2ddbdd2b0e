package dev.unroll.net;

import dev.unroll.math.Kernels;
import dev.unroll.math.KeyedRandom;

/**
 * The gated cell of the article this project grew out of: the candidate comes from the input alone,
 * the gates from the state alone, and what is added to the cell is neither gated nor squashed:
 *
 * <pre>
 *   c̃ = W_cx x + b_c
 *   f = σ(W_hc hPrev + W_cc cPrev + b_f)   c = f ∘ cPrev + c̃
 *   o = σ(W_ho hPrev + W_oc c + b_o)       h = o ∘ tanh(c)
 * </pre>
 *
 * Backward, with q = tanh(c):
 *
 * <pre>
 *   do = dh ∘ q ∘ o(1 − o)         dc += dh ∘ o ∘ (1 − q²) + W_ocᵀ do      dc̃ = dc
 *   df = dc ∘ cPrev ∘ f(1 − f)     dcPrev = dc ∘ f + W_ccᵀ df
 *   dhPrev = W_hcᵀ df + W_hoᵀ do
 * </pre>
 *
 * Since f &lt; 1 the cell grows at most linearly, but a positive W_cc can close a loop (a large c
 * opens f), so W_cc and W_oc start small, W_cx is scaled so that c starts with variance about 1,
 * and gradients should be clipped. It trails the LSTM as lags grow: no input gate, and gates that
 * see x only one step late.
 *
 * <p>Parameters: W_cx (H, I), b_c, W_hc, W_ho, W_cc, W_oc (H, H each), b_f, b_o (H each). A row of
 * the gate buffer is [c̃ f o], a row of operands [x hPrev cPrev].
 */
final class ArticleCell implements Cell {
  private static final int CANDIDATE = 0;
  private static final int FORGET = 1;
  private static final int OUTPUT = 2;
  private static final int CANDIDATE_BACK = 3;
  private static final int HIDDEN_BACK = 4;
  private static final int CC_BACK = 5;
  private static final int OC_BACK = 6;

  /** σ(1), the forget gate at the start. */
  private static final double FORGET_AT_START = 0.7310585786300049;

  private static final float STATE_GAIN = 0.1f;

  private final int inputSize;
  private final int hiddenSize;
  private final Slice weightCx;
  private final Slice biasC;
  private final Slice weightHc;
  private final Slice weightHo;
  private final Slice weightCc;
  private final Slice weightOc;
  private final Slice biasF;
  private final Slice biasO;

  ArticleCell(int inputSize, int hiddenSize, ParameterLayout layout, String suffix) {
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    weightCx = layout.matrix("rnn.W_cx" + suffix, hiddenSize, inputSize);
    biasC = layout.vector("rnn.b_c" + suffix, hiddenSize);
    // Neighbours, so that one product serves both gates on the way back to hPrev.
    weightHc = layout.matrix("rnn.W_hc" + suffix, hiddenSize, hiddenSize);
    weightHo = layout.matrix("rnn.W_ho" + suffix, hiddenSize, hiddenSize);
    weightCc = layout.matrix("rnn.W_cc" + suffix, hiddenSize, hiddenSize);
    weightOc = layout.matrix("rnn.W_oc" + suffix, hiddenSize, hiddenSize);
    biasF = layout.vector("rnn.b_f" + suffix, hiddenSize);
    biasO = layout.vector("rnn.b_o" + suffix, hiddenSize);
  }

  @Override
  public int hiddenSize() {
    return hiddenSize;
  }

  @Override
  public int gateWidth() {
    return 3 * hiddenSize;
  }

  @Override
  public int operandWidth() {
    return inputSize + 2 * hiddenSize;
  }

  @Override
  public boolean hasCellState() {
    return true;
  }

  @Override
  public void initialize(float[] weights, KeyedRandom random) {
    int n = hiddenSize;
    Initializers.glorotUniform(weights, weightCx, 0, n, random);
    Initializers.scale(weights, weightCx, (float) Math.sqrt(1 - FORGET_AT_START * FORGET_AT_START));
    Initializers.orthogonal(weights, weightHc, 0, n, random);
    Initializers.orthogonal(weights, weightHo, 0, n, random);
    Initializers.orthogonal(weights, weightCc, 0, n, random);
    Initializers.scale(weights, weightCc, STATE_GAIN);
    Initializers.orthogonal(weights, weightOc, 0, n, random);
    Initializers.scale(weights, weightOc, STATE_GAIN);
    Initializers.constant(weights, biasF, 0, n, 1f);
  }

  @Override
  public void packForward(Kernels k, float[] weights, CellScratch s) {
    int n = hiddenSize;
    k.packTransposed(weights, weightCx.offset(), n, inputSize, s.packed[CANDIDATE]);
    k.packTransposed(weights, weightHc.offset(), n, weightCc.offset(), n, n, s.packed[FORGET]);
    k.packTransposed(weights, weightHo.offset(), n, weightOc.offset(), n, n, s.packed[OUTPUT]);
    s.bias = CellScratch.grown(s.bias, 3 * n);
    System.arraycopy(weights, biasC.offset(), s.bias, 0, n);
    System.arraycopy(weights, biasF.offset(), s.bias, n, n);
    System.arraycopy(weights, biasO.offset(), s.bias, 2 * n, n);
  }

  @Override
  public void packBackward(Kernels k, float[] weights, CellScratch s) {
    int n = hiddenSize;
    k.pack(weights, weightHc.offset(), 2 * n, n, s.packed[HIDDEN_BACK]);
    k.pack(weights, weightCc.offset(), n, n, s.packed[CC_BACK]);
    k.pack(weights, weightOc.offset(), n, n, s.packed[OC_BACK]);
  }

  @Override
  public void project(Kernels k, CellScratch s, int rows) {
    candidate(k, s, rows, 0, 0);
  }

  private void candidate(Kernels k, CellScratch s, int rows, int row, int a) {
    int w = operandWidth();
    k.multiply(
        rows,
        s.operands,
        s.operandRow(row) * w,
        w,
        s.packed[CANDIDATE],
        0,
        inputSize,
        s.bias,
        0,
        0,
        s.a,
        a,
        3 * hiddenSize);
  }

  @Override
  public void forward(Kernels k, CellScratch s, int rows, int row, int prev) {
    int n = hiddenSize;
    int w = operandWidth();
    int g = 3 * n;
    int a = s.gateRow(row) * g;
    int hidden = s.operandRow(row) * w + inputSize;
    int cPrev = s.cellRow(prev) * n;
    int c = s.cellRow(s.state(row)) * n;
    int q = s.squashedRow(row) * n;
    s.recall(s.h, prev, n, rows, row, w, inputSize);
    s.recall(s.c, s.cellRow(prev), n, rows, row, w, inputSize + n);
    if (!s.projected) {
      candidate(k, s, rows, row, a);
    }
    k.multiply(
        rows, s.operands, hidden, w, s.packed[FORGET], 0, 2 * n, s.bias, n, 0, s.a, a + n, g);
    k.elementwise().articleForgetForward(rows, n, s.a, a, s.c, cPrev, c);
    int output = a + 2 * n;
    k.multiply(
        rows, s.operands, hidden, w, s.packed[OUTPUT], 0, n, s.bias, 2 * n, 0, s.a, output, g);
    k.multiply(rows, s.c, c, n, s.packed[OUTPUT], n, n, s.a, output, g, s.a, output, g);
    k.elementwise().articleOutputForward(rows, n, s.a, a, s.c, c, s.q, q, s.h, s.state(row) * n);
  }

  @Override
  public void backward(Kernels k, CellScratch s, int rows, int row, int prev) {
    int n = hiddenSize;
    int g = 3 * n;
    int a = row * g;
    int state = s.state(row) * n;
    k.elementwise().articleOutputBackward(rows, n, s.a, a, s.q, row * n, s.dh, state, s.dc);
    k.multiplyAdd(rows, s.a, a + 2 * n, g, s.packed[OC_BACK], s.dc, 0, n);
    k.elementwise().articleForgetBackward(rows, n, s.a, a, s.c, prev * n, s.dc);
    k.multiplyAdd(rows, s.a, a + n, g, s.packed[CC_BACK], s.dc, 0, n);
    k.multiplyAdd(rows, s.a, a + n, g, s.packed[HIDDEN_BACK], s.dh, prev * n, n);
  }

  @Override
  public void accumulate(Kernels k, CellScratch s, int rows, float[] gradient) {
    int n = hiddenSize;
    int i = inputSize;
    int w = operandWidth();
    int g = 3 * n;
    k.multiplyTransposedAdd(
        rows, n, i, s.a, 0, g, s.operands, 0, w, s.product, gradient, weightCx.offset(), i);
    k.multiplyTransposedAdd(
        rows, 2 * n, n, s.a, n, g, s.operands, i, w, s.product, gradient, weightHc.offset(), n);
    k.multiplyTransposedAdd(
        rows, n, n, s.a, n, g, s.operands, i + n, w, s.product, gradient, weightCc.offset(), n);
    int c = s.state(0) * n;
    k.multiplyTransposedAdd(
        rows, n, n, s.a, 2 * n, g, s.c, c, n, s.product, gradient, weightOc.offset(), n);
    k.elementwise().addRows(rows, n, s.a, 0, g, gradient, biasC.offset());
    k.elementwise().addRows(rows, n, s.a, n, g, gradient, biasF.offset());
    k.elementwise().addRows(rows, n, s.a, 2 * n, g, gradient, biasO.offset());
  }

  @Override
  public void addInputGradient(
      Kernels k, float[] weights, CellScratch s, int rows, float[] dx, int dxAt) {
    k.pack(weights, weightCx.offset(), hiddenSize, inputSize, s.packed[CANDIDATE_BACK]);
    k.multiplyAdd(rows, s.a, 0, 3 * hiddenSize, s.packed[CANDIDATE_BACK], dx, dxAt, inputSize);
  }
}
