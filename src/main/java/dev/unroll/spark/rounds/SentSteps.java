package dev.unroll.spark.rounds;

import dev.unroll.spark.Example;
import java.util.Arrays;

/**
 * Which steps of a stretch of windows a task has sent to its shard, so that each is sent once and
 * not with every window over it. The shard sorts the windows of a stretch by their ends and so
 * meets every step before it is needed.
 */
final class SentSteps {
  private RowKey last;
  private int firstStep;
  private int afterLast;

  /** The values of a row that its shard will not have from the windows sent before it. */
  float[] unsent(RowKey key, Example example) {
    if (example.window() == null || example.classes() != null && example.classes().length > 1) {
      last = null;
      return example.values(); // targets of every step are not shared, so steps are not either
    }
    int start = key.end() + 1 - example.length();
    boolean goesOn =
        last != null
            && key.continues(last)
            && key.end() >= last.end()
            && start >= firstStep
            && start <= afterLast;
    int known = goesOn ? afterLast - start : 0;
    firstStep = goesOn ? firstStep : start;
    afterLast = key.end() + 1;
    last = key;
    return known == 0
        ? example.values()
        : Arrays.copyOfRange(example.values(), known * example.width(), example.values().length);
  }
}
