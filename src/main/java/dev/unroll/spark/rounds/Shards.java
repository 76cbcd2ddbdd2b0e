package dev.unroll.spark.rounds;

import dev.unroll.train.ShardReport;
import dev.unroll.train.TrainingState;
import dev.unroll.train.Validation;
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

  /** How well weights do on the held-out rows. */
  Validation validate(float[] weights);

  /** Names of the first rows of the minibatch in which a shard diverged; maybe none. */
  List<String> rowsOf(ShardReport diverged);
}
