package dev.unroll.spark.rounds;

import dev.unroll.train.LocalTrainer;
import dev.unroll.train.RoundPlan;
import dev.unroll.train.ShardReport;
import dev.unroll.train.TrainingConfig;
import dev.unroll.train.TrainingState;
import dev.unroll.train.Validation;
import java.util.List;

/**
 * What one round did.
 *
 * @param round number of the round, from 1
 * @param epoch that the round is part of, from 1; 0 in a warm-up
 * @param epochs to do in all
 * @param endsEpoch whether the epoch is complete
 * @param lossRows terms in the loss
 * @param lossWeight sum of the weights of these terms, their number where none are given
 * @param loss mean training loss during the round
 * @param validationLoss mean loss of the held-out rows after the round; NaN when there are none, or
 *     the epoch is not complete
 * @param validationMetric accuracy, or root of the mean squared error, of these rows then; or NaN
 * @param improved whether this round's model is the one to keep so far: with held-out rows, only at
 *     the end of an epoch, or before the first one's
 * @param learningRate at the middle of the round, after scaling and schedule
 * @param gradientNorm mean global norm of the minibatches' gradients before clipping
 * @param clippedFraction share of minibatches whose gradient was clipped
 * @param agreement ‖Σ pᵢ Δᵢ‖² / Σ pᵢ ‖Δᵢ‖² of the shards' changes Δᵢ: 1 when all shards agree, 1/N
 *     when they have nothing in common
 * @param leftOut what is said of shards that were left out
 * @param computeSeconds longest computation of a shard
 * @param seconds of the whole round
 */
public record RoundReport(
    long round,
    int epoch,
    int epochs,
    boolean endsEpoch,
    long lossRows,
    double lossWeight,
    double loss,
    double validationLoss,
    double validationMetric,
    boolean improved,
    double learningRate,
    double gradientNorm,
    double clippedFraction,
    double agreement,
    List<String> leftOut,
    double computeSeconds,
    double seconds) {

  static RoundReport of(
      TrainingConfig config,
      RoundPlan plan,
      TrainingState before,
      Combined results,
      List<String> leftOut,
      RunState after,
      double seconds) {
    List<ShardReport> counted = results.reports().stream().filter(ShardReport::counts).toList();
    long rows = counted.stream().mapToLong(ShardReport::lossRows).sum();
    double weight = counted.stream().mapToDouble(ShardReport::lossWeight).sum();
    double minibatches = counted.stream().mapToLong(ShardReport::minibatches).sum();
    boolean endsEpoch = plan.next().isEpochEnd() && !plan.isWarmup();
    Validation validation = endsEpoch ? after.validation() : Validation.NONE;
    return new RoundReport(
        plan.next().round(),
        plan.isWarmup() ? 0 : plan.pass() + 1,
        config.epochs(),
        endsEpoch,
        rows,
        weight,
        counted.stream().mapToDouble(ShardReport::lossSum).sum() / weight,
        validation.loss(),
        validation.metric(),
        after.position().equals(after.current().position()),
        plan.isWarmup() ? config.learningRate() : config.learningRate(plan.shards(), plan.middle()),
        counted.stream().mapToDouble(ShardReport::gradientNormSum).sum() / minibatches,
        counted.stream().mapToLong(ShardReport::clipped).sum() / minibatches,
        agreement(before.weights(), results.mean().weights(), counted, weight),
        leftOut,
        results.reports().stream().mapToDouble(ShardReport::seconds).max().orElse(0),
        seconds);
  }

  private static double agreement(
      float[] before, float[] mean, List<ShardReport> counted, double weight) {
    double apart = 0;
    for (ShardReport report : counted) {
      apart += report.lossWeight() / weight * report.squaredChange();
    }
    return apart == 0 ? 1 : LocalTrainer.squaredDistance(before, mean) / apart;
  }

  /** Loss terms trained per second of the round. */
  public double rowsPerSecond() {
    return lossRows / seconds;
  }
}
