package dev.unroll.spark.rounds;

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

  /** The same with something done to the packed blocks. */
  static String withBlocks(
      Dataset<Row> rows, LearnerSettings settings, UnaryOperator<JavaRDD<ShardBlock>> change) {
    try (SequenceTraining training = SequenceTraining.prepare(rows, settings)) {
      JavaRDD<ShardBlock> blocks = change.apply(training.shards().blocks());
      return hash(training, shards(training, settings, blocks));
    }
  }

  /** The same with something done to what a round sees of the shards. */
  static String withShards(
      Dataset<Row> rows, LearnerSettings settings, UnaryOperator<Shards> change) {
    try (SequenceTraining training = SequenceTraining.prepare(rows, settings)) {
      JavaRDD<ShardBlock> blocks = training.shards().blocks();
      return hash(training, change.apply(shards(training, settings, blocks)));
    }
  }

  private static String hash(SequenceTraining training, Shards shards) {
    return training.model(training.train(shards, report -> {})).weightsSha256();
  }

  static SparkShards shards(
      SequenceTraining training, LearnerSettings settings, JavaRDD<ShardBlock> blocks) {
    ShardPass pass =
        new ShardPass(
            training.network().config(),
            training.preprocessing(),
            settings.training(),
            training.shards().minibatches(),
            settings.kernels());
    return new SparkShards(blocks, pass, training.shards().heldOutTargetRows());
  }
}
