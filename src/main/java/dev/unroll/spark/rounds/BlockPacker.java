package dev.unroll.spark.rounds;

import dev.unroll.net.SequenceBlock;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import scala.Tuple2;

/**
 * Packs a shard's rows, in the order they come, into blocks of bounded size. Part of what makes a
 * run repeatable: where blocks end depends on the rows alone. Windows over one stretch of a series
 * come in the order of their ends and share the steps that they have in common.
 */
final class BlockPacker implements Iterator<ShardBlock> {
  /** 16 MiB of values per block, unless one sequence alone is longer. */
  private static final int MOST_VALUES = 1 << 22;

  private final Iterator<Tuple2<RowKey, PackedRow>> rows;
  private final BlockShape shape;
  private Tuple2<RowKey, PackedRow> next;
  private Growing block;

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
    block = new Growing(block);
    do {
      block.add(next._1(), next._2());
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
    private boolean shared;
    private int[] starts = new int[1 << 6];
    private int[] lengths = new int[1 << 6];
    private long[] contents = new long[1 << 6];
    private int valueCount;
    private int targetCount;
    private int size;

    // The stretch at the end of the values: its steps from firstStep on begin at step stretchAt.
    private RowKey last;
    private int firstStep;
    private int stretchAt;

    /** The block before, from whose end a stretch may go on. */
    private Growing before;

    Growing(Growing before) {
      this.before = before;
      if (before != null) {
        before.before = null;
      }
    }

    boolean hasRoomFor(PackedRow row) {
      return (long) valueCount + row.values().length <= MOST_VALUES;
    }

    void add(RowKey key, PackedRow row) {
      grow();
      contents[size] = key.content();
      starts[size] = place(key, row);
      lengths[size] = row.length();
      targets = BlockPacker.grow(targets, targetCount + row.targets().length);
      System.arraycopy(row.targets(), 0, targets, targetCount, row.targets().length);
      targetCount += row.targets().length;
      weights[size] = row.weight();
      weighted |= row.weight() != 1;
      size++;
    }

    /** Stores the steps that are not there yet, and tells where the row's begin. */
    private int place(RowKey key, PackedRow row) {
      int width = shape.inputSize();
      int start = key.end() + 1 - row.length();
      int sent = row.values().length / width;
      if (last == null && before != null && before.goesOn(key, start, row)) {
        takeOver(before, start, row.length() - sent);
      }
      before = null;
      if (last == null || !goesOn(key, start, row)) {
        if (sent < row.length()) {
          throw new IllegalStateException("the first steps of a window are missing");
        }
        firstStep = start;
        stretchAt = valueCount / width;
      } else {
        shared = true;
      }
      int unsent = row.length() - sent;
      int stored = valueCount / width - stretchAt;
      int from = firstStep + stored - (start + unsent); // steps of the row that are stored already
      append(row.values(), Math.max(0, from) * width);
      last = key.stretch() == 0 ? null : key;
      return stretchAt + start - firstStep;
    }

    /** Whether the row is a window of the stretch at the end, whose steps are the same. */
    private boolean goesOn(RowKey key, int start, PackedRow row) {
      if (last == null || !key.continues(last) || shape.targetPerStep()) {
        return false;
      }
      int width = shape.inputSize();
      int afterLast = firstStep + valueCount / width - stretchAt;
      int sentFrom = start + row.length() - row.values().length / width;
      if (start < firstStep || sentFrom > afterLast) {
        return false;
      }
      int overlap = Math.min(afterLast - sentFrom, row.values().length / width) * width;
      int at = (stretchAt + sentFrom - firstStep) * width;
      return Arrays.equals(values, at, at + overlap, row.values(), 0, overlap);
    }

    /** Begins with steps from the end of the block before. */
    private void takeOver(Growing other, int start, int steps) {
      int width = shape.inputSize();
      int at = (other.stretchAt + start - other.firstStep) * width;
      int stored = other.valueCount - at;
      float[] head = Arrays.copyOfRange(other.values, at, at + Math.max(stored, steps * width));
      firstStep = start;
      stretchAt = 0;
      last = other.last;
      append(head, 0);
    }

    private void append(float[] from, int at) {
      int count = Math.max(0, from.length - at);
      values = BlockPacker.grow(values, valueCount + count);
      System.arraycopy(from, Math.min(at, from.length), values, valueCount, count);
      valueCount += count;
    }

    private void grow() {
      if (contents.length <= size + 1) {
        contents = Arrays.copyOf(contents, 2 * size + 2);
        starts = Arrays.copyOf(starts, 2 * size + 2);
        lengths = Arrays.copyOf(lengths, 2 * size + 2);
        weights = Arrays.copyOf(weights, 2 * size + 2);
      }
    }

    long[] contents() {
      return Arrays.copyOf(contents, size);
    }

    SequenceBlock pack() {
      starts[size] = valueCount / shape.inputSize();
      return new SequenceBlock(
          shape.inputSize(),
          Arrays.copyOf(starts, size + (shared ? 0 : 1)),
          Arrays.copyOf(lengths, size),
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
