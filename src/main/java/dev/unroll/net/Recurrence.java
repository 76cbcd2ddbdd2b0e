package dev.unroll.net;

import dev.unroll.math.Kernels;

/** The products over all steps of a batch that pair a step's gradients with its previous state. */
final class Recurrence {
  private Recurrence() {}

  /**
   * gradient (width × hidden at {@code gradientAt}) += Σ over rows of da ⊗ previous state, where da
   * are {@code width} values from {@code gate} on in each row of a (rows {@code g} apart). Within a
   * run of steps the previous states follow one another, so each run is one product.
   */
  static void addWeightGradient(
      Kernels k,
      CellScratch s,
      StepShape shape,
      int gate,
      int width,
      int g,
      float[] state,
      int hidden,
      float[] gradient,
      int gradientAt) {
    for (int run = 0; run < shape.runs(); run++) {
      int t = shape.runStart(run);
      int first = shape.offset(t);
      int rows = shape.offset(shape.runStart(run + 1)) - first;
      k.multiplyTransposedAdd(
          rows,
          width,
          hidden,
          s.a,
          first * g + gate,
          g,
          state,
          shape.previousState(t) * hidden,
          hidden,
          s.product,
          gradient,
          gradientAt);
    }
  }

  /** sum[j] += Σ over rows of da[j] · previous state[j]: the gradient of a diagonal weight. */
  static void addDiagonalGradient(
      Kernels k,
      CellScratch s,
      StepShape shape,
      int gate,
      int g,
      float[] state,
      int hidden,
      float[] gradient,
      int gradientAt) {
    for (int run = 0; run < shape.runs(); run++) {
      int t = shape.runStart(run);
      int first = shape.offset(t);
      int rows = shape.offset(shape.runStart(run + 1)) - first;
      k.elementwise()
          .addProducts(
              rows,
              hidden,
              s.a,
              first * g + gate,
              g,
              state,
              shape.previousState(t) * hidden,
              hidden,
              gradient,
              gradientAt);
    }
  }
}
