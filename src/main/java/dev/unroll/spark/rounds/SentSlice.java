package dev.unroll.spark.rounds;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.unroll.spark.SentVector;
import dev.unroll.train.OptimizerState;
import dev.unroll.train.ShardReport;
import dev.unroll.train.ShardResult;
import java.io.Serializable;
import java.util.List;

/**
 * A {@link ShardResult} on its way, or a slice of it, or a slice of the mean of several.
 *
 * @param index of the slice
 * @param reports of the shards that the vectors are of
 * @param weights of these elements; null where no shard counts
 */
@DefaultSerializer(JavaSerializer.class) // Kryo 4 cannot fill the fields of a record
record SentSlice(
    int index, List<ShardReport> reports, SentVector weights, SentVector first, SentVector second)
    implements Serializable {

  static SentSlice whole(ShardResult result) {
    return of(result, 0, Math.max(1, result.weights().length));
  }

  /** The slice of that index, where slices have that length. */
  static SentSlice of(ShardResult result, int index, int length) {
    OptimizerState optimizer = result.optimizer();
    return new SentSlice(
        index,
        List.of(result.report()),
        part(result.weights(), index, length),
        part(optimizer.first(), index, length),
        part(optimizer.second(), index, length));
  }

  /** Elements of a vector, if it is not one that the optimiser's rule leaves empty. */
  static SentVector part(float[] vector, int index, int length) {
    int from = (int) Math.min(vector.length, (long) index * length);
    return new SentVector(vector, from, from + Math.min(length, vector.length - from));
  }

  /**
   * The whole result.
   *
   * @param step of the optimiser before the round
   */
  ShardResult result(long step) {
    ShardReport report = reports.get(0);
    return new ShardResult(
        report,
        weights.values(),
        new OptimizerState(first.values(), second.values(), step + report.minibatches()));
  }
}
