package dev.unroll.spark.rounds;

import dev.unroll.math.KeyedRandom;
import dev.unroll.net.Task;
import dev.unroll.spark.rounds.CheckpointSettings.Resume;
import dev.unroll.train.LearningRateScaling;
import dev.unroll.train.Nesterov;
import dev.unroll.train.Period;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A program that trains a model in rounds of two steps, on the master in {@code -Dspark.master},
 * and prints the hash of its weights. With {@code -Dunroll.test.checkpoints=DIR} it goes on from
 * its checkpoints; with {@code -Dunroll.test.kills=N} and {@code -Dunroll.seed} it kills N of its
 * executors, each in the midst of a round.
 */
public final class TrainElastically {
  static final String HASH = "hash: ";
  static final String KILLED = "executors killed: ";
  static final String LET_GO = "times without executors: ";
  static final String RESUMED = "resumed after round ";
  // Seven rounds an epoch, of which every third may have its kill.
  private static final int EPOCHS = 12 + Integer.getInteger("unroll.kills", 5) / 2;

  private TrainElastically() {}

  public static void main(String[] args) throws Exception {
    Killer killer = new Killer(Integer.getInteger("unroll.test.kills", 0));
    Idler idler = new Idler(Integer.getInteger("unroll.test.idle", 0));
    try (SparkSession session = SparkSession.builder().appName("elastic").getOrCreate()) {
      Dataset<Row> table = SmallTable.of(session, Task.TAG, 240, 1).repartition(4);
      LearnerSettings settings =
          new SettingsBuilder(Task.TAG)
              .hiddenSize(24)
              .shards(4)
              .epochs(EPOCHS)
              .validation(0.1, 0)
              .synchronised(new Period(2), new Nesterov(1, 0.3), LearningRateScaling.SQRT, 3)
              .build();
      String checkpoints = System.getProperty("unroll.test.checkpoints");
      try (SequenceTraining training = SequenceTraining.prepare(table, settings)) {
        SequenceTraining.Trained trained =
            training.train(
                Optional.ofNullable(checkpoints)
                    .map(dir -> new CheckpointSettings(dir, 2, 2, Resume.AUTO)),
                new Configuration(),
                new Listener(session, killer, idler));
        System.out.println(HASH + trained.model().weightsSha256());
      }
    }
    System.out.println(KILLED + killer.killed);
    System.out.println(LET_GO + idler.times);
  }

  private record Listener(SparkSession session, Killer killer, Idler idler)
      implements SequenceTraining.Listener {
    @Override
    public void skipped(String message) {
      System.out.println(message);
    }

    @Override
    public void starts(long round) {
      System.out.println(RESUMED + round);
    }

    @Override
    public void ended(RoundReport report) {
      killer.mayKill(session, report.round());
      idler.mayWait(session, report.round());
    }
  }

  /** Every few rounds, when all executors are there, kills one while the next round goes on. */
  private static final class Killer {
    private final int kills;
    private final KeyedRandom random = KeyedRandom.of(Long.getLong("unroll.seed", 1), "kill");
    private volatile int killed;

    Killer(int kills) {
      this.kills = kills;
    }

    void mayKill(SparkSession session, long round) {
      if (killed >= kills || round % 3 != 0) {
        return;
      }
      // Spark may count one that died as well, for good.
      await(session, "2 executors", count -> count >= 2);
      // A local cluster's executors are the only processes that this one starts.
      List<ProcessHandle> executors = ProcessHandle.current().children().toList();
      ProcessHandle victim = executors.get(random.nextInt(executors.size()));
      int delay = random.nextInt(60);
      killed++;
      new Thread(
              () -> {
                sleep(delay);
                victim.destroyForcibly();
              })
          .start();
    }
  }

  /** Does nothing between two rounds until dynamic allocation has given all executors back. */
  private static final class Idler {
    private final int most;
    private int times;

    Idler(int most) {
      this.most = most;
    }

    void mayWait(SparkSession session, long round) {
      if (times < most && round % 20 == 10) {
        times++;
        await(session, "0 executors", count -> count == 0);
      }
    }
  }

  private static void await(SparkSession session, String what, IntPredicate reached) {
    for (int i = 0; i < 600; i++) {
      // The driver has an entry too.
      if (reached.test(session.sparkContext().getExecutorMemoryStatus().size() - 1)) {
        return;
      }
      sleep(100);
    }
    throw new IllegalStateException(
        "not %s after 60 s but %s"
            .formatted(what, session.sparkContext().getExecutorMemoryStatus()));
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
