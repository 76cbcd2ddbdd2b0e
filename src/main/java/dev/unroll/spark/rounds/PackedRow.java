package dev.unroll.spark.rounds;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * A row on its way to its shard.
 *
 * @param values (steps × inputSize): all steps; or of a window only its last, where those before
 *     have just been sent with another window of the stretch
 * @param targets as in SequenceBlock
 * @param weight as in SequenceBlock
 * @param length steps of the sequence
 */
@DefaultSerializer(JavaSerializer.class) // Kryo 4 cannot fill the fields of a record
record PackedRow(float[] values, float[] targets, float weight, int length)
    implements Serializable {}
