package dev.unroll.spark.rounds;

import dev.unroll.spark.rounds.LearnerSettings.RoundSettings;
import dev.unroll.train.ShardReport;
import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingState;
import dev.unroll.train.Validation;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Trains small models and gives the hash of their weights. */
final class TrainedHash {
  private TrainedHash() {}

  static String of(Dataset<Row> rows, LearnerSettings settings) {
    try (SequenceTraining training = SequenceTraining.prepare(rows, settings)) {
      return training.train(report -> {}).weightsSha256();
    }
  }

  /** The same with results that come together in a certain way. */
  static String of(Dataset<Row> rows, LearnerSettings settings, Exchange exchange) {
    try (SequenceTraining training = SequenceTraining.prepare(rows, settings)) {
      return hash(training, run(training, exchange, report -> {}));
    }
  }

  /** Runs all rounds with results that come together in a certain way. */
  static RunState run(
      SequenceTraining training, Exchange exchange, Consumer<RoundReport> listener) {
    SparkShards shards =
        new SparkShards(training.shards(), training.pass(), RoundSettings.DEFAULT, exchange);
    return training.run(shards, training.start(), (report, s) -> listener.accept(report)).state();
  }

  /** The same with something done to the packed blocks, whose checksums must stay. */
  static String withBlocks(
      Dataset<Row> rows, LearnerSettings settings, UnaryOperator<JavaRDD<ShardBlock>> change) {
    return withResults(rows, settings, change, result -> result);
  }

  /** The same with something done to the shards' results before they are averaged. */
  static String withResults(
      Dataset<Row> rows, LearnerSettings settings, UnaryOperator<ShardResult> change) {
    return withResults(rows, settings, blocks -> blocks, change);
  }

  private static String withResults(
      Dataset<Row> rows,
      LearnerSettings settings,
      UnaryOperator<JavaRDD<ShardBlock>> blocks,
      UnaryOperator<ShardResult> results) {
    try (SequenceTraining training = SequenceTraining.prepare(rows, settings)) {
      Shards shards =
          new Changed(
              training.sparkShards(),
              training.pass(),
              blocks.apply(training.shards().blocks()),
              training.shards().heldOutWeight(),
              results);
      return hash(training, shards);
    }
  }

  private static String hash(SequenceTraining training, Shards shards) {
    return hash(training, training.run(shards, training.start(), (report, state) -> {}).state());
  }

  private static String hash(SequenceTraining training, RunState end) {
    return training.model(end.weights()).weightsSha256();
  }

  /** Trains on other blocks, and changes what comes back. */
  private record Changed(
      Shards shards,
      ShardPass pass,
      JavaRDD<ShardBlock> blocks,
      double heldOutWeight,
      UnaryOperator<ShardResult> change)
      implements Shards {

    @Override
    public Combined train(TrainingState state) {
      List<ShardResult> results = results(blocks, pass, state);
      return Combined.of(state, minibatches().length, results.stream().map(change).toList());
    }

    private static List<ShardResult> results(
        JavaRDD<ShardBlock> blocks, ShardPass pass, TrainingState state) {
      return blocks
          .mapPartitionsWithIndex(
              (shard, part) -> List.of(pass.train(shard, part, state)).iterator(), true)
          .collect();
    }

    @Override
    public long[] minibatches() {
      return shards.minibatches();
    }

    @Override
    public boolean hasValidation() {
      return shards.hasValidation();
    }

    @Override
    public Validation validate(float[] weights) {
      return Validation.of(pass.network().task(), validated(blocks, pass, weights), heldOutWeight);
    }

    private static List<Validation.Sums> validated(
        JavaRDD<ShardBlock> blocks, ShardPass pass, float[] weights) {
      return blocks
          .mapPartitionsWithIndex(
              (shard, part) -> pass.validate(shard, part, weights).iterator(), true)
          .collect();
    }

    @Override
    public List<String> rowsOf(ShardReport diverged) {
      return shards.rowsOf(diverged);
    }
  }
}
