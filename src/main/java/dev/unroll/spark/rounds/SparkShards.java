package dev.unroll.spark.rounds;

import dev.unroll.spark.Sent;
import dev.unroll.spark.TimedJob;
import dev.unroll.spark.rounds.LearnerSettings.RoundSettings;
import dev.unroll.train.ShardReport;
import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingState;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * {@link Shards} as partitions of a cached RDD: each round is one ordinary Spark job. Results come
 * to the driver whole while they are small; large ones are cut into slices that executors average
 * ({@link SlicedMean}).
 */
final class SparkShards implements Shards {
  private static final int MOST_NAMES = 5;

  private final PackedShards shards;
  private final ShardPass pass;
  private final RoundSettings settings;
  private final JavaRDD<ShardBlock> blocks;
  private final double heldOutWeight;

  SparkShards(PackedShards shards, ShardPass pass, RoundSettings settings) {
    this.shards = shards;
    this.pass = pass;
    this.settings = settings;
    blocks = shards.blocks();
    heldOutWeight = shards.heldOutWeight();
  }

  @Override
  public long[] minibatches() {
    return pass.minibatches();
  }

  @Override
  public Combined train(TrainingState state) {
    String name = "round " + (state.position().round() + 1) + ": train";
    Broadcast<Sent<TrainingState>> sent = context().broadcast(new Sent<>(state));
    try {
      return state.bytesPerShard() * minibatches().length <= settings.combineOnDriver()
          ? whole(state, sent, name)
          : sliced(state, sent, name);
    } finally {
      sent.destroy();
    }
  }

  private Combined sliced(TrainingState state, Broadcast<Sent<TrainingState>> sent, String name) {
    JavaRDD<SlicedMean.Slice> slices = SlicedMean.slices(blocks, pass, sent, state);
    try {
      return SlicedMean.of(state, minibatches().length, ended(slices, name));
    } finally {
      // Spark would keep the shuffle's files until the driver's garbage collector finds it.
      slices.rdd().cleanShuffleDependencies(false);
    }
  }

  private Combined whole(TrainingState state, Broadcast<Sent<TrainingState>> sent, String name) {
    List<Sent<ShardResult>> results = ended(results(blocks, pass, sent), name);
    return Combined.of(state, minibatches().length, results.stream().map(Sent::content).toList());
  }

  // Static, so that the task takes its arguments along and not this object.
  private static JavaRDD<Sent<ShardResult>> results(
      JavaRDD<ShardBlock> blocks, ShardPass pass, Broadcast<Sent<TrainingState>> sent) {
    return blocks.mapPartitionsWithIndex(
        (shard, part) ->
            List.of(new Sent<>(pass.train(shard, part, sent.value().content()))).iterator(),
        true);
  }

  @Override
  public boolean hasValidation() {
    return heldOutWeight > 0;
  }

  @Override
  public double validationLoss(float[] weights) {
    Broadcast<float[]> sent = context().broadcast(weights);
    try {
      double sum = 0;
      for (double part : ended(validated(blocks, pass, sent), "validate")) {
        sum += part;
      }
      return sum / heldOutWeight;
    } finally {
      sent.destroy();
    }
  }

  /** Collected in the order of the shards, whatever order the tasks end in. */
  private static JavaRDD<Double> validated(
      JavaRDD<ShardBlock> blocks, ShardPass pass, Broadcast<float[]> sent) {
    return blocks.mapPartitionsWithIndex(
        (shard, part) -> pass.validate(shard, part, sent.value()).iterator(), true);
  }

  @Override
  public List<String> rowsOf(ShardReport diverged) {
    int[] sequences = diverged.divergence().sequences();
    if (sequences.length == 0) {
      return List.of();
    }
    int shard = diverged.shard();
    int index = diverged.divergence().block();
    List<long[]> contents = ended(contents(blocks, shard, index, sequences), "name rows");
    return shards.rowsOf(contents.get(0), MOST_NAMES, settings.maxSeconds());
  }

  private static JavaRDD<long[]> contents(
      JavaRDD<ShardBlock> blocks, int shard, int index, int[] sequences) {
    return blocks.mapPartitionsWithIndex(
        (partition, part) -> {
          if (partition != shard) {
            return List.<long[]>of().iterator();
          }
          for (int skipped = 0; skipped < index; skipped++) {
            part.next();
          }
          long[] all = part.next().contents();
          return List.of(Arrays.stream(sequences).mapToLong(i -> all[i]).toArray()).iterator();
        },
        true);
  }

  private <T> List<T> ended(JavaRDD<T> rdd, String name) {
    return TimedJob.collect(
        rdd,
        name,
        settings.maxSeconds(),
        "raise training.maxRoundSeconds. The run can go on from its last checkpoint");
  }

  private JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(blocks.context());
  }
}
