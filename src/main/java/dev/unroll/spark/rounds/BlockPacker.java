package dev.unroll.spark.rounds;

import dev.unroll.net.SequenceBlock;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import scala.Tuple2;

/**
 * Packs a shard's rows, in the order they come, into blocks of bounded size. Part of what makes a
 * run repeatable: where blocks end depends on the rows alone.
 */
final class BlockPacker implements Iterator<ShardBlock> {
  /** 16 MiB of values per block, unless one sequence alone is longer. */
  private static final int MOST_VALUES = 1 << 22;

  private final Iterator<Tuple2<RowKey, PackedRow>> rows;
  private final BlockShape shape;
  private Tuple2<RowKey, PackedRow> next;

  /** What all blocks of a data set have in common. */
  record BlockShape(int inputSize, int targetSize, boolean targetPerStep) implements Serializable {}

  BlockPacker(Iterator<Tuple2<RowKey, PackedRow>> rows, BlockShape shape) {
    this.rows = rows;
    this.shape = shape;
    advance();
  }

  private void advance() {
    next = rows.hasNext() ? rows.next() : null;
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public ShardBlock next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    boolean heldOut = next._1().heldOut();
    Growing block = new Growing();
    do {
      block.add(next._1().content(), next._2());
      advance();
    } while (next != null && next._1().heldOut() == heldOut && block.hasRoomFor(next._2()));
    return ShardBlock.of(heldOut, block.pack(), block.contents());
  }

  /** Arrays that grow while rows are added. */
  private final class Growing {
    private float[] values = new float[1 << 12];
    private float[] targets = new float[1 << 6];
    private float[] weights = new float[1 << 6];
    private boolean weighted;
    private int[] starts = new int[1 << 6];
    private long[] contents = new long[1 << 6];
    private int valueCount;
    private int targetCount;
    private int size;

    boolean hasRoomFor(PackedRow row) {
      return (long) valueCount + row.values().length <= MOST_VALUES;
    }

    void add(long content, PackedRow row) {
      if (contents.length <= size) {
        contents = Arrays.copyOf(contents, 2 * size);
      }
      contents[size] = content;
      values = grow(values, valueCount + row.values().length);
      System.arraycopy(row.values(), 0, values, valueCount, row.values().length);
      valueCount += row.values().length;
      targets = grow(targets, targetCount + row.targets().length);
      System.arraycopy(row.targets(), 0, targets, targetCount, row.targets().length);
      targetCount += row.targets().length;
      weights = grow(weights, size + 1);
      weights[size] = row.weight();
      weighted |= row.weight() != 1;
      size++;
      if (starts.length <= size) {
        starts = Arrays.copyOf(starts, 2 * size);
      }
      starts[size] = valueCount / shape.inputSize();
    }

    long[] contents() {
      return Arrays.copyOf(contents, size);
    }

    SequenceBlock pack() {
      return new SequenceBlock(
          shape.inputSize(),
          Arrays.copyOf(starts, size + 1),
          Arrays.copyOf(values, valueCount),
          shape.targetSize(),
          shape.targetPerStep(),
          Arrays.copyOf(targets, targetCount),
          Arrays.copyOf(weights, weighted ? size : 0));
    }
  }

  private static float[] grow(float[] array, int length) {
    return length <= array.length
        ? array
        : Arrays.copyOf(array, Math.max(length, array.length + (array.length >> 1)));
  }
}
