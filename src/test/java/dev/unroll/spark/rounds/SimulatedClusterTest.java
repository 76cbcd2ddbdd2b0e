package dev.unroll.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.math.KeyedRandom;
import dev.unroll.spark.rounds.CheckpointSettings.Resume;
import dev.unroll.spark.rounds.SimulatedCluster.DriverKilled;
import dev.unroll.spark.rounds.SimulatedCluster.Machines;
import dev.unroll.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lost, repeated, late and reordered results, executors that leave, a driver that is killed and
 * goes on from its checkpoints: the model is the same. A failure names its seed; {@code mvn
 * surefire:test -Dtest=SimulatedClusterTest -Dunroll.seed=N} repeats it, {@code
 * -Dunroll.seeds=10000} tries more.
 */
class SimulatedClusterTest {
  private static final int EPOCHS = 4;
  private static final Configuration HADOOP = new Configuration();

  private static LongStream seeds() {
    String one = System.getProperty("unroll.seed");
    return one != null
        ? LongStream.of(Long.parseLong(one))
        : LongStream.range(0, Long.getLong("unroll.seeds", 500));
  }

  @Test
  void whateverHappensTheModelIsTheSame(@TempDir Path directory) throws IOException {
    List<RunState> expected = new ArrayList<>();
    for (int way = 0; way < 4; way++) {
      MemoryShards shards = shards(way);
      expected.add(SimulatedRuns.run(shards, shards.config(), Optional.empty()));
    }
    int[] counts = new int[4];
    for (long seed : seeds().toArray()) {
      int way = (int) (seed % 4);
      RunState found = stormy(seed, shards(way), directory.resolve("" + seed), counts);
      assertSame("seed " + seed, expected.get(way), found);
    }
    System.out.printf(
        "%d seeds: lost %d, repeated %d, trained %d shard results; %d drivers killed%n",
        seeds().count(), counts[0], counts[1], counts[2], counts[3]);
    for (int count : counts) {
      assertTrue(
          System.getProperty("unroll.seed") != null || count > seeds().count() / 2,
          "too little happened: " + java.util.Arrays.toString(counts));
    }
  }

  private static MemoryShards shards(int way) {
    TrainingConfig config = SimulatedRuns.synchronised(SimulatedRuns.config(EPOCHS), way);
    return SimulatedRuns.shards(config, 4);
  }

  /** Lives of the driver until one reaches the end. */
  private static RunState stormy(long seed, MemoryShards shards, Path directory, int[] counts)
      throws IOException {
    KeyedRandom random = KeyedRandom.of(seed, "storm");
    Machines machines =
        new Machines(1 + random.nextInt(6), 0.5, 0.2, 10, 0.15, seed % 3 != 0, 0.01, 1e6, 0.15);
    CheckpointSettings settings =
        new CheckpointSettings(
            directory.toString(), 1 + random.nextInt(3), 1 + random.nextInt(2), Resume.AUTO);
    for (long life = 0; ; life++) {
      SimulatedCluster cluster = new SimulatedCluster(shards, machines, seed, life);
      Checkpoints checkpoints =
          new Checkpoints(
              settings,
              HADOOP,
              SimulatedRuns.identity("storm"),
              SimulatedRuns.start(shards.config()).weights().length,
              message -> {
                throw new AssertionError("seed " + seed + ": " + message);
              });
      try {
        return SimulatedRuns.run(cluster, shards.config(), Optional.of(checkpoints));
      } catch (DriverKilled e) {
        counts[3]++;
      } finally {
        counts[0] += cluster.lost();
        counts[1] += cluster.repeated();
        counts[2] += cluster.trained();
      }
    }
  }

  static void assertSame(String what, RunState expected, RunState found) {
    assertEquals(expected.current().position(), found.current().position(), what);
    assertEquals(expected.validation(), found.validation(), what);
    assertEquals(expected.position(), found.position(), what);
    assertArrayEquals(expected.weights(), found.weights(), what);
    assertArrayEquals(expected.current().weights(), found.current().weights(), what);
    assertArrayEquals(expected.current().velocity(), found.current().velocity(), what);
    assertArrayEquals(
        expected.current().optimizer().second(), found.current().optimizer().second(), what);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 17, 1_000})
  void theNumberOfExecutorsDoesNotMatter(int executors) throws IOException {
    MemoryShards shards = SimulatedRuns.shards(SimulatedRuns.config(1), 1_000);
    RunState expected = SimulatedRuns.run(shards, shards.config(), Optional.empty());
    Machines machines = new Machines(executors, 0.3, 0.05, 10, 0.02, true, 0.001, 1e9, 0);
    SimulatedCluster cluster = new SimulatedCluster(shards, machines, 1, 0);
    assertSame(
        executors + " executors",
        expected,
        SimulatedRuns.run(cluster, shards.config(), Optional.empty()));
  }

  @Test
  void aPerfectClusterTakesAsLongAsItsLargestShare() throws IOException {
    MemoryShards shards = SimulatedRuns.shards(SimulatedRuns.config(1), 9);
    SimulatedCluster alone = new SimulatedCluster(shards, Machines.perfect(1), 1, 0);
    SimulatedRuns.run(alone, shards.config(), Optional.empty());
    assertEquals(LongStream.of(shards.minibatches()).sum(), alone.clock(), 1e-9);
    SimulatedCluster many = new SimulatedCluster(shards, Machines.perfect(9), 1, 0);
    SimulatedRuns.run(many, shards.config(), Optional.empty());
    assertEquals(LongStream.of(shards.minibatches()).max().orElse(0), many.clock(), 1e-9);
  }

  @Test
  void theNetworkTakesItsTime() throws IOException {
    MemoryShards shards = SimulatedRuns.shards(SimulatedRuns.config(1), 4);
    Machines slowNetwork = new Machines(3, 0, 0, 1, 0, false, 0.5, 1e3, 0);
    SimulatedCluster slow = new SimulatedCluster(shards, slowNetwork, 1, 0);
    SimulatedCluster fast = new SimulatedCluster(shards, Machines.perfect(3), 1, 0);
    RunState end = SimulatedRuns.run(slow, shards.config(), Optional.empty());
    SimulatedRuns.run(fast, shards.config(), Optional.empty());
    double kilobytes = end.current().bytesPerShard() / 1e3;
    // Two tasks one after the other on one of three executors; two steps to send to three.
    double expected = 2 * 0.5 + kilobytes + 2 * 0.5 + 0.5 + 4 * kilobytes;
    assertEquals(expected, slow.clock() - fast.clock(), 1.0);
  }

  @Test
  void copiesOfLateTasksShortenARoundWithStragglers() throws IOException {
    MemoryShards shards = SimulatedRuns.shards(SimulatedRuns.config(EPOCHS), 30);
    double[] clocks = new double[2];
    for (int i = 0; i < 2; i++) {
      Machines machines = new Machines(40, 0, 0.1, 20, 0, i == 1, 0, Double.POSITIVE_INFINITY, 0);
      SimulatedCluster cluster = new SimulatedCluster(shards, machines, 1, 0);
      SimulatedRuns.run(cluster, shards.config(), Optional.empty());
      clocks[i] = cluster.clock();
    }
    assertTrue(clocks[1] < clocks[0] / 2, clocks[1] + " seconds, without copies " + clocks[0]);
  }
}
