package dev.unroll.spark.rounds;

import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingState;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** {@link Shards} as partitions of a cached RDD: each round is one ordinary Spark job. */
final class SparkShards implements Shards {
  private final JavaRDD<ShardBlock> blocks;
  private final ShardPass pass;
  private final long heldOutTargetRows;

  /** Partition i of {@code blocks} is shard i. */
  SparkShards(JavaRDD<ShardBlock> blocks, ShardPass pass, long heldOutTargetRows) {
    this.blocks = blocks;
    this.pass = pass;
    this.heldOutTargetRows = heldOutTargetRows;
  }

  @Override
  public List<ShardResult> train(TrainingState state) {
    context().sc().setJobDescription("epoch " + (state.epoch() + 1) + ": train");
    Broadcast<TrainingState> sent = context().broadcast(state);
    try {
      return train(blocks, pass, sent);
    } finally {
      sent.destroy();
      context().sc().setJobDescription(null);
    }
  }

  // Static, so that the task takes its arguments along and not this object.
  private static List<ShardResult> train(
      JavaRDD<ShardBlock> blocks, ShardPass pass, Broadcast<TrainingState> sent) {
    return blocks
        .mapPartitionsWithIndex(
            (shard, part) -> List.of(pass.train(shard, part, sent.value())).iterator(), true)
        .collect();
  }

  @Override
  public boolean hasValidation() {
    return heldOutTargetRows > 0;
  }

  @Override
  public double validationLoss(float[] weights) {
    context().sc().setJobDescription("validate");
    Broadcast<float[]> sent = context().broadcast(weights);
    try {
      double sum = 0;
      for (double part : validate(blocks, pass, sent)) {
        sum += part;
      }
      return sum / heldOutTargetRows;
    } finally {
      sent.destroy();
      context().sc().setJobDescription(null);
    }
  }

  /** Collected in the order of the shards, whatever order the tasks end in. */
  private static List<Double> validate(
      JavaRDD<ShardBlock> blocks, ShardPass pass, Broadcast<float[]> sent) {
    return blocks
        .mapPartitions(part -> pass.validate(part, sent.value()).iterator(), true)
        .collect();
  }

  private JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(blocks.context());
  }
}
