package dev.unroll.spark.rounds;

import java.io.Serializable;

/** A row on its way to its shard: values (steps × inputSize) and targets as in SequenceBlock. */
record PackedRow(float[] values, float[] targets) implements Serializable {}
