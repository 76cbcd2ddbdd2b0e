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
 * prints the hashes of the weights and how many of Spark's tasks succeeded, succeeded as the
 * speculative copy of a slower one, and failed. With the argument {@code failing}, every one of
 * Spark's tasks fails at its first attempt; with {@code slow}, those that train on the host {@value
 * SlowHost#NAME} take a second longer.
 */
public final class TrainAndPrintHash {
  static final String HASH = "hash of ";
  static final String SUCCEEDED = "succeeded tasks: ";
  static final String FAILED = "failed tasks: ";
  static final String SPECULATIVE = "speculative tasks: ";

  private TrainAndPrintHash() {}

  public static void main(String[] args) throws IOException {
    String way = args.length > 0 ? args[0] : "";
    if (way.equals("failing")) {
      System.setProperty("spark.shuffle.manager", FirstAttemptFails.class.getName());
    }
    Counts counts = new Counts();
    try (SparkSession session = SparkSession.builder().appName("train-and-print").getOrCreate()) {
      session.sparkContext().addSparkListener(counts);
      for (Task task : Task.values()) {
        System.out.println(HASH + task.label() + ": " + hash(session, task, way));
      }
    }
    // The session has stopped, so that the listener has heard of every task.
    System.out.println(SUCCEEDED + counts.succeeded);
    System.out.println(FAILED + counts.failed);
    System.out.println(SPECULATIVE + counts.speculative);
  }

  private static String hash(SparkSession session, Task task, String way) {
    Dataset<Row> table = SmallTable.of(session, task, 60, 1);
    LearnerSettings settings =
        new SettingsBuilder(task)
            .validation(0.2, 0)
            .hiddenSize(40)
            .rounds(
                new RoundSettings(
                    DivergedShard.STOP,
                    Boolean.getBoolean("unroll.test.sliced") ? 0 : 1 << 30,
                    Integer.getInteger("unroll.test.maxSeconds", 600)))
            .build();
    return switch (way) {
      case "failing" ->
          TrainedHash.withBlocks(
              FirstAttemptFails.whenReading(table).repartition(3),
              settings,
              FirstAttemptFails::whenReading);
      case "slow" -> TrainedHash.withBlocks(table.repartition(3), settings, SlowHost::whenReading);
      default -> TrainedHash.of(table.repartition(3), settings);
    };
  }

  /** Counts the ends of tasks. */
  private static final class Counts extends SparkListener {
    private final AtomicInteger succeeded = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger speculative = new AtomicInteger();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      (end.taskInfo().successful() ? succeeded : failed).incrementAndGet();
      if (end.taskInfo().speculative() && end.taskInfo().successful()) {
        speculative.incrementAndGet();
      }
    }
  }
}
