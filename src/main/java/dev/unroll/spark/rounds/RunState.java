package dev.unroll.spark.rounds;

import dev.unroll.train.Position;
import dev.unroll.train.TrainingState;
import dev.unroll.train.Validation;
import java.util.Optional;

/**
 * Everything that the rest of a run depends on: what a checkpoint holds.
 *
 * @param current what the next round starts from
 * @param best the model with the lowest validation loss; none without held-out rows
 * @param epochsSinceBest epochs since then
 * @param validation at the end of the last epoch; {@link Validation#NONE} before the first, or
 *     without held-out rows
 * @param leftOut results of shards that were left out so far, because they were not finite
 */
record RunState(
    TrainingState current,
    Optional<Kept> best,
    int epochsSinceBest,
    Validation validation,
    long leftOut) {

  /**
   * A model to keep.
   *
   * @param position where it was reached
   * @param loss its validation loss
   */
  record Kept(Position position, float[] weights, double loss) {}

  static RunState start(TrainingState initial) {
    return new RunState(initial, Optional.empty(), 0, Validation.NONE, 0);
  }

  /** After a round that ended no epoch, or without held-out rows. */
  RunState after(TrainingState next, int leftOutNow) {
    return new RunState(next, best, epochsSinceBest, validation, leftOut + leftOutNow);
  }

  /** After a round that ended an epoch, with what was found then. */
  RunState validated(Validation found) {
    boolean better = best.isEmpty() || found.loss() < best.get().loss();
    Kept kept = new Kept(current.position(), current.weights(), found.loss());
    return new RunState(
        current,
        better ? Optional.of(kept) : best,
        better ? 0 : epochsSinceBest + 1,
        found,
        leftOut);
  }

  /** The weights of the model if training ended now. */
  float[] weights() {
    return best.map(Kept::weights).orElse(current.weights());
  }

  /** Where these weights were reached. */
  Position position() {
    return best.map(Kept::position).orElse(current.position());
  }
}
