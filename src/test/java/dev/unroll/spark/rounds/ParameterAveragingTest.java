package dev.unroll.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Task;
import dev.unroll.spark.rounds.LearnerSettings.DivergedShard;
import dev.unroll.train.DivergedException;
import dev.unroll.train.LearningRateScaling;
import dev.unroll.train.Nesterov;
import dev.unroll.train.Optimizer;
import dev.unroll.train.OptimizerState;
import dev.unroll.train.Period;
import dev.unroll.train.Schedule;
import dev.unroll.train.ShardReport;
import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingConfig;
import dev.unroll.train.TrainingState;
import dev.unroll.train.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The round loop over shards that do as they are told: each round adds 1 to the one weight. */
class ParameterAveragingTest {
  private static final Optimizer SGD = Optimizer.of("sgd", 0, 0);
  private static final OptimizerState NONE = OptimizerState.initial(SGD, 1);

  private final List<RoundReport> reports = new ArrayList<>();

  /** Two shards; from round {@code divergesIn} on, the second one diverges. */
  private record Scripted(int divergesIn, double... validation) implements Shards {
    @Override
    public Combined train(TrainingState state) {
      boolean diverges = state.position().epoch() + 1 >= divergesIn;
      float next = state.weights()[0] + 1;
      return Combined.of(
          state,
          2,
          List.of(
              result(1, next, diverges ? "minibatch 2 of 3: loss NaN" : null),
              result(0, next, null)));
    }

    @Override
    public long[] minibatches() {
      return new long[] {1, 1};
    }

    @Override
    public List<String> rowsOf(ShardReport diverged) {
      return List.of("a17", "b4");
    }

    @Override
    public boolean hasValidation() {
      return validation.length > 0;
    }

    @Override
    public Validation validate(float[] weights) {
      double loss = validation[(int) weights[0] - 1];
      return new Validation(loss, 1 - loss / 10);
    }
  }

  private static ShardResult result(int shard, float weight, String divergence) {
    ShardReport.Divergence found =
        divergence == null ? null : new ShardReport.Divergence(divergence, 0, new int[] {0, 1});
    ShardReport report = new ShardReport(shard, 5, 5, 10, 1, 0, 1, 1, found, 1);
    return new ShardResult(report, new float[] {weight}, NONE);
  }

  private static Scripted validated(double... losses) {
    return new Scripted(Integer.MAX_VALUE, losses);
  }

  private RunState run(Shards shards, int epochs, int patience) {
    return run(
        shards, epochs, new StopRules(patience, OptionalDouble.empty(), Optional.empty(), 0));
  }

  private RunState run(Shards shards, int epochs, StopRules stop) {
    Schedule constant = new Schedule(Schedule.Shape.CONSTANT, 0);
    TrainingConfig config = new TrainingConfig(epochs, 8, SGD, 0.25, constant, 0, 1);
    return new ParameterAveraging(
            shards, config, stop, DivergedShard.STOP, (report, state) -> reports.add(report))
        .run(RunState.start(TrainingState.initial(new float[] {0}, config)))
        .state();
  }

  private List<Integer> reportedEpochs() {
    return reports.stream().map(RoundReport::epoch).toList();
  }

  @Test
  void runsARoundPerEpochAndReportsEach() {
    RunState last = run(validated(), 4, 0);
    assertEquals(4, last.position().epoch());
    assertArrayEquals(new float[] {4}, last.weights());
    assertEquals(List.of(1, 2, 3, 4), reportedEpochs());
    reports.forEach(report -> assertEquals(Double.NaN, report.validationLoss()));
  }

  @Test
  void resultsAreAveragedInTheOrderOfTheShardsWhateverTheirOrder() {
    float[] weights = {1e30f, -1e30f, 3};
    for (int[] order : new int[][] {{0, 1, 2}, {2, 1, 0}, {1, 2, 0}}) {
      List<ShardResult> results = new ArrayList<>();
      for (int shard : order) {
        results.add(result(shard, weights[shard], null));
      }
      assertEquals(1, run(returning(results), 1, 0).weights()[0], 1e-6);
    }
  }

  private static Shards returning(List<ShardResult> results) {
    return new Shards() {
      @Override
      public Combined train(TrainingState state) {
        return Combined.of(state, results.size(), results);
      }

      @Override
      public long[] minibatches() {
        return new long[] {1, 1, 1};
      }

      @Override
      public List<String> rowsOf(ShardReport diverged) {
        return List.of();
      }

      @Override
      public boolean hasValidation() {
        return false;
      }

      @Override
      public Validation validate(float[] weights) {
        throw new AssertionError("there are no rows to validate on");
      }
    };
  }

  @Test
  void keepsTheStateWithTheLowestValidationLoss() {
    RunState best = run(validated(5, 3, 4, 3, 6), 5, 0);
    assertEquals(2, best.position().epoch(), "of equal losses the first");
    assertEquals(
        List.of(true, true, false, false, false),
        reports.stream().map(RoundReport::improved).toList());
    assertEquals(
        List.of(5.0, 3.0, 4.0, 3.0, 6.0),
        reports.stream().map(RoundReport::validationLoss).toList());
  }

