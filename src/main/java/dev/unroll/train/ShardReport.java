package dev.unroll.train;

import java.io.Serializable;

/**
 * What a shard's task tells of a round, beside the weights.
 *
 * @param shard index of the shard
 * @param lossRows terms in the loss: sequences, or steps when tagging
 * @param lossWeight sum of the weights of these terms, their number where none are given; what the
 *     shard counts in the mean
 * @param lossSum weighted sum of these terms, each at the network's weights of its minibatch
 * @param minibatches number of optimiser steps taken
 * @param clipped how many of them had their gradient clipped
 * @param gradientNormSum sum of the gradients' global norms before clipping
 * @param squaredChange ‖θᵢ − θ‖², how far the weights went
 * @param divergence what was not finite; null when all is well
 * @param seconds spent computing
 */
public record ShardReport(
    int shard,
    long lossRows,
    double lossWeight,
    double lossSum,
    long minibatches,
    long clipped,
    double gradientNormSum,
    double squaredChange,
    Divergence divergence,
    double seconds)
    implements Serializable {

  /**
   * Where numbers stopped being finite.
   *
   * @param what was found, such as {@code minibatch 3 of 12: loss NaN}
   * @param block index of the block of the shard that was trained on
   * @param sequences of that block in the minibatch
   */
  public record Divergence(String what, int block, int[] sequences) implements Serializable {}

  /** Whether the shard's result enters the mean. */
  public boolean counts() {
    return lossRows > 0 && divergence == null;
  }
}
