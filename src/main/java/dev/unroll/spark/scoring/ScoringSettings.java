package dev.unroll.spark.scoring;

import dev.unroll.spark.InvalidRowPolicy;
import dev.unroll.spark.SequenceColumns.Columns;
import org.apache.spark.SparkContext;

/**
 * How to read the rows to score.
 *
 * @param columns where sequences, labels (evaluation only) and names of rows are
 * @param invalidRows what to do with rows that cannot be scored
 * @param kernels their name, as in {@link dev.unroll.math.Kernels#named}
 */
public record ScoringSettings(Columns columns, InvalidRowPolicy invalidRows, String kernels) {

  /** A counter of refused rows, or null where the first such row ends the job. */
  InvalidRowCounter counter(SparkContext context) {
    if (invalidRows == InvalidRowPolicy.ERROR) {
      return null;
    }
    InvalidRowCounter counter = new InvalidRowCounter();
    context.register(counter, "rows skipped");
    return counter;
  }
}
