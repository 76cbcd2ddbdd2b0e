package dev.unroll.spark.rounds;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.unroll.net.SequenceBlock;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A part of a shard: sequences to train on, or held out for validation.
 *
 * @param heldOut whether they are held out
 * @param block the sequences
 * @param contents hash of each sequence and its label, by which its row can be found again
 * @param checksum of all of them, made when they were packed
 */
@DefaultSerializer(JavaSerializer.class) // Kryo 4 cannot fill the fields of a record
record ShardBlock(boolean heldOut, SequenceBlock block, long[] contents, long checksum)
    implements Serializable {

  static ShardBlock of(boolean heldOut, SequenceBlock block, long[] contents) {
    CRC32C crc = new CRC32C();
    crc.update(heldOut ? 1 : 0);
    ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
    for (long content : contents) {
      if (bytes.remaining() < Long.BYTES) {
        crc.update(bytes.flip());
        bytes.clear();
      }
      bytes.putLong(content);
    }
    crc.update(bytes.flip());
    return new ShardBlock(heldOut, block, contents, crc.getValue());
  }
}
