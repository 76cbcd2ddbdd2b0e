package dev.unroll.train;

import java.io.Serializable;

/**
 * How far a run has come.
 *
 * @param round rounds done
 * @param epoch epochs done; {@link #WARM_UP} before the first
 * @param minibatch how many minibatches each shard has done of the epoch or of the warm-up (a shard
 *     that has fewer is done with it)
 */
public record Position(long round, int epoch, long minibatch) implements Serializable {
  /** The epoch of a run that still trains on one shard alone. */
  public static final int WARM_UP = -1;

  /** Where a run with so many warm-up steps begins. */
  public static Position start(long warmupSteps) {
    return new Position(0, warmupSteps > 0 ? WARM_UP : 0, 0);
  }

  /** Epochs that are complete. */
  public int epochsDone() {
    return Math.max(epoch, 0);
  }

  /** Whether no epoch has been begun and left unfinished. */
  public boolean isEpochEnd() {
    return epoch >= 0 && minibatch == 0;
  }
}
