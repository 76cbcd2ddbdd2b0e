package dev.unroll.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.math.KeyedRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardMeanTest {
  private static ShardResult result(int shard, long lossRows, OptimizerState state, float... w) {
    return result(shard, lossRows, 1, state, w);
  }

  private static ShardResult result(
      int shard, long lossRows, long steps, OptimizerState state, float... w) {
    ShardReport report = new ShardReport(shard, lossRows, lossRows, 0, steps, 0, 0, 0, null, 0);
    return new ShardResult(report, w, state);
  }

  private static ShardResult result(int shard, long lossRows, float... weights) {
    return result(shard, lossRows, new OptimizerState(new float[0], new float[0], 0), weights);
  }

  private static ShardMean mean(List<ShardResult> results) {
    return ShardMean.of(new float[results.get(0).weights().length], results);
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
    ShardMean mean = mean(List.of(result(0, 1, 8, -4), result(1, 3, 16, 4)));
    assertArrayEquals(new float[] {14, 2}, mean.weights());
  }

  @Test
  void whereRowsHaveWeightsTheirSumCounts() {
    OptimizerState none = new OptimizerState(new float[0], new float[0], 0);
    List<ShardResult> results = new ArrayList<>();
    for (int shard = 0; shard < 2; shard++) {
      double weight = shard == 0 ? 0.5 : 1.5;
      ShardReport report = new ShardReport(shard, 7, weight, 0, 1, 0, 0, 0, null, 0);
      results.add(new ShardResult(report, new float[] {8 + 8 * shard}, none));
    }
    assertArrayEquals(new float[] {14}, mean(results).weights());
  }

  @Test
  void optimizerStateIsAveragedLikeTheWeights() {
    OptimizerState a = new OptimizerState(new float[] {4}, new float[] {40}, 10);
    OptimizerState b = new OptimizerState(new float[] {8}, new float[] {80}, 11);
    OptimizerState mean = mean(List.of(result(0, 1, 5, a, 0), result(1, 3, 6, b, 0))).optimizer();
    assertArrayEquals(new float[] {7}, mean.first());
    assertArrayEquals(new float[] {70}, mean.second());
    assertEquals(11, mean.step(), "5.75 steps after 5");
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
    return mean(results).weights();
  }

  @Test
  void addsInTheOrderGiven() {
    List<ShardResult> results =
        new ArrayList<>(List.of(result(0, 1, 1e30f), result(1, 1, -1e30f), result(2, 1, 3)));
    assertEquals(1, mean(results).weights()[0], 1e-6);
    Collections.swap(results, 1, 2);
    assertEquals(0, mean(results).weights()[0], "3 is lost beside 1e30");
  }

  @Test
  void aShardWithoutRowsDoesNotEnterWhateverItHolds() {
    OptimizerState odd = new OptimizerState(new float[] {Float.NaN}, new float[] {9}, 99);
    OptimizerState state = new OptimizerState(new float[] {1}, new float[] {2}, 3);
    ShardMean mean =
        mean(
            List.of(
                result(0, 0, odd, Float.NaN),
                result(1, 5, state, 4),
                result(2, 0, odd, Float.POSITIVE_INFINITY)));
    assertArrayEquals(new float[] {4}, mean.weights());
    assertArrayEquals(new float[] {1}, mean.optimizer().first());
    assertEquals(3, mean.optimizer().step());
  }

  /** θ − τ Σ pᵢ (θ − θᵢ) / τᵢ with τ = Σ pᵢ τᵢ. */
  @Test
  void unequalNumbersOfStepsAreNormalised() {
    OptimizerState none = new OptimizerState(new float[0], new float[0], 0);
    float[] before = {10};
    ShardMean mean =
        ShardMean.of(before, List.of(result(0, 30, 3, none, 4), result(1, 10, 1, none, 9)));
    double steps = 0.75 * 3 + 0.25;
    double expected = 10 - steps * (0.75 * (10 - 4) / 3 + 0.25 * (10 - 9));
    assertEquals(expected, mean.weights()[0], 1e-6);
    assertNotEquals(0.75 * 4 + 0.25 * 9, mean.weights()[0], 0.1);
  }

  @Test
  void aShardThatDivergedDoesNotEnter() {
    OptimizerState none = new OptimizerState(new float[0], new float[0], 0);
    ShardReport.Divergence found = new ShardReport.Divergence("loss NaN", 0, new int[0]);
    ShardResult diverged =
        new ShardResult(
            new ShardReport(0, 9, 9, 0, 1, 0, 0, 0, found, 0), new float[] {Float.NaN}, none);
    assertArrayEquals(
        new float[] {3}, mean(List.of(diverged, result(1, 2, 3), result(2, 5, 3))).weights());
  }

  @Test
  void resultsAreLeftAsTheyAre() {
    ShardResult first = result(0, 1, 1, 2);
    mean(List.of(first, result(1, 1, 3, 4)));
    assertTrue(Arrays.equals(new float[] {1, 2}, first.weights()));
  }

  /** Vectors longer than what a core averages at a time, with a rest. */
  @ParameterizedTest
  @ValueSource(longs = {4, 2})
  void eachElementIsAddedUpInTheOrderOfTheShards(long stepsOfTheSecond) {
    int length = 3 * (1 << 16) + 777;
    float[] before = random(length, 9);
    List<ShardResult> results = new ArrayList<>();
    for (int shard = 0; shard < 3; shard++) {
      OptimizerState state =
          new OptimizerState(random(length, 10 + shard), random(length, 20 + shard), 4);
      long steps = shard == 1 ? stepsOfTheSecond : 4;
      results.add(result(shard, 5 + shard, steps, state, random(length, shard)));
    }
    ShardMean mean = ShardMean.of(before, results);
    double[] p = {5 / 18.0, 6 / 18.0, 7 / 18.0};
    double[] ofWeights = p.clone();
    if (stepsOfTheSecond != 4) {
      double steps = p[0] * 4 + p[1] * stepsOfTheSecond + p[2] * 4;
      for (int shard = 0; shard < 3; shard++) {
        ofWeights[shard] = p[shard] * steps / (shard == 1 ? stepsOfTheSecond : 4);
      }
    }
    double own = stepsOfTheSecond == 4 ? 0 : 1 - (ofWeights[0] + ofWeights[1] + ofWeights[2]);
    for (int j = 0; j < length; j++) {
      double weight = own == 0 ? 0 : own * before[j];
      double second = 0;
      for (int shard = 0; shard < 3; shard++) {
        weight += ofWeights[shard] * results.get(shard).weights()[j];
        second += p[shard] * results.get(shard).optimizer().second()[j];
      }
      assertEquals((float) weight, mean.weights()[j]);
      assertEquals((float) second, mean.optimizer().second()[j]);
    }
  }
}
