package dev.unroll.spark.ml;

import dev.unroll.net.Model;
import dev.unroll.spark.rounds.RoundReport;
import dev.unroll.spark.rounds.SequenceTraining;

/** Hears how {@link RnnEstimator#fit(org.apache.spark.sql.Dataset, FitListener)} goes. */
public interface FitListener extends SequenceTraining.Listener {
  /** Hears nothing. */
  FitListener NONE = new FitListener() {};

  /** The rows have been checked, shuffled and cached; training begins. */
  default void prepared(SequenceTraining training) {}

  /** Training diverged after some rounds; this is the last good model. */
  default void diverged(Model lastGood, long round) {}

  @Override
  default void skipped(String message) {}

  @Override
  default void starts(long round) {}

  @Override
  default void ended(RoundReport report) {}
}
