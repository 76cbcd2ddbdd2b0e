package dev.unroll.spark.rounds;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * A row on its way to its shard: values (steps × inputSize), targets and weight as in
 * SequenceBlock.
 */
@DefaultSerializer(JavaSerializer.class) // Kryo 4 cannot fill the fields of a record
record PackedRow(float[] values, float[] targets, float weight) implements Serializable {}
