package dev.unroll.spark.rounds;

import dev.unroll.net.Task;
import dev.unroll.spark.rounds.LearnerSettings.DivergedShard;
import dev.unroll.spark.rounds.LearnerSettings.RoundSettings;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A program that trains a small model for each task, on the master in {@code -Dspark.master}, and
 * prints the hashes of the weights and how many of Spark's tasks succeeded and failed. With the
 * argument {@code failing}, every one of Spark's tasks fails at its first attempt.
 */
public final class TrainAndPrintHash {
  static final String HASH = "hash of ";
  static final String SUCCEEDED = "succeeded tasks: ";
  static final String FAILED = "failed tasks: ";

  private TrainAndPrintHash() {}

  public static void main(String[] args) throws IOException {
    boolean failing = args.length > 0 && args[0].equals("failing");
    if (failing) {
      System.setProperty("spark.shuffle.manager", FirstAttemptFails.class.getName());
    }
    Counts counts = new Counts();
    try (SparkSession session = SparkSession.builder().appName("train-and-print").getOrCreate()) {
      session.sparkContext().addSparkListener(counts);
      for (Task task : Task.values()) {
        System.out.println(HASH + task.label() + ": " + hash(session, task, failing));
      }
    }
    // The session has stopped, so that the listener has heard of every task.
    System.out.println(SUCCEEDED + counts.succeeded);
    System.out.println(FAILED + counts.failed);
  }

  private static String hash(SparkSession session, Task task, boolean failing) {
    Dataset<Row> table = SmallTable.of(session, task, 60, 1);
    LearnerSettings settings =
        new SettingsBuilder(task)
            .validation(0.2, 0)
            .hiddenSize(40)
            .rounds(
                new RoundSettings(
                    DivergedShard.STOP,
                    Boolean.getBoolean("unroll.test.sliced") ? 0 : 1 << 30,
                    600))
            .build();
    return failing
        ? TrainedHash.withBlocks(
            FirstAttemptFails.whenReading(table).repartition(3),
            settings,
            FirstAttemptFails::whenReading)
        : TrainedHash.of(table.repartition(3), settings);
  }

  /** Counts the ends of tasks. */
  private static final class Counts extends SparkListener {
    private final AtomicInteger succeeded = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      (end.taskInfo().successful() ? succeeded : failed).incrementAndGet();
    }
  }
}
