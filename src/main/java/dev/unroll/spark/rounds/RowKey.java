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
 * @param placement hash of the id, or of the content where there is no id column
 * @param content hash of features, label and weight
 * @param content2 a second, independent hash of the same: together 128 bits
 */
@DefaultSerializer(JavaSerializer.class) // Kryo 4 cannot fill the fields of a record
record RowKey(int shard, boolean heldOut, long placement, long content, long content2)
    implements Serializable {

  /** Shards together, training rows before validation rows, then by hash. */
  static final Comparator<RowKey> ORDER =
      (Comparator<RowKey> & Serializable)
          (a, b) -> {
            int byShard = Integer.compare(a.shard, b.shard);
            int byUse = byShard != 0 ? byShard : Boolean.compare(a.heldOut, b.heldOut);
            int byPlace = byUse != 0 ? byUse : Long.compare(a.placement, b.placement);
            int byContent = byPlace != 0 ? byPlace : Long.compare(a.content, b.content);
            return byContent != 0 ? byContent : Long.compare(a.content2, b.content2);
          };

  /** The hashes of a row; its shard is not known yet. */
  static RowKey of(Example example, Placement placement, ValidationSplit split) {
    long content = contentHash(example, 1);
    // A place in the input must not decide anything: a row without an id goes by its content.
    boolean byId = placement == Placement.BY_ID && !example.id().contains(LearnerData.UNNAMED);
    long place = byId ? textHash(example.id(), 3) : content;
    boolean heldOut = example.heldOut() == null ? split.holdsOut(place) : example.heldOut();
    return new RowKey(-1, heldOut, place, content, contentHash(example, 2));
  }

  /** A number in [0, buckets) that depends on the placement alone. */
  int bucket(int buckets) {
    return (int) Long.remainderUnsigned(placement, buckets);
  }

  RowKey inShard(int newShard) {
    return new RowKey(newShard, heldOut, placement, content, content2);
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
