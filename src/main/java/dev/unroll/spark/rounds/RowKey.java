package dev.unroll.spark.rounds;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.unroll.math.KeyedRandom;
import dev.unroll.spark.Example;
import dev.unroll.spark.rounds.LearnerSettings.Placement;
import java.io.Serializable;
import java.util.Comparator;

/**
 * Where a row belongs, from what it holds and from nothing else: not from the file it came in, its
 * partition or its place there.
 *
 * @param shard the logical shard
 * @param heldOut whether the row is for validation
 * @param placement hash of the id, or where there is no id column of the stretch or the content
 * @param stretch hash of series and part of it whose windows go to one shard, to share their steps;
 *     0 for a row that is no window
 * @param end the window's last step in its series
 * @param content hash of features, label and weight
 * @param content2 a second, independent hash of the same: together 128 bits
 */
@DefaultSerializer(JavaSerializer.class) // Kryo 4 cannot fill the fields of a record
record RowKey(
    int shard, boolean heldOut, long placement, long stretch, int end, long content, long content2)
    implements Serializable {
  /** Windows of a stretch end within so many times their length, and store a quarter more steps. */
  private static final int LENGTHS_PER_STRETCH = 4;

  private static final int SHORTEST_STRETCH = 64;

  /** Shards together, training rows before validation rows, then by hash. */
  static final Comparator<RowKey> ORDER =
      (Comparator<RowKey> & Serializable)
          (a, b) -> {
            int byShard = Integer.compare(a.shard, b.shard);
            int byUse = byShard != 0 ? byShard : Boolean.compare(a.heldOut, b.heldOut);
            int byPlace = byUse != 0 ? byUse : Long.compare(a.placement, b.placement);
            int byStretch = byPlace != 0 ? byPlace : Long.compare(a.stretch, b.stretch);
            int byEnd = byStretch != 0 ? byStretch : Integer.compare(a.end, b.end);
            int byContent = byEnd != 0 ? byEnd : Long.compare(a.content, b.content);
            return byContent != 0 ? byContent : Long.compare(a.content2, b.content2);
          };

  /** The hashes of a row; its shard is not known yet. */
  static RowKey of(Example example, Placement placement, ValidationSplit split) {
    long content = contentHash(example, 1);
    // A place in the input must not decide anything: a row without an id goes by its content.
    boolean byId = placement == Placement.BY_ID && !example.id().contains(LearnerData.UNNAMED);
    Example.Window window = example.window();
    long stretch = window == null ? 0 : stretch(window, example.length());
    long rest = window == null ? content : stretch;
    long place = byId ? textHash(example.id(), 3) : rest;
    boolean heldOut = example.heldOut() == null ? split.holdsOut(place) : example.heldOut();
    int end = window == null ? 0 : window.end();
    return new RowKey(-1, heldOut, place, stretch, end, content, contentHash(example, 2));
  }

  private static long stretch(Example.Window window, int length) {
    long steps = Math.max(SHORTEST_STRETCH, (long) LENGTHS_PER_STRETCH * length);
    return fold(KeyedRandom.mix(window.series()), window.end() / steps);
  }

  /** Whether its steps may be those of a window before it. */
  boolean continues(RowKey before) {
    return stretch != 0
        && stretch == before.stretch
        && heldOut == before.heldOut
        && placement == before.placement;
  }

  /** A number in [0, buckets) that depends on the placement alone. */
  int bucket(int buckets) {
    return (int) Long.remainderUnsigned(placement, buckets);
  }

  RowKey inShard(int newShard) {
    return new RowKey(newShard, heldOut, placement, stretch, end, content, content2);
  }

  /** Of features, label and weight; another {@code start} gives an independent hash. */
  static long contentHash(Example example, long start) {
    long hash = KeyedRandom.mix(start + example.length());
    for (float value : example.values()) {
      hash = fold(hash, Float.floatToIntBits(value));
    }
    if (example.numbers() != null) {
      for (float number : example.numbers()) {
        hash = fold(hash, Float.floatToIntBits(number));
      }
    }
    if (example.classes() != null) {
      for (String name : example.classes()) {
        hash = fold(hash, textHash(name, start));
      }
    }
    return example.weight() == 1 ? hash : fold(hash, Float.floatToIntBits(example.weight()));
  }

  private static long textHash(String text, long start) {
    long hash = KeyedRandom.mix(start + text.length());
    for (int i = 0; i < text.length(); i++) {
      hash = fold(hash, text.charAt(i));
    }
    return hash;
  }

  private static long fold(long hash, long part) {
    return KeyedRandom.mix((hash + 0x9E3779B97F4A7C15L) ^ part);
  }
}
