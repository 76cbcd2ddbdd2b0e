package dev.unroll.spark.rounds;

import dev.unroll.spark.Sent;
import dev.unroll.spark.SentVector;
import dev.unroll.spark.TimedJob;
import dev.unroll.spark.rounds.LearnerSettings.RoundSettings;
import dev.unroll.train.ShardReport;
import dev.unroll.train.TrainingState;
import dev.unroll.train.Validation;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * {@link Shards} as partitions of a cached RDD: each round is one ordinary Spark job, whose results
 * come together by one {@link Exchange} or another.
 */
final class SparkShards implements Shards {
  private static final int MOST_NAMES = 5;

  private final PackedShards shards;
  private final ShardPass pass;
  private final RoundSettings settings;
  private final Exchange exchange;
  private final JavaRDD<ShardBlock> blocks;
  private final double heldOutWeight;

  SparkShards(PackedShards shards, ShardPass pass, RoundSettings settings, Exchange exchange) {
    this.shards = shards;
    this.pass = pass;
    this.settings = settings;
    this.exchange = exchange;
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
    return switch (exchange) {
      case HANDED_OVER -> handedOver(state, name);
      case COLLECTED -> broadcast(state, sent -> collected(state, sent, name));
      case SLICED -> broadcast(state, sent -> sliced(state, sent, name));
    };
  }

  private Combined handedOver(TrainingState state, String name) {
    try (HandedOver round = HandedOver.open(state)) {
      ended(leftBehind(blocks, pass, round.id()), name);
      return Combined.of(state, minibatches().length, round.results());
    }
  }

  // Static, so that the task takes its arguments along and not this object.
  private static JavaRDD<Integer> leftBehind(JavaRDD<ShardBlock> blocks, ShardPass pass, long id) {
    return blocks.mapPartitionsWithIndex(
        (shard, part) -> {
          HandedOver round = HandedOver.of(id);
          round.put(pass.train(shard, part, round.state()));
          return Collections.emptyIterator();
        },
        true);
  }

  private Combined broadcast(TrainingState state, Function<Broadcast<SentState>, Combined> round) {
    Broadcast<SentState> sent = context().broadcast(SentState.of(state));
    try {
      return round.apply(sent);
    } finally {
      sent.destroy();
    }
  }

  private Combined sliced(TrainingState state, Broadcast<SentState> sent, String name) {
    JavaRDD<SentSlice> slices = SlicedMean.slices(blocks, pass, sent, state);
    try {
      return SlicedMean.of(state, minibatches().length, ended(slices, name));
    } finally {
      // Spark would keep the shuffle's files until the driver's garbage collector finds it.
      slices.rdd().cleanShuffleDependencies(false);
    }
  }

  private Combined collected(TrainingState state, Broadcast<SentState> sent, String name) {
    List<SentSlice> results = ended(results(blocks, pass, sent), name);
    long step = state.optimizer().step();
    return Combined.of(
        state, minibatches().length, results.stream().map(result -> result.result(step)).toList());
  }

  private static JavaRDD<SentSlice> results(
      JavaRDD<ShardBlock> blocks, ShardPass pass, Broadcast<SentState> sent) {
    return blocks.mapPartitionsWithIndex(
        (shard, part) ->
            List.of(SentSlice.whole(pass.train(shard, part, sent.value().state()))).iterator(),
        true);
  }

  @Override
  public boolean hasValidation() {
    return heldOutWeight > 0;
  }

  @Override
  public Validation validate(float[] weights) {
    Broadcast<SentVector> sent = context().broadcast(new SentVector(weights));
    try {
      List<Sent<Validation.Sums>> parts = ended(validated(blocks, pass, sent), "validate");
      return Validation.of(
          pass.network().task(), parts.stream().map(Sent::content).toList(), heldOutWeight);
    } finally {
      sent.destroy();
    }
  }

  /** Collected in the order of the shards, whatever order the tasks end in. */
  private static JavaRDD<Sent<Validation.Sums>> validated(
      JavaRDD<ShardBlock> blocks, ShardPass pass, Broadcast<SentVector> sent) {
    return blocks.mapPartitionsWithIndex(
        (shard, part) ->
            pass.validate(shard, part, sent.value().values()).stream()
                .map(sums -> new Sent<>(sums))
                .iterator(),
        true);
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
