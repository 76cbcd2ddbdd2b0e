package dev.unroll.spark.rounds;

import dev.unroll.spark.SentVector;
import dev.unroll.train.OptimizerState;
import dev.unroll.train.ShardMean;
import dev.unroll.train.ShardReport;
import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * The mean of large results: each shard's vectors are cut into slices, a shuffle brings equal
 * slices together, and each is averaged in the order of the shards, as the driver would, so with
 * the same bits. The driver receives one mean instead of N results.
 */
final class SlicedMean {
  /** No slice has fewer elements: it would cost more to send than to add. */
  private static final int SHORTEST = 1 << 12;

  /** No slice has more, since a task holds the same slice of all shards. */
  private static final int LONGEST = 1 << 19;

  private SlicedMean() {}

  /** At least two slices per shard, so that all cores that trained have some to average. */
  private static int sliceLength(int length, int shards) {
    return Math.max(SHORTEST, Math.min(LONGEST, (length + 2 * shards - 1) / (2 * shards)));
  }

  /** A job that gives the slices of the mean. */
  static JavaRDD<SentSlice> slices(
      JavaRDD<ShardBlock> blocks, ShardPass pass, Broadcast<SentState> sent, TrainingState state) {
    int length = sliceLength(state.weights().length, pass.minibatches().length);
    int slices = (state.weights().length + length - 1) / length;
    return blocks
        .mapPartitionsWithIndex(
            (shard, part) -> cut(pass.train(shard, part, sent.value().state()), slices, length),
            true)
        .mapToPair(slice -> new Tuple2<>(slice.index(), slice))
        .partitionBy(new BySlice(slices))
        .mapPartitions(parts -> mean(parts, sent.value().state(), length), true);
  }

  private static Iterator<SentSlice> cut(ShardResult result, int slices, int length) {
    return IntStream.range(0, slices).mapToObj(i -> SentSlice.of(result, i, length)).iterator();
  }

  private static Iterator<SentSlice> mean(
      Iterator<Tuple2<Integer, SentSlice>> parts, TrainingState state, int length) {
    List<SentSlice> slices = new ArrayList<>();
    parts.forEachRemaining(part -> slices.add(part._2()));
    slices.sort(Comparator.comparingInt(slice -> slice.reports().get(0).shard()));
    int index = slices.get(0).index();
    List<ShardReport> reports = slices.stream().map(slice -> slice.reports().get(0)).toList();
    // Once is enough: N reports in each of 2 N slices would outweigh the mean itself.
    List<ShardReport> told = index == 0 ? reports : List.of();
    if (!Combined.anyCounts(reports)) {
      return List.of(new SentSlice(index, told, null, null, null)).iterator();
    }
    ShardMean.Shares shares = ShardMean.Shares.of(reports);
    List<SentSlice> counted = slices.stream().filter(s -> s.reports().get(0).counts()).toList();
    float[] before = SentSlice.part(state.weights(), index, length).values();
    return List.of(
            new SentSlice(
                index,
                told,
                new SentVector(shares.weights(before, vectors(counted, SentSlice::weights))),
                new SentVector(shares.moments(vectors(counted, SentSlice::first))),
                new SentVector(shares.moments(vectors(counted, SentSlice::second)))))
        .iterator();
  }

  private static List<float[]> vectors(
      List<SentSlice> slices, Function<SentSlice, SentVector> vector) {
    return slices.stream().map(vector).map(SentVector::values).toList();
  }

  /** Puts the slices of the mean, in the order of their partitions, together. */
  static Combined of(TrainingState before, int shards, List<SentSlice> slices) {
    List<ShardReport> reports = List.copyOf(slices.get(0).reports());
    Combined.requireAll(reports.stream().map(ShardReport::shard).toList(), shards);
    if (!Combined.anyCounts(reports)) {
      return new Combined(reports, null);
    }
    OptimizerState optimizer = before.optimizer();
    return new Combined(
        reports,
        new ShardMean(
            join(slices, SentSlice::weights, before.weights().length),
            new OptimizerState(
                join(slices, SentSlice::first, optimizer.first().length),
                join(slices, SentSlice::second, optimizer.second().length),
                ShardMean.Shares.of(reports).step(optimizer.step()))));
  }

  private static float[] join(
      List<SentSlice> slices, Function<SentSlice, SentVector> vector, int length) {
    float[] whole = new float[length];
    int at = 0;
    for (SentSlice slice : slices) {
      float[] part = vector.apply(slice).values();
      System.arraycopy(part, 0, whole, at, part.length);
      at += part.length;
    }
    return whole;
  }

  /** A slice goes to the partition of its number. */
  private static final class BySlice extends Partitioner {
    private static final long serialVersionUID = 1L;
    private final int slices;

    BySlice(int slices) {
      this.slices = slices;
    }

    @Override
    public int numPartitions() {
      return slices;
    }

    @Override
    public int getPartition(Object key) {
      return (Integer) key;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof BySlice that && that.slices == slices;
    }

    @Override
    public int hashCode() {
      return slices;
    }
  }
}
