package dev.unroll.spark.ml;

import dev.unroll.net.Model;
import dev.unroll.spark.rounds.RoundReport;
import dev.unroll.spark.rounds.SequenceTraining;
import org.apache.spark.sql.Dataset;

/**
 * Hears how {@link RnnEstimator#fit(Dataset, FitListener)} goes, on the driver and between rounds:
 * training waits for it.
 */
public interface FitListener extends SequenceTraining.Listener {
  /** Hears nothing. */
  FitListener NONE = new FitListener() {};

  /** The rows have been checked, shuffled and cached; training begins. */
  default void prepared(SequenceTraining training) {}

  /** Training diverged after that many rounds, and fails; {@code lastGood} is the model before. */
  default void diverged(Model lastGood, long round) {}

  @Override
  default void skipped(String message) {}

  @Override
  default void starts(long round) {}

  @Override
  default void ended(RoundReport report) {}
}
