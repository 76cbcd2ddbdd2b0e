package dev.unroll.math;

/**
 * Everything that is not a matrix product: cell gates forward and backward, optimiser updates, row
 * sums and norms. {@link ScalarElementwise} is the specification; other implementations give the
 * same bits, so the order of operations written there is part of the contract.
 *
 * <p>Shapes: a step works on {@code rows} sequences of {@code h} units. State and gradient rows
 * ({@code c, hidden, dh, ...}) are h apart, gate rows {@code a} are (number of gates)·h apart. The
 * backward methods overwrite the activated gates in {@code a} with the gradients of their
 * pre-activations. The equations are in the cell classes.
 */
public sealed interface Elementwise permits ScalarElementwise, VectorElementwise {

  // --- Elman cells: a holds one pre-activation per unit ---

  /** hidden = tanh(a). */
  void tanhForward(int count, float[] a, int aAt, float[] hidden, int hAt);

  /** a = dh ∘ (1 − hidden²). */
  void tanhBackward(int count, float[] a, int aAt, float[] hidden, int hAt, float[] dh, int dhAt);

  /** hidden = max(a, 0). */
  void reluForward(int count, float[] a, int aAt, float[] hidden, int hAt);

  /** a = dh where hidden &gt; 0, else 0. */
  void reluBackward(int count, float[] a, int aAt, float[] hidden, int hAt, float[] dh, int dhAt);

  // --- LSTM: a = [i f g o]; q keeps tanh(c) ---

  void lstmForward(
      int rows,
      int h,
      float[] a,
      int aAt,
      float[] c,
      int cPrevAt,
      int cAt,
      float[] q,
      int qAt,
      float[] hidden,
      int hAt);

  /** dc holds ∂L/∂c of this step on entry and of the previous step on return. */
  void lstmBackward(
      int rows,
      int h,
      float[] a,
      int aAt,
      float[] c,
      int cPrevAt,
      float[] q,
      int qAt,
      float[] dh,
      int dhAt,
      float[] dc);

  /** LSTM with diagonal peepholes p = [p_i p_f p_o], each of h values from {@code pAt} on. */
  void lstmPeepholeForward(
      int rows,
      int h,
      float[] a,
      int aAt,
      float[] c,
      int cPrevAt,
      int cAt,
      float[] q,
      int qAt,
      float[] hidden,
      int hAt,
      float[] p,
      int pAt);

  void lstmPeepholeBackward(
      int rows,
      int h,
      float[] a,
      int aAt,
      float[] c,
      int cPrevAt,
      float[] q,
      int qAt,
      float[] dh,
      int dhAt,
      float[] dc,
      float[] p,
      int pAt);

  // --- GRU: a = [r z u n], u the recurrent part of the candidate ---

  void gruForward(int rows, int h, float[] a, int aAt, float[] hidden, int hPrevAt, int hAt);

  /** a becomes [dr dz du dn]; dh of the previous step gains dh ∘ z. */
  void gruBackward(
      int rows,
      int h,
      float[] a,
      int aAt,
      float[] hidden,
      int hPrevAt,
      float[] dh,
      int dhPrevAt,
      int dhAt);

  // --- the article's cell: a = [c̃ f o] ---

  /** f = σ(a_f), c = f ∘ cPrev + c̃. */
  void articleForgetForward(int rows, int h, float[] a, int aAt, float[] c, int cPrevAt, int cAt);

  /** o = σ(a_o), q = tanh(c), hidden = o ∘ q. */
  void articleOutputForward(
      int rows,
      int h,
      float[] a,
      int aAt,
      float[] c,
      int cAt,
      float[] q,
      int qAt,
      float[] hidden,
      int hAt);

  /** a_o becomes do; dc gains dh ∘ o ∘ (1 − q²). */
  void articleOutputBackward(
      int rows, int h, float[] a, int aAt, float[] q, int qAt, float[] dh, int dhAt, float[] dc);

  /** a_f becomes df, a_c̃ becomes dc; dc becomes dc ∘ f. */
  void articleForgetBackward(
      int rows, int h, float[] a, int aAt, float[] c, int cPrevAt, float[] dc);

  // --- rows ---

  /** sum[j] += Σ over rows of from[row][j], rows in order. */
  void addRows(int rows, int width, float[] from, int fromAt, int ld, float[] sum, int sumAt);

  /**
   * sum[j] += Σ over rows of a[row][j] · b[row][j], rows in order; rows of a lda, of b ldb apart.
   */
  void addProducts(
      int rows,
      int width,
      float[] a,
      int aAt,
      int lda,
      float[] b,
      int bAt,
      int ldb,
      float[] sum,
      int sumAt);

  // --- optimisers: g is multiplied by scale (clipping) before use ---

  /** w −= lr · (scale·g + l2·w). */
  void sgdStep(int n, float[] w, float[] g, float lr, float l2, float scale);

  /** g' = scale·g + l2·w; velocity = momentum·velocity + g'; w −= lr·velocity. */
  void momentumStep(
      int n,
      float[] w,
      float[] g,
      float[] velocity,
      float lr,
      float momentum,
      float l2,
      float scale);

  /**
   * Adam (Kingma and Ba 2015) as in PyTorch. stepSize = lr / (1 − beta1ᵗ), rootCorrection = √(1 −
   * beta2ᵗ); w is first multiplied by keep (AdamW: 1 − lr·weightDecay, else 1).
   */
  void adamStep(
      int n,
      float[] w,
      float[] g,
      float[] m,
      float[] v,
      float stepSize,
      float rootCorrection,
      float beta1,
      float beta2,
      float eps,
      float l2,
      float keep,
      float scale);

  /**
   * Writes softmax(x), the exponentials of n values divided by their sum, and returns the logarithm
   * of that sum. The largest value is taken away first, so nothing overflows; the sum is in double,
   * in order.
   */
  double softmax(int n, float[] x, int at, float[] to, int toAt);

  /** Σ a² in double, over {@link #LANES} partial sums that are then added pairwise. */
  double sumOfSquares(int n, float[] a);

  /** Element i of a sum goes to partial sum i mod LANES, whatever the hardware's vector width. */
  int LANES = 16;
}
