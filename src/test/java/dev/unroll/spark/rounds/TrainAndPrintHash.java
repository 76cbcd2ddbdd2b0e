package dev.unroll.spark.rounds;

import dev.unroll.net.Task;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A program that trains a small model for each task, on the master in {@code -Dspark.master}, and
 * prints the hashes of the weights and the number of tasks that failed. With the argument {@code
 * failing}, every task that reads rows and every task of a round fails at its first attempt.
 */
public final class TrainAndPrintHash {
  static final String HASH = "hash of ";
  static final String FAILED = "failed tasks: ";

  private TrainAndPrintHash() {}

  public static void main(String[] args) throws IOException {
    boolean failing = args.length > 0 && args[0].equals("failing");
    AtomicInteger failed = new AtomicInteger();
    try (SparkSession session = SparkSession.builder().appName("train-and-print").getOrCreate()) {
      session.sparkContext().addSparkListener(new FailedTasks(failed));
      for (Task task : Task.values()) {
        System.out.println(HASH + task.label() + ": " + hash(session, task, failing));
      }
    }
    // The session has stopped, so that the listener has heard of every task.
    System.out.println(FAILED + failed);
  }

  private static String hash(SparkSession session, Task task, boolean failing) {
    Dataset<Row> table = SmallTable.of(session, task, 60, 1).repartition(3);
    LearnerSettings settings = new SettingsBuilder(task).validation(0.2, 0).build();
    return failing
        ? TrainedHash.withBlocks(failingOnce(table), settings, TrainAndPrintHash::failingOnce)
        : TrainedHash.of(table, settings);
  }

  private static Dataset<Row> failingOnce(Dataset<Row> table) {
    return table.filter(
        (FilterFunction<Row>)
            row -> {
              failFirstAttempt();
              return true;
            });
  }

  private static JavaRDD<ShardBlock> failingOnce(JavaRDD<ShardBlock> blocks) {
    return blocks.mapPartitions(
        part -> {
          failFirstAttempt();
          return part;
        },
        true);
  }

  private static void failFirstAttempt() {
    if (TaskContext.get().attemptNumber() == 0) {
      throw new IllegalStateException("fails at its first attempt, as it should");
    }
  }

  /** Counts tasks that ended without success. */
  private static final class FailedTasks extends SparkListener {
    private final AtomicInteger count;

    FailedTasks(AtomicInteger count) {
      this.count = count;
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (!end.taskInfo().successful()) {
        count.incrementAndGet();
      }
    }
  }
}
