package dev.unroll.spark.rounds;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.unroll.net.SequenceBlock;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A part of a block, as blocks are cached. Where memory is too small Spark writes what is cached to
 * disk, through Java's serialization, which holds on to the last hundred objects ({@code
 * spark.serializer.objectStreamReset}), both when it writes and when it reads: a hundred blocks are
 * more than a gigabyte, a hundred pieces are not.
 *
 * @param header of the block, the same in all its pieces
 * @param bytes of this piece; the pieces of a block come one after another
 */
@DefaultSerializer(JavaSerializer.class) // Kryo 4 cannot fill the fields of a record
record ShardPiece(Header header, byte[] bytes) implements Serializable {
  private static final int MOST_BYTES = 1 << 19;

  /**
   * What is known of a block without putting it together.
   *
   * @param bytes of all pieces
   * @param size sequences
   */
  record Header(int bytes, boolean heldOut, int size, long checksum) implements Serializable {}

  /** Cuts blocks into pieces, one block at a time. */
  static Iterator<ShardPiece> cut(Iterator<ShardBlock> blocks) {
    return new Iterator<>() {
      private Header header;
      private byte[] block = {};
      private int at;

      @Override
      public boolean hasNext() {
        return at < block.length || blocks.hasNext();
      }

      @Override
      public ShardPiece next() {
        if (at == block.length) {
          ShardBlock next = blocks.next();
          block = bytes(next.content());
          header = new Header(block.length, next.heldOut(), next.size(), next.checksum());
          at = 0;
        }
        int end = Math.min(block.length, at + MOST_BYTES);
        ShardPiece piece = new ShardPiece(header, Arrays.copyOfRange(block, at, end));
        at = end;
        return piece;
      }
    };
  }

  /** The blocks that pieces were cut from. */
  static Iterator<ShardBlock> blocks(Iterator<ShardPiece> pieces) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return pieces.hasNext();
      }

      @Override
      public ShardBlock next() {
        if (!pieces.hasNext()) {
          throw new NoSuchElementException();
        }
        List<ShardPiece> ofBlock = new ArrayList<>();
        int left = Integer.MAX_VALUE;
        while (left > 0) {
          ShardPiece piece = pieces.next();
          left = Math.min(left, piece.header().bytes()) - piece.bytes().length;
          ofBlock.add(piece);
        }
        return ShardBlock.of(ofBlock);
      }
    };
  }

  /** What is in the block that these pieces were cut from. */
  static ShardBlock.Content join(List<ShardPiece> pieces) {
    ByteBuffer bytes = buffer(pieces.get(0).header().bytes());
    pieces.forEach(piece -> bytes.put(piece.bytes()));
    return content(bytes.flip());
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
  }

  private static byte[] bytes(ShardBlock.Content content) {
    SequenceBlock rows = content.block();
    long floats = (long) rows.values().length + rows.targets().length + rows.weights().length;
    long ints = (long) rows.starts().length + rows.lengths().length + 10;
    long size = 4 * (floats + ints) + 8L * (content.contents().length + 1);
    ByteBuffer bytes = buffer(Math.toIntExact(size));
    bytes.putInt(rows.inputSize()).putInt(rows.targetSize()).putInt(rows.targetPerStep() ? 1 : 0);
    put(bytes, rows.starts());
    put(bytes, rows.lengths());
    put(bytes, rows.values());
    put(bytes, rows.targets());
    put(bytes, rows.weights());
    bytes.putInt(content.contents().length).asLongBuffer().put(content.contents());
    return bytes.array();
  }

  private static ShardBlock.Content content(ByteBuffer bytes) {
    int inputSize = bytes.getInt();
    int targetSize = bytes.getInt();
    boolean targetPerStep = bytes.getInt() == 1;
    int[] starts = ints(bytes);
    int[] lengths = ints(bytes);
    float[] values = floats(bytes);
    float[] targets = floats(bytes);
    float[] weights = floats(bytes);
    long[] contents = new long[bytes.getInt()];
    bytes.asLongBuffer().get(contents);
    SequenceBlock rows =
        new SequenceBlock(
            inputSize, starts, lengths, values, targetSize, targetPerStep, targets, weights);
    return new ShardBlock.Content(rows, contents);
  }

  private static void put(ByteBuffer bytes, int[] array) {
    bytes.putInt(array.length).asIntBuffer().put(array);
    bytes.position(bytes.position() + 4 * array.length);
  }

  private static void put(ByteBuffer bytes, float[] array) {
    bytes.putInt(array.length).asFloatBuffer().put(array);
    bytes.position(bytes.position() + 4 * array.length);
  }

  private static int[] ints(ByteBuffer bytes) {
    int[] array = new int[bytes.getInt()];
    bytes.asIntBuffer().get(array);
    bytes.position(bytes.position() + 4 * array.length);
    return array;
  }

  private static float[] floats(ByteBuffer bytes) {
    float[] array = new float[bytes.getInt()];
    bytes.asFloatBuffer().get(array);
    bytes.position(bytes.position() + 4 * array.length);
    return array;
  }
}
