package dev.unroll.math;

/**
 * The arithmetic in which all time is spent, on plain {@code float[]} and offsets. Matrices are
 * row-major; {@code ld} is the distance between the starts of two rows.
 *
 * <p>The contract that makes models equal to the last bit on every machine: each element of a
 * product starts from a given value and adds its terms in ascending order of the summed index, one
 * fused multiply-add each. {@link ScalarKernels} is the readable specification; any other
 * implementation gives the same bits, except {@link BlasKernels}, which leaves the order of
 * summation to the library it calls.
 *
 * <p>An instance may hold a little working memory and is used by one thread at a time; the rest
 * comes from the {@link PackedMatrix} that the caller passes.
 */
public sealed interface Kernels permits ScalarKernels, BlasKernels, VectorKernels {

  /** Short name, as in the setting {@code training.kernels}: vector, scalar or blas. */
  String name();

  /** Width in bits of the vectors that these kernels ask for; 32 where there are none. */
  int laneBits();

  /** One line for the log: which kernels these are, and what they promise. */
  String describe();

  /** Packs W (rows × cols at {@code offset}) as the right-hand side B = W. */
  void pack(float[] w, int offset, int rows, int cols, PackedMatrix packed);

  /**
   * Packs B = [W V]ᵀ: first the columns of W (rows × cols at {@code offset}), below them those of V
   * (rows × nextCols at {@code nextOffset}), as the weights of inputs that stand side by side.
   */
  void packTransposed(
      float[] w, int offset, int cols, int nextOffset, int nextCols, int rows, PackedMatrix packed);

  /** Packs W (rows × cols at {@code offset}) as the right-hand side B = Wᵀ (cols × rows). */
  default void packTransposed(float[] w, int offset, int rows, int cols, PackedMatrix packed) {
    packTransposed(w, offset, cols, offset, 0, rows, packed);
  }

  /**
   * C (m × cols) = start + A · B, with B packed by these kernels, or only {@code count} of its rows
   * from {@code first} on; A is m × count. {@code startLd} is 0 when all rows start from one bias;
   * {@code start} may be C itself.
   */
  void multiply(
      int m,
      float[] a,
      int aAt,
      int lda,
      PackedMatrix b,
      int first,
      int count,
      float[] start,
      int startAt,
      int startLd,
      float[] c,
      int cAt,
      int ldc);

  /** C (m × cols) += A (m × rows) · B, with B packed by these kernels. */
  default void multiplyAdd(
      int m, float[] a, int aAt, int lda, PackedMatrix b, float[] c, int cAt, int ldc) {
    multiply(m, a, aAt, lda, b, 0, b.rows, c, cAt, ldc, c, cAt, ldc);
  }

  /** C (m × n) += Aᵀ · B with A (k × m) and B (k × n): a weight gradient, summed over k rows. */
  void multiplyTransposedAdd(
      int k,
      int m,
      int n,
      float[] a,
      int aAt,
      int lda,
      float[] b,
      int bAt,
      int ldb,
      PackedMatrix scratch,
      float[] c,
      int cAt,
      int ldc);

  /** Gates, activations, optimiser updates and reductions that go with these products. */
  Elementwise elementwise();

  /** The fastest kernels on this machine that keep the promise of equal bits. */
  static Kernels best() {
    return vectorModule() ? new VectorKernels() : new ScalarKernels();
  }

  /** Kernels by the name used in settings: auto, vector, scalar or blas. */
  static Kernels named(String name) {
    return switch (name) {
      case "auto" -> best();
      case "vector" -> vector();
      case "scalar" -> new ScalarKernels();
      case "blas" -> new BlasKernels(best().elementwise());
      default ->
          throw new IllegalArgumentException(
              "kernels \"" + name + "\", expected one of auto, vector, scalar, blas");
    };
  }

  private static Kernels vector() {
    if (!vectorModule()) {
      throw new IllegalArgumentException(
          "kernels \"vector\" need the JVM option --add-modules jdk.incubator.vector");
    }
    return new VectorKernels();
  }

  /** The Vector API is a module that a JVM has only when it was asked for. */
  private static boolean vectorModule() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }
}