  @ParameterizedTest
  @CsvSource({"1,2", "2,5", "3,6", "0,6"})
  void stopsAfterSoManyRoundsWithoutABetterLoss(int patience, int rounds) {
    run(validated(5, 6, 4, 4, 4, 4), 6, patience);
    assertEquals(rounds, reports.size());
  }

  /** The metric is 1 − loss / 10. */
  @ParameterizedTest
  @CsvSource({"CLASSIFY,0.6,3", "CLASSIFY,0.45,1", "TAG,0.75,5", "REGRESS,0.6,1", "REGRESS,0.3,2"})
  void stopsAtAnAccuracyFromBelowOrAnErrorFromAbove(Task task, double target, int rounds) {
    Optional<StopRules.Target> metric = Optional.of(new StopRules.Target(task, target));
    run(validated(5, 8, 4, 4, 4), 5, new StopRules(0, OptionalDouble.empty(), metric, 0));
    assertEquals(rounds, reports.size());
    double last = reports.get(rounds - 1).validationMetric();
    boolean reached = task == Task.REGRESS ? last <= target : last >= target;
    assertEquals(rounds < 5, reached, last + "");
  }

  @Test
  void patienceWithoutValidationRowsStopsNothing() {
    run(validated(), 5, 1);
    assertEquals(5, reports.size());
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void aValidationLossThatIsNotFiniteIsDivergence(double loss) {
    DivergedException e =
        assertThrows(DivergedException.class, () -> run(validated(5, 4, loss, 3), 4, 0));
    assertEquals(
        "training diverged in round 3 (validation loss "
            + loss
            + ") with learning rate 0.25; lower training.learningRate, or set training.clipNorm",
        e.getMessage());
    assertEquals(2, e.position().epoch());
  }

  @Test
  void divergenceEndsTheRunNamingShardRoundAndLearningRate() {
    DivergedException e = assertThrows(DivergedException.class, () -> run(new Scripted(3), 5, 0));
    assertEquals(
        "training diverged in shard 1, round 3, epoch 3 (minibatch 2 of 3: loss NaN; first rows of"
            + " it: a17, b4) with learning rate 0.25; lower training.learningRate, or set training.clipNorm",
        e.getMessage());
    assertEquals(2, e.position().epoch());
    assertArrayEquals(new float[] {2}, e.weights());
    assertEquals(List.of(1, 2), reportedEpochs());
  }

  /** Each result is finite, and so is their mean; the outer step goes too far. */
  @Test
  void anOuterStepThatOverflowsIsDivergence() {
    TrainingConfig config =
        new TrainingConfig(3, 8, SGD, 0.25, new Schedule(Schedule.Shape.CONSTANT, 0), 0, 1)
            .synchronised(Period.EPOCH, new Nesterov(3e38, 0.5), LearningRateScaling.NONE, 0);
    ParameterAveraging averaging =
        new ParameterAveraging(
            validated(),
            config,
            StopRules.NONE,
            DivergedShard.LEAVE_OUT,
            (report, state) -> reports.add(report));
    RunState start = RunState.start(TrainingState.initial(new float[] {0}, config));
    DivergedException e = assertThrows(DivergedException.class, () -> averaging.run(start));
    assertTrue(
        e.getMessage().contains("round 1 (weights not finite after the outer step nesterov("),
        e.getMessage());
    assertEquals(0, reports.size(), "nothing is stored of that round");
    assertArrayEquals(new float[] {0}, e.weights());
  }

  @Test
  void divergenceInTheFirstRoundLeavesTheInitialState() {
    DivergedException e = assertThrows(DivergedException.class, () -> run(new Scripted(1), 5, 0));
    assertEquals(0, e.position().epoch());
    assertArrayEquals(new float[] {0}, e.weights());
  }

  @Test
  void divergenceWithValidationLeavesTheBestState() {
    DivergedException e =
        assertThrows(DivergedException.class, () -> run(new Scripted(4, 5, 3, 4), 5, 0));
    assertEquals(2, e.position().epoch());
  }

  @Test
  void aFailureOfAShardIsPassedOn() {
    IllegalStateException failure = new IllegalStateException("no disk");
    Shards failing =
        new Shards() {
          @Override
          public Combined train(TrainingState state) {
            throw failure;
          }

          @Override
          public long[] minibatches() {
            return new long[] {1};
          }

          @Override
          public List<String> rowsOf(ShardReport diverged) {
            return List.of();
          }

          @Override
          public boolean hasValidation() {
            return false;
          }

          @Override
          public Validation validate(float[] weights) {
            return Validation.NONE;
          }
        };
    assertSame(failure, assertThrows(IllegalStateException.class, () -> run(failing, 2, 0)));
  }
}
