package dev.unroll.spark.rounds;

import dev.unroll.jobs.samples.FirstSymbol;
import dev.unroll.net.CellType;
import dev.unroll.net.Network;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Scaling;
import dev.unroll.net.SequenceBlock;
import dev.unroll.net.Task;
import dev.unroll.spark.rounds.LearnerSettings.DivergedShard;
import dev.unroll.train.Average;
import dev.unroll.train.LearningRateScaling;
import dev.unroll.train.Nesterov;
import dev.unroll.train.Optimizer;
import dev.unroll.train.Period;
import dev.unroll.train.Preprocessing;
import dev.unroll.train.SampleBlocks;
import dev.unroll.train.Schedule;
import dev.unroll.train.TrainingConfig;
import dev.unroll.train.TrainingState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Small runs of the real loop, with real training, on shards without Spark. */
final class SimulatedRuns {
  static final NetworkConfig NETWORK =
      new NetworkConfig(Task.CLASSIFY, CellType.LSTM, 3, 3, 1, false, 3);
  private static final Preprocessing UNSCALED = new Preprocessing(Scaling.none(3), Scaling.none(0));

  private SimulatedRuns() {}

  static TrainingConfig config(int epochs) {
    return new TrainingConfig(
        epochs,
        4,
        Optimizer.of("adam", 0.9, 0),
        0.02,
        new Schedule(Schedule.Shape.COSINE, 0.1),
        1,
        1);
  }

  /** One of several ways to synchronise, by number. */
  static TrainingConfig synchronised(TrainingConfig config, int way) {
    return switch (way % 4) {
      case 0 -> config;
      case 1 -> config.synchronised(new Period(2), new Average(), LearningRateScaling.SQRT, 5);
      case 2 ->
          config.synchronised(
              new Period(1), new Nesterov(1, Nesterov.AUTOMATIC), LearningRateScaling.NONE, 0);
      default ->
          config.synchronised(Period.EPOCH, new Nesterov(0.7, 0.5), LearningRateScaling.LINEAR, 0);
    };
  }

  /** Shards of unequal size, the last one without rows to train on; two hold rows out. */
  static MemoryShards shards(TrainingConfig config, int count) {
    List<List<ShardBlock>> shards = new ArrayList<>();
    for (int shard = 0; shard < count; shard++) {
      List<ShardBlock> blocks = new ArrayList<>();
      if (shard < count - 1 || count == 1) {
        blocks.add(MemoryShards.block(samples(9 + shard % 3 * 3, shard)));
        blocks.add(MemoryShards.block(samples(5, 100 + shard)));
      }
      if (shard < 2) {
        SequenceBlock heldOut = samples(4, 200 + shard);
        blocks.add(ShardBlock.of(true, heldOut, new long[] {1, 2, 3, 4}));
      }
      shards.add(blocks);
    }
    return new MemoryShards(NETWORK, UNSCALED, config, shards);
  }

  static SequenceBlock samples(int count, long seed) {
    return SampleBlocks.firstSymbol(FirstSymbol.generate(count, seed));
  }

  static RunState start(TrainingConfig config) {
    return RunState.start(TrainingState.initial(new Network(NETWORK).initialWeights(1), config));
  }

  static RunIdentity identity(String name) {
    return new RunIdentity(new TreeMap<>(Map.of("training.seed", "1", "run", name)));
  }

  /** Runs to the end; with checkpoints, from the newest one. */
  static RunState run(Shards shards, TrainingConfig config, Optional<Checkpoints> checkpoints)
      throws java.io.IOException {
    RunState start =
        (checkpoints.isPresent() ? checkpoints.get().resume() : Optional.<RunState>empty())
            .orElseGet(() -> start(config));
    return new ParameterAveraging(
            shards,
            config,
            StopRules.NONE,
            DivergedShard.STOP,
            (report, state) -> checkpoints.ifPresent(store -> store.offer(state)))
        .run(start)
        .state();
  }
}
