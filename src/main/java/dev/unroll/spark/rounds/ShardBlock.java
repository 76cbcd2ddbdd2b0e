package dev.unroll.spark.rounds;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.unroll.net.SequenceBlock;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A part of a shard: sequences to train on, or held out for validation. Out of the cache it comes
 * in pieces, which are put together only when its sequences are asked for.
 */
@DefaultSerializer(JavaSerializer.class) // it holds records
final class ShardBlock implements Serializable {
  private static final long serialVersionUID = 1L;

  private final boolean heldOut;
  private final int size;
  private final long checksum;
  private final Content content; // null where there are pieces
  private final List<ShardPiece> pieces;

  /**
   * What is in a block.
   *
   * @param block the sequences
   * @param contents hash of each sequence and its label, by which its row can be found again
   */
  record Content(SequenceBlock block, long[] contents) implements Serializable {}

  private ShardBlock(
      boolean heldOut, int size, long checksum, Content content, List<ShardPiece> pieces) {
    this.heldOut = heldOut;
    this.size = size;
    this.checksum = checksum;
    this.content = content;
    this.pieces = pieces;
  }

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
    Content content = new Content(block, contents);
    return new ShardBlock(heldOut, block.size(), crc.getValue(), content, List.of());
  }

  /** The block that was cut into these pieces. */
  static ShardBlock of(List<ShardPiece> pieces) {
    ShardPiece.Header header = pieces.get(0).header();
    return new ShardBlock(
        header.heldOut(), header.size(), header.checksum(), null, List.copyOf(pieces));
  }

  /** Whether its sequences are held out. */
  boolean heldOut() {
    return heldOut;
  }

  /** Number of sequences. */
  int size() {
    return size;
  }

  /** Of all sequences, made when they were packed. */
  long checksum() {
    return checksum;
  }

  /** The sequences and their hashes; put together anew each time. */
  Content content() {
    return content == null ? ShardPiece.join(pieces) : content;
  }

  /** The sequences. */
  SequenceBlock block() {
    return content().block();
  }

  /** Hash of each sequence and its label, by which its row can be found again. */
  long[] contents() {
    return content().contents();
  }
}
