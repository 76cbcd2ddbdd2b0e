package dev.unroll.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unroll.train.Optimizer;
import dev.unroll.train.OptimizerState;
import dev.unroll.train.Schedule;
import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingConfig;
import dev.unroll.train.TrainingState;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundReportTest {
  private static final OptimizerState NONE = new OptimizerState(new float[0], new float[0], 0);
  private static final TrainingConfig CONFIG =
      new TrainingConfig(
          4, 8, Optimizer.of("sgd", 0, 0), 0.2, new Schedule(Schedule.Shape.COSINE, 0), 1, 1);

  private static ShardResult result(int shard, long rows, float... weights) {
    return new ShardResult(
        shard, rows, 2.0 * rows, 10 * (shard + 1), 3, 45, weights, NONE, null, 1.5 + shard);
  }

  /** The report of the second round, which began with weights 0. */
  private static RoundReport report(ShardResult... results) {
    TrainingState before = new TrainingState(1, new float[2], NONE);
    TrainingState after = WeightedMean.of(List.of(results), 2);
    return RoundReport.of(CONFIG, before, after, List.of(results), 0.7, true, 4);
  }

  @Test
  void sumsUpTheShards() {
    RoundReport report = report(result(0, 30, 1, 0), result(1, 10, 1, 0));
    assertEquals(2, report.epoch());
    assertEquals(4, report.epochs());
    assertEquals(40, report.lossRows());
    assertEquals(2.0, report.loss());
    assertEquals(0.7, report.validationLoss());
    assertEquals(90.0 / 30, report.gradientNorm());
    assertEquals(6.0 / 30, report.clippedFraction());
    assertEquals(2.5, report.computeSeconds());
    assertEquals(10, report.rowsPerSecond());
  }

  @Test
  void theLearningRateIsThatOfTheMiddleOfTheRound() {
    double expected = 0.2 * CONFIG.schedule().factor(1.5 / 4);
    assertEquals(expected, report(result(0, 1, 1, 0)).learningRate());
  }

  @Test
  void agreementIsOneForShardsThatMoveAlikeAndOneOverNForStrangers() {
    assertEquals(1, report(result(0, 5, 3, 4), result(1, 5, 3, 4)).agreement(), 1e-7);
    assertEquals(0.5, report(result(0, 5, 3, 0), result(1, 5, 0, 3)).agreement(), 1e-7);
    assertEquals(0, report(result(0, 5, 3, 1), result(1, 5, -3, -1)).agreement(), 1e-7);
    assertEquals(1, report(result(0, 5, 0, 0), result(1, 5, 0, 0)).agreement());
    // p = (3/4, 1/4): the mean (3/4, 1/4) has 10/16, the shards have 1 each.
    assertEquals(0.625, report(result(0, 30, 1, 0), result(1, 10, 0, 1)).agreement(), 1e-7);
  }

  @Test
  void anEmptyShardDoesNotEnterTheFigures() {
    ShardResult empty = new ShardResult(1, 0, 0, 0, 0, 0, new float[2], NONE, null, 0);
    RoundReport report = report(result(0, 30, 1, 0), empty);
    assertEquals(2.0, report.loss());
    assertEquals(1, report.agreement(), 1e-7);
    assertEquals(4.5, report.gradientNorm());
  }
}
