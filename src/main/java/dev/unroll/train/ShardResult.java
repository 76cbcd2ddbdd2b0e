package dev.unroll.train;

import java.io.Serializable;

/**
 * What a shard's task sends back after a round.
 *
 * @param shard index of the shard
 * @param lossRows terms in the loss: sequences, or steps when tagging; the weight in the mean
 * @param lossSum sum of these terms, each at the weights of its minibatch
 * @param minibatches number of optimiser steps taken
 * @param clipped how many of them had their gradient clipped
 * @param gradientNormSum sum of the gradients' global norms before clipping
 * @param weights after the round
 * @param optimizer state after the round
 * @param divergence what was not finite, and where; null when all is well
 * @param seconds spent computing
 */
public record ShardResult(
    int shard,
    long lossRows,
    double lossSum,
    long minibatches,
    long clipped,
    double gradientNormSum,
    float[] weights,
    OptimizerState optimizer,
    String divergence,
    double seconds)
    implements Serializable {}
