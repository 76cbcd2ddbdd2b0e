package dev.unroll.spark.rounds;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.unroll.spark.Sent;
import dev.unroll.train.OptimizerState;
import dev.unroll.train.ShardMean;
import dev.unroll.train.ShardReport;
import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingState;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
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
  /** No slice is shorter: it would cost more to send than to add. */
  private static final int SHORTEST = 1 << 12;

  private SlicedMean() {}

  /**
   * A slice of each vector of one shard's result, or of the mean.
   *
   * @param reports of the one shard, or of all; of the mean, only the first slice has them
   */
  @DefaultSerializer(JavaSerializer.class) // Kryo 4 cannot fill the fields of a record
  record Slice(int index, List<ShardReport> reports, float[] weights, float[] first, float[] second)
      implements Serializable {}

  /** Two slices per shard, so that all cores that trained have some to average. */
  private static int sliceLength(int length, int shards) {
    return Math.max(SHORTEST, (length + 2 * shards - 1) / (2 * shards));
  }

  /** A job that gives the slices of the mean. */
  static JavaRDD<Slice> slices(
      JavaRDD<ShardBlock> blocks,
      ShardPass pass,
      Broadcast<Sent<TrainingState>> sent,
      TrainingState state) {
    int length = sliceLength(state.weights().length, pass.minibatches().length);
    int slices = (state.weights().length + length - 1) / length;
    return blocks
        .mapPartitionsWithIndex(
            (shard, part) -> cut(pass.train(shard, part, sent.value().content()), slices, length),
            true)
        .mapToPair(slice -> new Tuple2<>(slice.index(), slice))
        .partitionBy(new BySlice(slices))
        .mapPartitions(parts -> mean(parts, sent.value().content(), length), true);
  }

  private static Iterator<Slice> cut(ShardResult result, int slices, int length) {
    List<ShardReport> report = List.of(result.report());
    List<Slice> cut = new ArrayList<>();
    for (int i = 0; i < slices; i++) {
      cut.add(
          new Slice(
              i,
              report,
              part(result.weights(), i, length),
              part(result.optimizer().first(), i, length),
              part(result.optimizer().second(), i, length)));
    }
    return cut.iterator();
  }

  private static float[] part(float[] vector, int slice, int length) {
    int from = (int) Math.min(vector.length, (long) slice * length);
    return Arrays.copyOfRange(vector, from, Math.min(vector.length, from + length));
  }

  private static Iterator<Slice> mean(
      Iterator<Tuple2<Integer, Slice>> parts, TrainingState state, int length) {
    List<Slice> slices = new ArrayList<>();
    parts.forEachRemaining(part -> slices.add(part._2()));
    slices.sort(Comparator.comparingInt(slice -> slice.reports().get(0).shard()));
    int index = slices.get(0).index();
    List<ShardReport> reports = slices.stream().map(slice -> slice.reports().get(0)).toList();
    // Once is enough: N reports in each of 2 N slices would outweigh the mean itself.
    List<ShardReport> told = index == 0 ? reports : List.of();
    if (!Combined.anyCounts(reports)) {
      return List.of(new Slice(index, told, null, null, null)).iterator();
    }
    ShardMean.Shares shares = ShardMean.Shares.of(reports);
    List<Slice> counted = slices.stream().filter(s -> s.reports().get(0).counts()).toList();
    return List.of(
            new Slice(
                index,
                told,
                shares.weights(
                    part(state.weights(), index, length), vectors(counted, Slice::weights)),
                shares.moments(vectors(counted, Slice::first)),
                shares.moments(vectors(counted, Slice::second))))
        .iterator();
  }

  private static List<float[]> vectors(List<Slice> slices, Function<Slice, float[]> vector) {
    return slices.stream().map(vector).toList();
  }

  /** Puts the slices of the mean, in the order of their partitions, together. */
  static Combined of(TrainingState before, int shards, List<Slice> slices) {
    List<ShardReport> reports = List.copyOf(slices.get(0).reports());
    Combined.requireAll(reports.stream().map(ShardReport::shard).toList(), shards);
    if (!Combined.anyCounts(reports)) {
      return new Combined(reports, null);
    }
    OptimizerState optimizer = before.optimizer();
    return new Combined(
        reports,
        new ShardMean(
            join(slices, Slice::weights, before.weights().length),
            new OptimizerState(
                join(slices, Slice::first, optimizer.first().length),
                join(slices, Slice::second, optimizer.second().length),
                ShardMean.Shares.of(reports).step(optimizer.step()))));
  }

  private static float[] join(List<Slice> slices, Function<Slice, float[]> vector, int length) {
    float[] whole = new float[length];
    int at = 0;
    for (Slice slice : slices) {
      float[] part = vector.apply(slice);
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
