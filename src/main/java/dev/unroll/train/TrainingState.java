package dev.unroll.train;

import java.io.Serializable;

/**
 * Everything that the next round depends on, beside data and settings.
 *
 * @param position how far the run has come
 * @param weights the flat parameter vector θ
 * @param optimizer the state that the shards' optimisers start from
 * @param velocity of the outer step; empty where it has none
 */
public record TrainingState(
    Position position, float[] weights, OptimizerState optimizer, float[] velocity)
    implements Serializable {

  /** The state before the first round. */
  public static TrainingState initial(float[] weights, TrainingConfig config) {
    return new TrainingState(
        Position.start(config.warmupSteps()),
        weights,
        OptimizerState.initial(config.optimizer(), weights.length),
        new float[config.outer().hasVelocity() ? weights.length : 0]);
  }

  /** Without the velocity, which only the driver needs. */
  public TrainingState forShards() {
    return new TrainingState(position, weights, optimizer, new float[0]);
  }

  /** Bytes that a round sends to a task, and a task sends back. */
  public long bytesPerShard() {
    long floats = (long) weights.length + optimizer.first().length + optimizer.second().length;
    return floats * Float.BYTES;
  }
}
