package dev.unroll.train;

import java.io.Serializable;

/**
 * Everything that the next round depends on, beside data and settings.
 *
 * @param epoch number of epochs done
 * @param weights the flat parameter vector
 * @param optimizer the optimiser's state
 */
public record TrainingState(int epoch, float[] weights, OptimizerState optimizer)
    implements Serializable {

  /** The state before the first round. */
  public static TrainingState initial(float[] weights, Optimizer optimizer) {
    return new TrainingState(0, weights, OptimizerState.initial(optimizer, weights.length));
  }

  /** Bytes that a round sends to a task, and a task sends back. */
  public long bytes() {
    long floats = (long) weights.length + optimizer.first().length + optimizer.second().length;
    return floats * Float.BYTES;
  }
}
