package dev.unroll.train;

import dev.unroll.math.Elementwise;

/**
 * Heavy-ball momentum (Polyak 1964) as in PyTorch's SGD: velocity = momentum · velocity + g +
 * weightDecay · w; w −= lr · velocity.
 *
 * @param momentum share of the velocity that is kept, in [0, 1)
 * @param weightDecay factor of the L2 term, 0 for none
 */
public record Momentum(float momentum, float weightDecay) implements Optimizer {

  @Override
  public int stateVectors() {
    return 1;
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
    elementwise.momentumStep(
        weights.length,
        weights,
        gradient,
        state.first(),
        learningRate,
        momentum,
        weightDecay,
        gradientScale);
  }
}
