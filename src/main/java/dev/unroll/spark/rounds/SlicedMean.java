package dev.unroll.spark.rounds;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.unroll.spark.rounds.SparkShards.Sent;
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
  /** 8 MB a slice: some per core for a model that is worth slicing. */
  private static final int SLICE = 1 << 21;

  private SlicedMean() {}

  /** A slice of each vector of one shard's result, or of the mean. */
  @DefaultSerializer(JavaSerializer.class) // Kryo 4 cannot fill the fields of a record
  record Slice(int index, List<ShardReport> reports, float[] weights, float[] first, float[] second)
      implements Serializable {}

  private static int count(int length) {
    return (length + SLICE - 1) / SLICE;
  }

  /** A job that gives the slices of the mean. */
  static JavaRDD<Slice> slices(
      JavaRDD<ShardBlock> blocks,
      ShardPass pass,
      Broadcast<Sent<TrainingState>> sent,
      TrainingState state) {
    int slices = count(state.weights().length);
    return blocks
        .mapPartitionsWithIndex(
            (shard, part) -> cut(pass.train(shard, part, sent.value().content()), slices), true)
        .mapToPair(slice -> new Tuple2<>(slice.index(), slice))
        .partitionBy(new BySlice(slices))
        .mapPartitions(parts -> mean(parts, sent.value().content()), true);
  }

  private static Iterator<Slice> cut(ShardResult result, int slices) {
    List<ShardReport> report = List.of(result.report());
    List<Slice> cut = new ArrayList<>();
    for (int i = 0; i < slices; i++) {
      cut.add(
          new Slice(
              i,
              report,
              part(result.weights(), i),
              part(result.optimizer().first(), i),
              part(result.optimizer().second(), i)));
    }
    return cut.iterator();
  }

  private static float[] part(float[] vector, int slice) {
    int from = Math.min(vector.length, slice * SLICE);
    return Arrays.copyOfRange(vector, from, Math.min(vector.length, from + SLICE));
  }

  private static Iterator<Slice> mean(Iterator<Tuple2<Integer, Slice>> parts, TrainingState state) {
    List<Slice> slices = new ArrayList<>();
    parts.forEachRemaining(part -> slices.add(part._2()));
    slices.sort(Comparator.comparingInt(slice -> slice.reports().get(0).shard()));
    int index = slices.get(0).index();
    List<ShardReport> reports = slices.stream().map(slice -> slice.reports().get(0)).toList();
    if (!Combined.anyCounts(reports)) {
      return List.of(new Slice(index, reports, null, null, null)).iterator();
    }
    ShardMean.Shares shares = ShardMean.Shares.of(reports);
    List<Slice> counted = slices.stream().filter(s -> s.reports().get(0).counts()).toList();
    return List.of(
            new Slice(
                index,
                reports,
                shares.weights(part(state.weights(), index), vectors(counted, Slice::weights)),
                shares.moments(vectors(counted, Slice::first)),
                shares.moments(vectors(counted, Slice::second))))
        .iterator();
  }

  private static List<float[]> vectors(List<Slice> slices, Function<Slice, float[]> vector) {
    return slices.stream().map(vector).toList();
  }

  /** Puts the slices of the mean together. */
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
    for (Slice slice : slices) {
      float[] part = vector.apply(slice);
      System.arraycopy(part, 0, whole, Math.min(length, slice.index() * SLICE), part.length);
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
