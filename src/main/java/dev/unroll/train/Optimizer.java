package dev.unroll.train;

import dev.unroll.math.Elementwise;
import java.io.Serializable;

/**
 * An update rule. It holds only settings; what it remembers between steps is in {@link
 * OptimizerState}, whose owner may average, store and carry it.
 */
public sealed interface Optimizer extends Serializable permits Sgd, Momentum, Adam {

  /** How many vectors of state this rule keeps: 0, 1 or 2. */
  int stateVectors();

  /**
   * One step: changes {@code weights} and the vectors of {@code state}, not its count.
   *
   * @param number of this step, from 1
   * @param learningRate of this step, after the schedule
   * @param gradientScale factor on the gradient (clipping), 1 for none
   */
  void step(
      Elementwise elementwise,
      float[] weights,
      float[] gradient,
      OptimizerState state,
      long number,
      float learningRate,
      float gradientScale);

  /**
   * The optimiser of that name with PyTorch's defaults.
   *
   * @param name sgd, momentum, adam or adamw
   * @param momentum for momentum only
   * @param weightDecay an L2 term in the gradient, except for adamw, which decays the weights
   */
  static Optimizer of(String name, double momentum, double weightDecay) {
    return switch (name) {
      case "sgd" -> new Sgd((float) weightDecay);
      case "momentum" -> new Momentum((float) momentum, (float) weightDecay);
      case "adam" -> Adam.withDefaults(weightDecay, Adam.Decay.L2);
      case "adamw" -> Adam.withDefaults(weightDecay, Adam.Decay.DECOUPLED);
      default ->
          throw new IllegalArgumentException(
              "optimizer \"" + name + "\", expected one of sgd, momentum, adam, adamw");
    };
  }
}
