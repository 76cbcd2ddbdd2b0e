package dev.unroll.spark.ml;

import java.io.Serializable;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Which windows a series has. A window is known by its end, the index of its last step.
 *
 * @param horizon steps that must follow a window
 * @param lastOnly whether only the last window is there
 * @param validationFraction the last part of the steps, whose windows are apart from the others
 */
record WindowShape(
    int length, int minLength, int stride, int horizon, boolean lastOnly, double validationFraction)
    implements Serializable {
  /**
   * The ends of a series' windows, rising, each computed when it is asked for: the last that the
   * horizon allows, and every {@code stride} steps before it.
   */
  IntStream ends(int steps) {
    long last = (long) steps - 1 - horizon;
    if (last + 1 < minLength) {
      return IntStream.empty();
    }
    long before = lastOnly ? 0 : (last + 1 - minLength) / stride;
    return LongStream.rangeClosed(0, before)
        .mapToInt(k -> (int) (last - (before - k) * stride))
        .filter(end -> isTraining(end, steps) || isValidation(end, steps));
  }

  /** The first step of a window; one that begins with the series may be short. */
  int start(int end) {
    return Math.max(0, end - length + 1);
  }

  private boolean isTraining(int end, int steps) {
    return end + horizon < cut(steps);
  }

  boolean isValidation(int end, int steps) {
    return start(end) >= cut(steps);
  }

  /** The first step that is for validation. */
  private int cut(int steps) {
    return steps - (int) Math.round(validationFraction * steps);
  }
}
