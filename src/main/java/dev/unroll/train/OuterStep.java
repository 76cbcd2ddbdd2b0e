package dev.unroll.train;

import java.io.Serializable;

/**
 * What the driver makes of the mean of a round's results: the update rule between rounds, as {@link
 * Optimizer} is the one within a shard. θ is what was sent to the shards, θ̄ what came back, on
 * average.
 */
public sealed interface OuterStep extends Serializable permits Average, Nesterov {

  /**
   * The state after a round.
   *
   * @param mean θ̄ and the mean of the optimisers' states
   * @param position after the round
   */
  TrainingState next(TrainingState before, ShardMean mean, Position position);

  /** The rule for a run of so many rounds on so many shards. */
  default OuterStep settled(int shards, long rounds) {
    return this;
  }

  /** Whether the rule keeps a velocity between rounds. */
  boolean hasVelocity();
}
