package dev.unroll.spark.rounds;

import dev.unroll.math.KeyedRandom;
import dev.unroll.net.SequenceBlock;
import dev.unroll.spark.ExactMoments;
import dev.unroll.spark.Example;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.InvalidRowException;
import dev.unroll.spark.TimedJob;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * The training data, shuffled to its shards, packed and cached. Rows go where their hash says and
 * are sorted by it there, so shards hold the same blocks whatever the input's files, order or
 * partitions. The sort is Spark's external one: a shard may be larger than memory.
 */
final class PackedShards implements AutoCloseable {
  private final LearnerData data;
  private final JavaRDD<ShardBlock> blocks;
  private final List<ShardStatistics> statistics;

  private PackedShards(
      LearnerData data, JavaRDD<ShardBlock> blocks, List<ShardStatistics> statistics) {
    this.data = data;
    this.blocks = blocks;
    this.statistics = statistics;
  }

  /**
   * Two Spark stages: shuffle and pack; the statistics of the packed shards fill the cache.
   *
   * @param classIndex index of each class name, empty for regression
   */
  static PackedShards pack(
      LearnerData data,
      ValidationSplit split,
      ShardPlan plan,
      BlockPacker.BlockShape shape,
      Map<String, Integer> classIndex,
      int batchSize,
      double maxSeconds) {
    JavaRDD<ShardBlock> blocks = blocks(data, split, plan, shape, classIndex);
    blocks.setName("unroll shards").persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return new PackedShards(data, blocks, statistics(blocks, shape, batchSize, maxSeconds));
    } catch (RuntimeException e) {
      blocks.unpersist(false);
      throw e;
    }
  }

  private static JavaRDD<ShardBlock> blocks(
      LearnerData data,
      ValidationSplit split,
      ShardPlan plan,
      BlockPacker.BlockShape shape,
      Map<String, Integer> classIndex) {
    LearnerData.Reader reader = data.reader();
    return data.rows()
        .mapPartitionsWithIndex(
            (partition, rows) -> new PlacedRows(reader, split, plan, classIndex, partition, rows),
            false)
        .mapToPair(placed -> placed)
        .repartitionAndSortWithinPartitions(new ByShard(plan.shards()), RowKey.ORDER)
        .mapPartitions(rows -> new BlockPacker(rows, shape), true);
  }

  private static List<ShardStatistics> statistics(
      JavaRDD<ShardBlock> blocks, BlockPacker.BlockShape shape, int batchSize, double maxSeconds) {
    List<ShardStatistics> statistics =
        TimedJob.collect(
            blocks.mapPartitionsWithIndex(
                (shard, part) ->
                    List.of(ShardStatistics.of(shard, part, shape, batchSize)).iterator(),
                true),
            "pack shards",
            maxSeconds,
            "raise training.maxRoundSeconds");
    return statistics.stream().sorted(Comparator.comparingInt(s -> s.shard)).toList();
  }

  JavaRDD<ShardBlock> blocks() {
    return blocks;
  }

  List<ShardStatistics> statistics() {
    return statistics;
  }

  /** Bytes that the rows take. */
  long bytes() {
    return statistics.stream().mapToLong(s -> s.bytes).sum();
  }

  long[] minibatches() {
    return statistics.stream().mapToLong(s -> s.minibatches).toArray();
  }

  /** Checksums of each shard's blocks, in order. */
  long[][] checksums() {
    return statistics.stream()
        .map(s -> s.checksums.stream().mapToLong(Long::longValue).toArray())
        .toArray(long[][]::new);
  }

  /** A number that other data would change. */
  String fingerprint() {
    long hash = KeyedRandom.mix(statistics.size());
    for (long[] shard : checksums()) {
      hash = KeyedRandom.mix(hash + shard.length);
      for (long checksum : shard) {
        hash = KeyedRandom.mix(hash ^ checksum);
      }
    }
    return Long.toHexString(hash);
  }

  /** What the first rows with one of these contents are called; reads the data again. */
  List<String> rowsOf(long[] contents, int most, double maxSeconds) {
    LearnerData.Reader reader = data.reader();
    long[] sorted = contents.clone();
    Arrays.sort(sorted);
    List<String> names =
        TimedJob.collect(
            data.rows()
                .mapPartitionsWithIndex(
                    (partition, rows) -> names(reader, sorted, most, partition, rows), false),
            "name rows",
            maxSeconds,
            "raise training.maxRoundSeconds");
    return names.stream().limit(most).toList();
  }

  private static Iterator<String> names(
      LearnerData.Reader reader, long[] contents, int most, int partition, Iterator<Row> rows) {
    List<String> names = new ArrayList<>();
    for (long index = 0; rows.hasNext() && names.size() < most; index++) {
      try {
        Example example = reader.read(rows.next(), partition, index);
        if (Arrays.binarySearch(contents, RowKey.contentHash(example, 1)) >= 0) {
          names.add(example.id());
        }
      } catch (InvalidRowException e) {
        continue; // it was not trained on
      }
    }
    return names.iterator();
  }

  /** Sum of the weights of the held-out targets, in the order of the shards. */
  double heldOutWeight() {
    double sum = 0;
    for (ShardStatistics shard : statistics) {
      sum += shard.heldOutWeight;
    }
    return sum;
  }

  /** Of the training rows; gathered while they were packed. */
  static ExactMoments moments(List<PackedShards> rows, Part part, int size) {
    ExactMoments all = new ExactMoments(size);
    rows.forEach(some -> some.statistics.forEach(s -> all.merge(part.of(s))));
    return all;
  }

  /** All values or targets of the training rows. */
  static JavaRDD<float[]> values(List<PackedShards> rows, Part part) {
    return rows.stream()
        .map(some -> some.blocks.filter(it -> !it.heldOut()).map(it -> part.of(it.block())))
        .reduce(JavaRDD::union)
        .orElseThrow();
  }

  /** What can be scaled. */
  enum Part {
    VALUES,
    TARGETS;

    private ExactMoments of(ShardStatistics statistics) {
      return this == VALUES ? statistics.input : statistics.target;
    }

    private float[] of(SequenceBlock block) {
      return this == VALUES ? block.values() : block.targets();
    }
  }

  /** Fails where the rows are too few to leave some on either side. */
  void requireRows(ValidationSplit split, Optional<String> indicator) {
    boolean nothingLeft = statistics.stream().allMatch(s -> s.sequences == 0);
    if (indicator.isPresent() && (nothingLeft || heldOutWeight() == 0)) {
      throw new InvalidDataException(
          "column \"%s\" is %s in all rows that can be used; expected both true, for validation, and false"
              .formatted(indicator.get(), nothingLeft));
    }
    if (split.fraction() > 0 && heldOutWeight() == 0) {
      throw new InvalidDataException(
          "no row fell into the validation part; give more rows, raise"
              + " training.validationFraction, or set it to 0");
    }
    if (nothingLeft) {
      throw new InvalidDataException(
          "all rows fell into the validation part; give more rows or lower"
              + " training.validationFraction");
    }
  }

  @Override
  public void close() {
    blocks.unpersist(false);
  }

  /** A row goes to the partition of its shard. */
  private static final class ByShard extends Partitioner {
    private static final long serialVersionUID = 1L;
    private final int shards;

    ByShard(int shards) {
      this.shards = shards;
    }

    @Override
    public int numPartitions() {
      return shards;
    }

    @Override
    public int getPartition(Object key) {
      return ((RowKey) key).shard();
    }
  }

  /** The usable rows of one input partition with their keys. */
  private static final class PlacedRows implements Iterator<Tuple2<RowKey, PackedRow>> {
    private final LearnerData.Reader reader;
    private final ValidationSplit split;
    private final ShardPlan plan;
    private final Map<String, Integer> classIndex;
    private final int partition;
    private final Iterator<Row> rows;
    private final SentSteps sent = new SentSteps();
    private long index;
    private Tuple2<RowKey, PackedRow> next;

    PlacedRows(
        LearnerData.Reader reader,
        ValidationSplit split,
        ShardPlan plan,
        Map<String, Integer> classIndex,
        int partition,
        Iterator<Row> rows) {
      this.reader = reader;
      this.split = split;
      this.plan = plan;
      this.classIndex = classIndex;
      this.partition = partition;
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      while (next == null && rows.hasNext()) {
        try {
          Example example = reader.read(rows.next(), partition, index++);
          next = example.weight() > 0 ? place(example) : null;
        } catch (InvalidRowException e) {
          // Counted by the profile, which has read the same rows before.
          continue;
        }
      }
      return next != null;
    }

    private Tuple2<RowKey, PackedRow> place(Example example) {
      RowKey key = plan.place(RowKey.of(example, reader.placement(), split));
      float[] unsent = sent.unsent(key, example);
      PackedRow row = new PackedRow(unsent, targets(example), example.weight(), example.length());
      return new Tuple2<>(key, row);
    }

    private float[] targets(Example example) {
      if (example.numbers() != null) {
        return example.numbers();
      }
      float[] targets = new float[example.classes().length];
      for (int i = 0; i < targets.length; i++) {
        targets[i] = classIndex.get(example.classes()[i]);
      }
      return targets;
    }

    @Override
    public Tuple2<RowKey, PackedRow> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Tuple2<RowKey, PackedRow> result = next;
      next = null;
      return result;
    }
  }
}
