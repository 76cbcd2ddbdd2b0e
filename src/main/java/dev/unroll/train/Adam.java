package dev.unroll.train;

import dev.unroll.math.Elementwise;

/**
 * Adam (Kingma and Ba 2015) and AdamW (Loshchilov and Hutter 2019), as in PyTorch:
 *
 * <pre>
 *   m = beta1 m + (1 − beta1) g        v = beta2 v + (1 − beta2) g²
 *   w −= lr · m/(1 − beta1ᵗ) / (√(v/(1 − beta2ᵗ)) + eps)
 * </pre>
 *
 * @param decay how weightDecay acts: added to g as weightDecay · w, or on the weights themselves
 */
public record Adam(float beta1, float beta2, float eps, float weightDecay, Decay decay)
    implements Optimizer {

  /** Where weight decay enters. */
  public enum Decay {
    /** g += weightDecay · w (Adam). */
    L2,
    /** w −= lr · weightDecay · w, beside the step (AdamW). */
    DECOUPLED
  }

  static Adam withDefaults(double weightDecay, Decay decay) {
    return new Adam(0.9f, 0.999f, 1e-8f, (float) weightDecay, decay);
  }

  @Override
  public int stateVectors() {
    return 2;
  }

  @Override
  public void step(
      Elementwise elementwise,
      float[] weights,
      float[] gradient,
      OptimizerState state,
      long number,
      float learningRate,
      float gradientScale) {
    double correction1 = 1 - power(beta1, number);
    double correction2 = 1 - power(beta2, number);
    elementwise.adamStep(
        weights.length,
        weights,
        gradient,
        state.first(),
        state.second(),
        (float) (learningRate / correction1),
        (float) Math.sqrt(correction2),
        beta1,
        beta2,
        eps,
        decay == Decay.L2 ? weightDecay : 0f,
        decay == Decay.DECOUPLED ? 1 - learningRate * weightDecay : 1f,
        gradientScale);
  }

  /** base^n by squaring: the same bits everywhere, and unlike StrictMath.pow without garbage. */
  private static double power(double base, long n) {
    double result = 1;
    double square = base;
    for (long rest = n; rest > 0; rest >>= 1) {
      if ((rest & 1) == 1) {
        result *= square;
      }
      square *= square;
    }
    return result;
  }
}
