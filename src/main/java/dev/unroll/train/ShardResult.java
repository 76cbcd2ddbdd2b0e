package dev.unroll.train;

import java.io.Serializable;

/**
 * What a shard's task sends back after a round.
 *
 * @param report figures
 * @param weights after the round
 * @param optimizer state after the round
 */
public record ShardResult(ShardReport report, float[] weights, OptimizerState optimizer)
    implements Serializable {}
