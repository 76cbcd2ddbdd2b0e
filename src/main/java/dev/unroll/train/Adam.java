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
      float learningRate,
      float gradientScale) {
    long t = state.step() + 1;
    double correction1 = 1 - StrictMath.pow(beta1, t);
    double correction2 = 1 - StrictMath.pow(beta2, t);
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
}
