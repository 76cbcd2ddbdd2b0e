package dev.unroll.train;

import dev.unroll.math.Elementwise;

/**
 * Stochastic gradient descent: w −= lr · (g + weightDecay · w).
 *
 * @param weightDecay factor of the L2 term, 0 for none
 */
public record Sgd(float weightDecay) implements Optimizer {

  @Override
  public int stateVectors() {
    return 0;
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
    elementwise.sgdStep(
        weights.length, weights, gradient, learningRate, weightDecay, gradientScale);
  }
}
