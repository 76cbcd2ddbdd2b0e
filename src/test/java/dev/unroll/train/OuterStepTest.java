package dev.unroll.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Rounds on shards whose loss is ½ hᵢ (θ − aᵢ)², where k steps of SGD are known in closed form: θ ←
 * aᵢ + (1 − γ hᵢ)ᵏ (θ − aᵢ).
 */
class OuterStepTest {
  private static final double RATE = 0.1;

  /** A shard with {@code rows} rows that does {@code steps} steps a round. */
  private record Quadratic(double curvature, double optimum, long rows, long steps) {
    double contraction() {
      return Math.pow(1 - RATE * curvature, steps);
    }

    ShardResult train(int shard, TrainingState state) {
      float theta = state.weights()[0];
      float next = (float) (optimum + contraction() * (theta - optimum));
      OptimizerState optimizer =
          new OptimizerState(new float[0], new float[0], state.optimizer().step() + steps);
      return new ShardResult(
          new ShardReport(shard, rows, rows, 0, steps, 0, 0, 0, null, 0),
          new float[] {next},
          optimizer);
    }
  }

  private static TrainingState start(float theta) {
    OptimizerState none = new OptimizerState(new float[0], new float[0], 0);
    return new TrainingState(Position.start(0), new float[] {theta}, none, new float[1]);
  }

  private static TrainingState round(OuterStep outer, TrainingState state, Quadratic... shards) {
    List<ShardResult> results = new ArrayList<>();
    for (int i = 0; i < shards.length; i++) {
      results.add(shards[i].train(i, state));
    }
    return outer.next(state, ShardMean.of(state.weights(), results), state.position());
  }

  private static double fixedPoint(OuterStep outer, Quadratic... shards) {
    TrainingState state = start(0.3f);
    for (int i = 0; i < 2_000; i++) {
      state = round(outer, state, shards);
    }
    return state.weights()[0];
  }

  /** Σ pᵢ wᵢ aᵢ / Σ pᵢ wᵢ with wᵢ = 1 − (1 − γ hᵢ)^τᵢ, or wᵢ / τᵢ where steps are normalised. */
  private static double closedForm(boolean normalised, Quadratic... shards) {
    double above = 0;
    double below = 0;
    for (Quadratic shard : shards) {
      double weight = shard.rows * (1 - shard.contraction()) / (normalised ? shard.steps : 1);
      above += weight * shard.optimum;
      below += weight;
    }
    return above / below;
  }

  @Test
  void averagingEqualStepsEndsWhereTheClosedFormSays() {
    Quadratic[] shards = {
      new Quadratic(1, 0.2, 30, 5), new Quadratic(3, -0.7, 50, 5), new Quadratic(0.5, 0.9, 20, 5)
    };
    double expected = closedForm(false, shards);
    assertEquals(expected, fixedPoint(new Average(), shards), 1e-6);
    assertEquals(expected, fixedPoint(new Nesterov(0.7, 0.5), shards), 1e-6);
  }

  /** The 90/10 case: by rows alone the small shard would all but vanish. */
  @Test
  void unequalStepsAreNormalised() {
    Quadratic[] shards = {new Quadratic(1, 0, 90, 90), new Quadratic(1, 1, 10, 10)};
    assertEquals(0.394, closedForm(true, shards), 5e-4);
    assertEquals(0.0675, closedForm(false, shards), 5e-4);
    assertEquals(closedForm(true, shards), fixedPoint(new Average(), shards), 1e-6);
  }

  /** One round is (e, v) ← M (e, v), with M from the update rule. */
  @ParameterizedTest
  @CsvSource({"1, 0.5, 3", "0.7, 0.9, 8", "1, 0, 2"})
  void nesterovFollowsItsRecurrence(double zeta, double eta, long steps) {
    Quadratic shard = new Quadratic(1, 0, 7, steps);
    double c = shard.contraction();
    double e = 0.8;
    double v = 0;
    TrainingState state = start(0.8f);
    for (int i = 0; i < 30; i++) {
      double nextE = (1 - zeta * (1 + eta) * (1 - c)) * e - zeta * eta * eta * v;
      v = (1 - c) * e + eta * v;
      e = nextE;
      state = round(new Nesterov(zeta, eta), state, shard);
      assertEquals(e, state.weights()[0], 2e-6);
      assertEquals(v, state.velocity()[0], 2e-6);
    }
  }

  /** v ← η v + g, θ ← θ − γ (g + η v), as PyTorch's SGD with nesterov=True. */
  @Test
  void oneStepOfOneShardPerRoundIsNesterovSgd() {
    Quadratic shard = new Quadratic(2, 0.4, 3, 1);
    double eta = 0.8;
    double theta = -1;
    double v = 0;
    TrainingState state = start(-1);
    for (int i = 0; i < 20; i++) {
      double g = 2 * (theta - 0.4);
      v = eta * v + g;
      theta -= RATE * (g + eta * v);
      state = round(new Nesterov(1, eta), state, shard);
      assertEquals(theta, state.weights()[0], 2e-6);
    }
  }

  @Test
  void nesterovWithoutMomentumIsAveragingWithANewOptimizerState() {
    float[] before = {1, 2};
    ShardMean mean =
        new ShardMean(
            new float[] {0.5f, 3}, new OptimizerState(new float[] {7, 8}, new float[] {9, 1}, 12));
    OptimizerState old = new OptimizerState(new float[2], new float[2], 2);
    TrainingState state = new TrainingState(Position.start(0), before, old, new float[2]);
    TrainingState plain = new Average().next(state, mean, Position.start(0));
    TrainingState outer = new Nesterov(1, 0).next(state, mean, Position.start(0));
    assertArrayEquals(plain.weights(), outer.weights());
    assertEquals(12, plain.optimizer().step());
    assertArrayEquals(new float[] {7, 8}, plain.optimizer().first());
    assertEquals(0, outer.optimizer().step());
    assertArrayEquals(new float[2], outer.optimizer().first());
    assertNotEquals(
        plain.weights()[0], new Nesterov(1, 0.5).next(state, mean, state.position()).weights()[0]);
    assertArrayEquals(new float[] {1, 2}, before, "what was sent is not changed");
  }

  @Test
  void momentumFollowsTheNumbersOfShardsAndRounds() {
    assertEquals(0, Nesterov.automaticMomentum(1, 1_000));
    assertEquals(0.75, Nesterov.automaticMomentum(4, 1_000));
    assertEquals(0.9, Nesterov.automaticMomentum(100, 1_000));
    assertEquals(0.2, Nesterov.automaticMomentum(8, 10), 1e-12);
    assertEquals(0, Nesterov.automaticMomentum(8, 5));
    OuterStep settled = new Nesterov(0.7, Nesterov.AUTOMATIC).settled(4, 100);
    assertEquals(new Nesterov(0.7, 0.75), settled);
    assertThrows(IllegalArgumentException.class, () -> new Nesterov(0, 0.5));
    assertThrows(IllegalArgumentException.class, () -> new Nesterov(1, 1));
  }

  @Test
  void learningRatesGrowWithTheShards() {
    assertEquals(1, LearningRateScaling.NONE.factor(9));
    assertEquals(3, LearningRateScaling.SQRT.factor(9));
    assertEquals(9, LearningRateScaling.LINEAR.factor(9));
    assertTrue(LearningRateScaling.SQRT.factor(1) == 1);
  }
}
