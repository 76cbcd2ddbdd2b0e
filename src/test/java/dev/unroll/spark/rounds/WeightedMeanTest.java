package dev.unroll.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.math.Kernels;
import dev.unroll.math.KeyedRandom;
import dev.unroll.train.Optimizer;
import dev.unroll.train.OptimizerState;
import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightedMeanTest {
  private static ShardResult result(int shard, long lossRows, OptimizerState state, float... w) {
    return new ShardResult(shard, lossRows, 0, 1, 0, 0, w, state, null, 0);
  }

  private static ShardResult result(int shard, long lossRows, float... weights) {
    return result(shard, lossRows, new OptimizerState(new float[0], new float[0], 0), weights);
  }

  private static float[] random(int count, long seed) {
    KeyedRandom random = KeyedRandom.of(seed, "weighted-mean");
    float[] numbers = new float[count];
    for (int j = 0; j < count; j++) {
      numbers[j] = (float) Math.exp(20 * random.nextGaussian());
    }
    return numbers;
  }

  @Test
  void weighsByTheRowsThatCountedInTheLoss() {
    TrainingState mean = WeightedMean.of(List.of(result(0, 1, 8, -4), result(1, 3, 16, 4)), 7);
    assertArrayEquals(new float[] {14, 2}, mean.weights());
    assertEquals(7, mean.epoch());
  }

  @Test
  void optimizerStateIsAveragedLikeTheWeights() {
    OptimizerState a = new OptimizerState(new float[] {4}, new float[] {40}, 10);
    OptimizerState b = new OptimizerState(new float[] {8}, new float[] {80}, 11);
    OptimizerState mean =
        WeightedMean.of(List.of(result(0, 1, a, 0), result(1, 3, b, 0)), 1).optimizer();
    assertArrayEquals(new float[] {7}, mean.first());
    assertArrayEquals(new float[] {70}, mean.second());
    assertEquals(11, mean.step(), "10.75 steps");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void identicalShardsHaveThemselvesAsMeanToTheLastBit(int shards) {
    assertArrayEquals(random(1000, 1), meanOfIdentical(shards));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5, 7, 100})
  void identicalShardsInOtherNumbersDifferByAnUlpAtMost(int shards) {
    float[] expected = random(1000, 1);
    float[] mean = meanOfIdentical(shards);
    for (int j = 0; j < mean.length; j++) {
      assertEquals(expected[j], mean[j], Math.ulp(expected[j]));
    }
  }

  private static float[] meanOfIdentical(int shards) {
    List<ShardResult> results = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      results.add(result(shard, 17, random(1000, 1)));
    }
    return WeightedMean.of(results, 1).weights();
  }

  @Test
  void addsInTheOrderGiven() {
    List<ShardResult> results =
        new ArrayList<>(List.of(result(0, 1, 1e30f), result(1, 1, -1e30f), result(2, 1, 3)));
    assertEquals(1, WeightedMean.of(results, 1).weights()[0], 1e-6);
    Collections.swap(results, 1, 2);
    assertEquals(0, WeightedMean.of(results, 1).weights()[0], "3 is lost beside 1e30");
  }

  @Test
  void aShardWithoutRowsDoesNotEnterWhateverItHolds() {
    OptimizerState odd = new OptimizerState(new float[] {Float.NaN}, new float[] {9}, 99);
    OptimizerState state = new OptimizerState(new float[] {1}, new float[] {2}, 3);
    TrainingState mean =
        WeightedMean.of(
            List.of(
                result(0, 0, odd, Float.NaN),
                result(1, 5, state, 4),
                result(2, 0, odd, Float.POSITIVE_INFINITY)),
            1);
    assertArrayEquals(new float[] {4}, mean.weights());
    assertArrayEquals(new float[] {1}, mean.optimizer().first());
    assertEquals(3, mean.optimizer().step());
  }

  /**
   * Shards that descend ½h(x − a)² in τ steps of rate γ: rounds of averaging come to rest where Σ p
   * w (x − a) = 0 with w = 1 − (1 − γh)^τ. Unequal shards and one epoch per round count rows twice,
   * which is why shards are made equal.
   */
  @ParameterizedTest
  @CsvSource({"0.01,1,1", "0.1,1,1", "0.1,9,1", "0.1,5,2", "0.01,90,10"})
  void averagedDescentOnQuadraticsRestsWhereTheClosedFormSays(double rate, int steps0, int steps1) {
    double[] curvature = {1, 3};
    double[] optimum = {0, 1};
    int[] steps = {steps0, steps1};
    double above = 0;
    double below = 0;
    for (int i = 0; i < 2; i++) {
      double p = (double) steps[i] / (steps0 + steps1);
      double w = 1 - Math.pow(1 - rate * curvature[i], steps[i]);
      above += p * w * optimum[i];
      below += p * w;
    }
    assertEquals(above / below, restingPoint(rate, curvature, optimum, steps), 2e-5);
  }

  @Test
  void equalShardsOfEqualCurvatureRestAtTheTrueOptimum() {
    double rest = restingPoint(0.05, new double[] {1, 1}, new double[] {-1, 3}, new int[] {10, 10});
    assertEquals(1, rest, 1e-5);
    double unequal =
        restingPoint(0.05, new double[] {1, 1}, new double[] {-1, 3}, new int[] {15, 5});
    assertTrue(Math.abs(unequal - 0) > 0.3, "the true optimum is 0; unequal shards miss it");
  }

  private static double restingPoint(
      double rate, double[] curvature, double[] optimum, int[] steps) {
    float x = 10;
    for (int round = 0; round < 2000; round++) {
      List<ShardResult> results = new ArrayList<>();
      for (int i = 0; i < steps.length; i++) {
        results.add(result(i, steps[i], descended(x, rate, curvature[i], optimum[i], steps[i])));
      }
      x = WeightedMean.of(results, round + 1).weights()[0];
    }
    return x;
  }

  private static float[] descended(float x, double rate, double h, double a, int steps) {
    float[] weights = {x};
    Optimizer sgd = Optimizer.of("sgd", 0, 0);
    OptimizerState state = OptimizerState.initial(sgd, 1);
    for (int k = 0; k < steps; k++) {
      float[] gradient = {(float) (h * (weights[0] - a))};
      sgd.step(Kernels.best().elementwise(), weights, gradient, state, k + 1, (float) rate, 1);
    }
    return weights;
  }

  @Test
  void resultsAreLeftAsTheyAre() {
    ShardResult first = result(0, 1, 1, 2);
    WeightedMean.of(List.of(first, result(1, 1, 3, 4)), 1);
    assertTrue(Arrays.equals(new float[] {1, 2}, first.weights()));
  }
}
