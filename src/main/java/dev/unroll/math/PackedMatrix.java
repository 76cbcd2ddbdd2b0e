package dev.unroll.math;

/**
 * A matrix B (rows × cols) laid out for repeated products with it, and the working memory such a
 * product needs. Weights do not change inside a minibatch, so they are packed once and used for all
 * its steps; the arrays are kept and grown only when a larger matrix comes.
 *
 * <p>The layout belongs to the {@link Kernels} that packed it: nobody else reads {@code panels}. An
 * instance is used by one thread at a time.
 */
public final class PackedMatrix {
  int rows;
  int cols;
  float[][] panels = {};
  float[] accumulator = {};
  float[] left = {};

  /** Makes room for {@code count} panels of at least {@code length} floats. */
  void reserve(int count, int length) {
    if (panels.length < count || (count > 0 && panels[0].length < length)) {
      int longest = panels.length > 0 ? Math.max(length, panels[0].length) : length;
      panels = new float[Math.max(count, panels.length)][longest];
    }
  }

  /** Room for a packed left-hand side. */
  float[] left(int length) {
    if (left.length < length) {
      left = new float[length];
    }
    return left;
  }

  float[] accumulator(int length) {
    if (accumulator.length < length) {
      accumulator = new float[length];
    }
    return accumulator;
  }
}
