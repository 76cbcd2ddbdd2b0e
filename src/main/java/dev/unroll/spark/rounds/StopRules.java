package dev.unroll.spark.rounds;

import dev.unroll.net.Task;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * When a run ends before its last epoch. All rules look between rounds; a task is never cut short.
 *
 * @param patience epochs without a better validation loss; 0 for never
 * @param targetLoss a validation loss that is good enough
 * @param targetMetric a metric of the held-out rows that is good enough
 * @param maxSeconds of training, in this process; 0 for no limit
 */
public record StopRules(
    int patience, OptionalDouble targetLoss, Optional<Target> targetMetric, double maxSeconds) {
  /** All epochs. */
  public static final StopRules NONE =
      new StopRules(0, OptionalDouble.empty(), Optional.empty(), 0);

  /**
   * An accuracy to reach from below, or an error from above.
   *
   * @param task which of them
   */
  public record Target(Task task, double value) {
    boolean reached(double metric) {
      return task == Task.REGRESS ? metric <= value : metric >= value;
    }
  }

  /** Why a run ended. */
  public enum Ending {
    EPOCHS("all epochs done"),
    PATIENCE("no better validation loss for training.patience epochs"),
    TARGET("training.targetLoss reached"),
    TARGET_METRIC("training.targetMetric reached"),
    TIME("training.maxSeconds are over; the same command goes on from here");

    private final String words;

    Ending(String words) {
      this.words = words;
    }

    /** For people. */
    public String words() {
      return words;
    }
  }

  /** Whether a run ends at this state, and why. */
  Optional<Ending> ending(RunState state, int epochs, double seconds) {
    if (state.current().position().epoch() >= epochs) {
      return Optional.of(Ending.EPOCHS);
    }
    if (patience > 0 && state.epochsSinceBest() >= patience) {
      return Optional.of(Ending.PATIENCE);
    }
    if (targetLoss.isPresent() && state.validation().loss() <= targetLoss.getAsDouble()) {
      return Optional.of(Ending.TARGET);
    }
    if (targetMetric.isPresent() && targetMetric.get().reached(state.validation().metric())) {
      return Optional.of(Ending.TARGET_METRIC);
    }
    return maxSeconds > 0 && seconds >= maxSeconds ? Optional.of(Ending.TIME) : Optional.empty();
  }
}
