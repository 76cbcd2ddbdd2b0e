package dev.unroll.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.train.LocalTrainer;
import dev.unroll.train.Optimizer;
import dev.unroll.train.OptimizerState;
import dev.unroll.train.Position;
import dev.unroll.train.RoundPlan;
import dev.unroll.train.Schedule;
import dev.unroll.train.ShardReport;
import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingConfig;
import dev.unroll.train.TrainingState;
import dev.unroll.train.Validation;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundReportTest {
  private static final OptimizerState NONE = new OptimizerState(new float[0], new float[0], 0);
  private static final float[] VELOCITY = {};
  private static final TrainingConfig CONFIG =
      new TrainingConfig(
          4, 8, Optimizer.of("sgd", 0, 0), 0.2, new Schedule(Schedule.Shape.COSINE, 0), 1, 1);

  private static ShardResult result(int shard, long rows, float... weights) {
    double moved = LocalTrainer.squaredDistance(new float[2], weights);
    return new ShardResult(
        new ShardReport(shard, rows, rows, 2.0 * rows, 15, 3, 45, moved, null, 1.5 + shard),
        weights,
        NONE);
  }

  private static Validation validation(double loss) {
    return new Validation(loss, 1 - loss);
  }

  /** The report of the second round, which began with weights 0. */
  private static RoundReport report(ShardResult... results) {
    Position position = new Position(1, 1, 0);
    TrainingState before = new TrainingState(position, new float[2], NONE, new float[0]);
    RoundPlan plan = RoundPlan.after(position, CONFIG, new long[] {15, 15});
    Combined combined = Combined.of(before, results.length, List.of(results));
    RunState after = RunState.start(before).validated(validation(0.7));
    return RoundReport.of(CONFIG, plan, before, combined, List.of(), after, 4);
  }

  @Test
  void sumsUpTheShards() {
    RoundReport report = report(result(0, 30, 1, 0), result(1, 10, 1, 0));
    assertEquals(2, report.round());
    assertEquals(2, report.epoch());
    assertTrue(report.endsEpoch());
    assertEquals(4, report.epochs());
    assertEquals(40, report.lossRows());
    assertEquals(40, report.lossWeight());
    assertEquals(2.0, report.loss());
    assertEquals(0.7, report.validationLoss());
    assertEquals(1 - 0.7, report.validationMetric());
    assertEquals(90.0 / 30, report.gradientNorm());
    assertEquals(6.0 / 30, report.clippedFraction());
    assertEquals(2.5, report.computeSeconds());
    assertEquals(10, report.rowsPerSecond());
  }

  /** Rounds within an epoch have no validation loss, so none of them is the best one. */
  @Test
  void withinAnEpochTheBestModelIsThatOfAnEpochsEnd() {
    TrainingState before = new TrainingState(new Position(1, 1, 0), new float[2], NONE, VELOCITY);
    TrainingState after = new TrainingState(new Position(2, 1, 5), new float[2], NONE, VELOCITY);
    RoundPlan plan = new RoundPlan(1, 0, 5, -1, 1, 1.2, after.position());
    Combined combined = Combined.of(before, 1, List.of(result(0, 30, 1, 0)));
    RunState best = RunState.start(before).validated(validation(0.7));
    RunState unvalidated = RunState.start(before);
    assertTrue(report(plan, before, combined, unvalidated.after(after, 0)).improved());
    assertFalse(report(plan, before, combined, best.after(after, 0)).improved());
    assertTrue(
        report(plan, before, combined, best.after(after, 0).validated(validation(0.6))).improved());
    assertFalse(
        report(plan, before, combined, best.after(after, 0).validated(validation(0.8))).improved());
  }

  private static RoundReport report(
      RoundPlan plan, TrainingState before, Combined combined, RunState after) {
    return RoundReport.of(CONFIG, plan, before, combined, List.of(), after, 4);
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
    ShardResult empty =
        new ShardResult(new ShardReport(1, 0, 0, 0, 0, 0, 0, 0, null, 0), new float[2], NONE);
    RoundReport report = report(result(0, 30, 1, 0), empty);
    assertEquals(2.0, report.loss());
    assertEquals(1, report.agreement(), 1e-7);
    assertEquals(3, report.gradientNorm());
  }
}
