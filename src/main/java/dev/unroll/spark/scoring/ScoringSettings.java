package dev.unroll.spark.scoring;

import dev.unroll.spark.InvalidRowPolicy;
import java.util.Optional;
import org.apache.spark.SparkContext;

/**
 * How to read the rows to score.
 *
 * @param featuresCol the sequence column
 * @param labelCol the label column; evaluation only
 * @param idCol a column that names rows in messages; without one they are named by their place
 * @param invalidRows what to do with rows that cannot be scored
 * @param kernels their name, as in {@link dev.unroll.math.Kernels#named}
 */
public record ScoringSettings(
    String featuresCol,
    String labelCol,
    Optional<String> idCol,
    InvalidRowPolicy invalidRows,
    String kernels) {

  /** A counter of skipped rows, or null where the first such row ends the job. */
  InvalidRowCounter counter(SparkContext context) {
    if (invalidRows == InvalidRowPolicy.ERROR) {
      return null;
    }
    InvalidRowCounter counter = new InvalidRowCounter();
    context.register(counter, "rows skipped");
    return counter;
  }
}
