package dev.unroll.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Scaling;
import dev.unroll.net.SequenceBlock;
import dev.unroll.spark.rounds.LearnerSettings.DivergedShard;
import dev.unroll.train.Average;
import dev.unroll.train.LearningRateScaling;
import dev.unroll.train.Optimizer;
import dev.unroll.train.Period;
import dev.unroll.train.Preprocessing;
import dev.unroll.train.Schedule;
import dev.unroll.train.TrainingConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways to synchronise that must come to the same, and others that must not. */
class PeriodEquivalenceTest {
  private static final Preprocessing UNSCALED = new Preprocessing(Scaling.none(3), Scaling.none(0));

  private static TrainingConfig config(String optimizer, long period) {
    return new TrainingConfig(
            3,
            4,
            Optimizer.of(optimizer, 0.9, 0),
            0.05,
            new Schedule(Schedule.Shape.COSINE, 0.2),
            1,
            1)
        .synchronised(new Period(period), new Average(), LearningRateScaling.NONE, 0);
  }

  private static float[] train(TrainingConfig config, List<List<ShardBlock>> blocks)
      throws IOException {
    MemoryShards shards = new MemoryShards(SimulatedRuns.NETWORK, UNSCALED, config, blocks);
    return SimulatedRuns.run(shards, shards.config(), Optional.empty()).weights();
  }

  private static List<ShardBlock> blocks(int seed, int... sizes) {
    List<ShardBlock> blocks = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      blocks.add(MemoryShards.block(SimulatedRuns.samples(sizes[i], seed + i)));
    }
    return blocks;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "momentum", "adam", "adamw"})
  void oneShardIsSerialTrainingHoweverOftenItIsSynchronised(String optimizer) throws IOException {
    List<List<ShardBlock>> shard = List.of(blocks(1, 9, 4, 13));
    float[] serial = train(config(optimizer, Long.MAX_VALUE), shard);
    for (long period : new long[] {1, 2, 3, 5, 8}) {
      assertArrayEquals(serial, train(config(optimizer, period), shard), "steps(" + period + ")");
    }
  }

  @Test
  void twoShardsAreNot() throws IOException {
    List<List<ShardBlock>> shards = List.of(blocks(1, 9), blocks(2, 9));
    assertFalse(Arrays.equals(train(config("sgd", 1), shards), train(config("sgd", 2), shards)));
  }

  /** Each block is one sequence, so that the order, which is the shard's own, is the same. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void equalShardsAreOneShard(int count) throws IOException {
    List<ShardBlock> shard = blocks(1, 1, 1, 1, 1, 1);
    for (String optimizer : List.of("sgd", "adam")) {
      for (long period : new long[] {1, 3, Long.MAX_VALUE}) {
        float[] one = train(config(optimizer, period), List.of(shard));
        float[] many = train(config(optimizer, period), Collections.nCopies(count, shard));
        assertArrayEquals(one, many);
      }
    }
  }

  @Test
  void shardsThatDifferAreNotOneShard() throws IOException {
    float[] one = train(config("adam", 1), List.of(blocks(1, 1, 1, 1)));
    float[] two = train(config("adam", 1), List.of(blocks(1, 1, 1, 1), blocks(7, 1, 1, 1)));
    assertFalse(Arrays.equals(one, two));
  }

  /** Every row counts once in the loss of an epoch, also in shards of unequal length. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 100})
  void eachRowOncePerEpoch(long period) {
    TrainingConfig config = config("adam", period);
    MemoryShards shards = SimulatedRuns.shards(config, 4);
    List<RoundReport> reports = new ArrayList<>();
    new ParameterAveraging(
            shards,
            config,
            StopRules.NONE,
            DivergedShard.STOP,
            (report, state) -> reports.add(report))
        .run(SimulatedRuns.start(config));
    for (int epoch = 1; epoch <= 3; epoch++) {
      int number = epoch;
      long rows =
          reports.stream().filter(r -> r.epoch() == number).mapToLong(RoundReport::lossRows).sum();
      assertEquals(9 + 12 + 15 + 3 * 5, rows);
    }
    assertEquals(3, reports.stream().filter(RoundReport::endsEpoch).count());
  }

  @Test
  void aPoisonedShardIsLeftOutNamedAndCounted() {
    TrainingConfig config = config("sgd", Long.MAX_VALUE);
    SequenceBlock bad = SimulatedRuns.samples(6, 3);
    bad.values()[4] = Float.NaN;
    List<List<ShardBlock>> poisoned = List.of(blocks(1, 9), List.of(MemoryShards.block(bad)));
    List<RoundReport> reports = new ArrayList<>();
    MemoryShards shards = new MemoryShards(SimulatedRuns.NETWORK, UNSCALED, config, poisoned);
    RunState end =
        new ParameterAveraging(
                shards,
                config,
                StopRules.NONE,
                DivergedShard.LEAVE_OUT,
                (report, state) -> reports.add(report))
            .run(SimulatedRuns.start(config))
            .state();
    assertEquals(3, end.leftOut());
    assertTrue(reports.get(1).leftOut().get(0).startsWith("shard 1, round 2, epoch 2 (minibatch "));
    for (float weight : end.weights()) {
      assertTrue(Float.isFinite(weight));
    }
  }

  @Test
  void aTargetAndATimeEndARunBetweenRounds() {
    TrainingConfig config = config("adam", 2);
    MemoryShards shards = SimulatedRuns.shards(config, 3);
    StopRules target = new StopRules(0, OptionalDouble.of(100), Optional.empty(), 0);
    ParameterAveraging.Ended reached = run(shards, config, target);
    assertEquals(StopRules.Ending.TARGET, reached.ending());
    assertEquals(1, reached.state().current().position().epoch());
    ParameterAveraging.Ended late =
        run(shards, config, new StopRules(0, OptionalDouble.empty(), Optional.empty(), 1e-9));
    assertEquals(StopRules.Ending.TIME, late.ending());
    assertEquals(1, late.state().current().position().round());
  }

  private static ParameterAveraging.Ended run(
      Shards shards, TrainingConfig config, StopRules stop) {
    return new ParameterAveraging(shards, config, stop, DivergedShard.STOP, (report, state) -> {})
        .run(SimulatedRuns.start(config));
  }
}
