package dev.unroll.spark.rounds;

import dev.unroll.net.SequenceBlock;
import java.io.Serializable;

/** A part of a shard: sequences to train on, or held out for validation. */
record ShardBlock(boolean heldOut, SequenceBlock block) implements Serializable {}
