package dev.unroll.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundPlanTest {
  private static final long[] MINIBATCHES = {0, 7, 5, 0, 7, 1};

  private static TrainingConfig config(long period, long warmupSteps) {
    return new TrainingConfig(
            3, 4, Optimizer.of("sgd", 0, 0), 0.5, new Schedule(Schedule.Shape.CONSTANT, 0), 0, 1)
        .synchronised(new Period(period), new Average(), LearningRateScaling.SQRT, warmupSteps);
  }

  private static List<RoundPlan> plans(TrainingConfig config) {
    List<RoundPlan> plans = new ArrayList<>();
    Position position = Position.start(config.warmupSteps());
    while (position.epoch() < config.epochs()) {
      RoundPlan plan = RoundPlan.after(position, config, MINIBATCHES);
      plans.add(plan);
      position = plan.next();
    }
    return plans;
  }

  @ParameterizedTest
  @CsvSource({"1,0", "2,0", "3,3", "7,0", "8,20", "1000000,0", "1,9"})
  void everyShardDoesEachMinibatchOfAnEpochOnce(long period, long warmupSteps) {
    TrainingConfig config = config(period, warmupSteps);
    List<RoundPlan> plans = plans(config);
    assertEquals(plans.size(), RoundPlan.rounds(config, MINIBATCHES));
    for (int shard = 0; shard < MINIBATCHES.length; shard++) {
      for (int epoch = 0; epoch < 3; epoch++) {
        long done = 0;
        for (RoundPlan plan : plans) {
          if (plan.pass() == epoch && plan.count(shard, MINIBATCHES[shard]) > 0) {
            assertEquals(done, plan.first(), "goes on where it stood");
            done += plan.count(shard, MINIBATCHES[shard]);
            assertTrue(plan.count(shard, MINIBATCHES[shard]) <= period);
          }
        }
        assertEquals(MINIBATCHES[shard], done);
      }
    }
    for (int i = 0; i < plans.size(); i++) {
      assertEquals(i + 1, plans.get(i).next().round());
    }
  }

  @Test
  void theWarmUpIsOnTheFirstShardWithRowsPassByPass() {
    List<RoundPlan> plans = plans(config(2, 9)).stream().filter(RoundPlan::isWarmup).toList();
    assertEquals(List.of(-1, -2), plans.stream().map(RoundPlan::pass).toList());
    assertEquals(List.of(7L, 2L), plans.stream().map(RoundPlan::count).toList());
    for (RoundPlan plan : plans) {
      assertEquals(1, plan.only());
      assertEquals(0, plan.count(2, 5));
    }
    assertEquals(new Position(2, 0, 0), plans.get(1).next());
  }

  @Test
  void theLearningRateIsThatOfTheShardsThatHaveRows() {
    RoundPlan plan = RoundPlan.after(Position.start(0), config(1, 0), MINIBATCHES);
    assertEquals(4, plan.shards());
    assertEquals(0.5 * 2, config(1, 0).learningRate(plan.shards(), plan.middle()), 1e-12);
  }

  @Test
  void aPeriodIsAtLeastOneMinibatch() {
    assertThrows(IllegalArgumentException.class, () -> new Period(0));
    assertEquals("epoch", Period.EPOCH.toString());
    assertEquals("steps(8)", new Period(8).toString());
  }
}
