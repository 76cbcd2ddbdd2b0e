package dev.unroll.spark.rounds;

import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.shuffle.ShuffleHandle;
import org.apache.spark.shuffle.ShuffleReadMetricsReporter;
import org.apache.spark.shuffle.ShuffleReader;
import org.apache.spark.shuffle.sort.SortShuffleManager;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Ways to make tasks fail at their first attempt: those that read rows, those that read the cached
 * blocks and, with this class as {@code spark.shuffle.manager}, those that read a shuffle.
 */
public final class FirstAttemptFails extends SortShuffleManager {

  /** Called by Spark. */
  public FirstAttemptFails(SparkConf conf) {
    super(conf);
  }

  @Override
  public <K, C> ShuffleReader<K, C> getReader(
      ShuffleHandle handle,
      int startMapIndex,
      int endMapIndex,
      int startPartition,
      int endPartition,
      TaskContext context,
      ShuffleReadMetricsReporter metrics) {
    fail();
    return super.getReader(
        handle, startMapIndex, endMapIndex, startPartition, endPartition, context, metrics);
  }

  static Dataset<Row> whenReading(Dataset<Row> table) {
    return table.filter(
        (FilterFunction<Row>)
            row -> {
              fail();
              return true;
            });
  }

  static JavaRDD<ShardBlock> whenReading(JavaRDD<ShardBlock> blocks) {
    return blocks.mapPartitions(
        part -> {
          fail();
          return part;
        },
        true);
  }

  private static void fail() {
    if (TaskContext.get().attemptNumber() == 0) {
      throw new IllegalStateException("fails at its first attempt, as it should");
    }
  }
}
