package dev.unroll.train;

import java.io.Serializable;

/**
 * What an optimiser remembers. Vectors that its rule does not use are empty.
 *
 * @param first velocity (momentum) or mean of gradients (Adam's m)
 * @param second mean of squared gradients (Adam's v)
 * @param step number of steps taken so far
 */
public record OptimizerState(float[] first, float[] second, long step) implements Serializable {

  /** The state before the first step of a rule, for {@code size} weights. */
  public static OptimizerState initial(Optimizer optimizer, int size) {
    int vectors = optimizer.stateVectors();
    return new OptimizerState(
        new float[vectors > 0 ? size : 0], new float[vectors > 1 ? size : 0], 0);
  }

  /** The same state in arrays of its own, which a trainer may change. */
  OptimizerState copy() {
    return new OptimizerState(first.clone(), second.clone(), step);
  }

  /** The state before the first step, of the same size. */
  OptimizerState zeroed() {
    return new OptimizerState(new float[first.length], new float[second.length], 0);
  }

  /** The same vectors, that many steps later. */
  OptimizerState after(long steps) {
    return new OptimizerState(first, second, step + steps);
  }
}
