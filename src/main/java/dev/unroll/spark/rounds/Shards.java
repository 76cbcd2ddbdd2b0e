package dev.unroll.spark.rounds;

import dev.unroll.train.ShardReport;
import dev.unroll.train.TrainingState;
import java.util.List;

/**
 * The shards as the round loop sees them: a state goes out, results come back. Nothing else of
 * Spark reaches that loop.
 */
interface Shards {

  /** Minibatches of each shard in an epoch. */
  long[] minibatches();

  /** Trains every shard for one round from {@code state}. */
  Combined train(TrainingState state);

  /** Whether rows are held out for validation. */
  boolean hasValidation();

  /** Mean loss over the held-out rows. */
  double validationLoss(float[] weights);

  /** Names of the first rows of the minibatch in which a shard diverged; maybe none. */
  List<String> rowsOf(ShardReport diverged);
}
