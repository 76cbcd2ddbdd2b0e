package dev.unroll.train;

import java.io.Serializable;

/**
 * How long shards train between two synchronisations: at most so many minibatches each, and never
 * beyond the end of an epoch.
 *
 * @param minibatches of each shard, at least 1
 */
public record Period(long minibatches) implements Serializable {
  /** One synchronisation per pass over the data. */
  public static final Period EPOCH = new Period(Long.MAX_VALUE);

  public Period {
    if (minibatches < 1) {
      throw new IllegalArgumentException(
          "period of " + minibatches + " minibatches, expected at least 1");
    }
  }

  /** {@code epoch} or {@code steps(k)}, as in the configuration. */
  @Override
  public String toString() {
    return equals(EPOCH) ? "epoch" : "steps(" + minibatches + ")";
  }
}
