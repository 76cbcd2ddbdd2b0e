package dev.unroll.spark.rounds;

import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingState;
import java.util.List;

/**
 * The shards as the round loop sees them: a state goes out, results come back. Nothing else of
 * Spark reaches that loop.
 */
interface Shards {

  /** Trains every shard for one round from {@code state}; results in any order. */
  List<ShardResult> train(TrainingState state);

  /** Whether rows are held out for validation. */
  boolean hasValidation();

  /** Mean loss over the held-out rows. */
  double validationLoss(float[] weights);
}
