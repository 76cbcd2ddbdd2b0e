package dev.unroll.spark.rounds;

import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingConfig;
import dev.unroll.train.TrainingState;
import java.util.List;

/**
 * What one round did.
 *
 * @param epoch epochs done, from 1
 * @param epochs to do in all
 * @param lossRows terms in the loss
 * @param loss mean training loss during the round
 * @param validationLoss mean loss of the held-out rows after the round; NaN when there are none
 * @param improved whether this round's model is the one to keep so far
 * @param learningRate at the middle of the round, after the schedule
 * @param gradientNorm mean global norm of the minibatches' gradients before clipping
 * @param clippedFraction share of minibatches whose gradient was clipped
 * @param agreement ‖Σ pᵢ Δᵢ‖² / Σ pᵢ ‖Δᵢ‖² of the shards' changes Δᵢ: 1 when all shards agree, 1/N
 *     when they have nothing in common
 * @param computeSeconds longest computation of a shard
 * @param seconds of the whole round
 */
public record RoundReport(
    int epoch,
    int epochs,
    long lossRows,
    double loss,
    double validationLoss,
    boolean improved,
    double learningRate,
    double gradientNorm,
    double clippedFraction,
    double agreement,
    double computeSeconds,
    double seconds) {

  static RoundReport of(
      TrainingConfig config,
      TrainingState before,
      TrainingState after,
      List<ShardResult> results,
      double validationLoss,
      boolean improved,
      double seconds) {
    long rows = results.stream().mapToLong(ShardResult::lossRows).sum();
    double minibatches = results.stream().mapToLong(ShardResult::minibatches).sum();
    double progress = (before.epoch() + 0.5) / config.epochs();
    return new RoundReport(
        after.epoch(),
        config.epochs(),
        rows,
        results.stream().mapToDouble(ShardResult::lossSum).sum() / rows,
        validationLoss,
        improved,
        config.learningRate() * config.schedule().factor(progress),
        results.stream().mapToDouble(ShardResult::gradientNormSum).sum() / minibatches,
        results.stream().mapToLong(ShardResult::clipped).sum() / minibatches,
        agreement(before.weights(), after.weights(), results, rows),
        results.stream().mapToDouble(ShardResult::seconds).max().orElse(0),
        seconds);
  }

  private static double agreement(
      float[] before, float[] after, List<ShardResult> results, double rows) {
    double apart = 0;
    for (ShardResult result : results) {
      apart += result.lossRows() / rows * squaredDistance(before, result.weights());
    }
    return apart == 0 ? 1 : squaredDistance(before, after) / apart;
  }

  private static double squaredDistance(float[] a, float[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      double difference = (double) a[j] - b[j];
      sum += difference * difference;
    }
    return sum;
  }

  /** Loss terms trained per second of the round. */
  public double rowsPerSecond() {
    return lossRows / seconds;
  }
}
