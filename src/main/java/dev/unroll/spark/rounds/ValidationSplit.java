package dev.unroll.spark.rounds;

import dev.unroll.math.KeyedRandom;
import java.io.Serializable;

/**
 * Which rows are held out: each with probability {@code fraction}, decided by its placement hash
 * and the seed, so that the same rows are held out wherever they are read.
 */
record ValidationSplit(double fraction, long seed) implements Serializable {

  boolean holdsOut(long placement) {
    return fraction > 0 && KeyedRandom.of(seed, "validation", placement).nextDouble() < fraction;
  }
}
