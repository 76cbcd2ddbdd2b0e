package dev.unroll.spark.rounds;

import dev.unroll.train.OptimizerState;
import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingState;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The mean of the shards' results, θ = Σ pᵢ θᵢ with pᵢ the share of rows that counted in the loss.
 * It adds in the order given, in double, and in this form rather than as θ − Σ pᵢ (θ − θᵢ), so that
 * one shard's mean is that shard to the last bit. A shard without rows does not enter.
 */
final class WeightedMean {
  private WeightedMean() {}

  static TrainingState of(List<ShardResult> results, int epoch) {
    List<ShardResult> counted = results.stream().filter(r -> r.lossRows() > 0).toList();
    double rows = counted.stream().mapToLong(ShardResult::lossRows).sum();
    double[] shares = counted.stream().mapToDouble(r -> r.lossRows() / rows).toArray();
    double step = 0;
    for (int i = 0; i < shares.length; i++) {
      step += shares[i] * counted.get(i).optimizer().step();
    }
    return new TrainingState(
        epoch,
        mean(counted, shares, ShardResult::weights),
        new OptimizerState(
            mean(counted, shares, r -> r.optimizer().first()),
            mean(counted, shares, r -> r.optimizer().second()),
            Math.round(step)));
  }

  private static float[] mean(
      List<ShardResult> results, double[] shares, Function<ShardResult, float[]> part) {
    double[] sum = new double[part.apply(results.get(0)).length];
    Arrays.fill(sum, -0.0); // adds nothing, where 0.0 would turn -0.0 into 0.0
    for (int i = 0; i < shares.length; i++) {
      float[] values = part.apply(results.get(i));
      for (int j = 0; j < sum.length; j++) {
        sum[j] += shares[i] * values[j];
      }
    }
    float[] mean = new float[sum.length];
    for (int j = 0; j < sum.length; j++) {
      mean[j] = (float) sum[j];
    }
    return mean;
  }
}
