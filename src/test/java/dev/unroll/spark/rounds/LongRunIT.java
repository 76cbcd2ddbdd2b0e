package dev.unroll.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Task;
import dev.unroll.spark.LocalSpark;
import dev.unroll.train.Average;
import dev.unroll.train.LearningRateScaling;
import dev.unroll.train.Period;
import java.lang.management.ManagementFactory;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Five hundred rounds leave nothing behind in Spark: no broadcast, no shuffle file, no heap. */
class LongRunIT {
  private static final int ROUNDS = 500;
  private static final int SHARDS = 3;

  /** What Spark holds after a round. */
  private record Held(long storageBytesFree, int files, long heapBytes) {

    static Held now() throws InterruptedException, TimeoutException {
      SparkContext context = LocalSpark.session().sparkContext();
      context.listenerBus().waitUntilEmpty();
      Thread.sleep(500); // what is destroyed goes a little later
      long free =
          scala.jdk.javaapi.CollectionConverters.asJava(context.getExecutorMemoryStatus())
              .values()
              .iterator()
              .next()
              ._2$mcJ$sp();
      int files = SparkEnv.get().blockManager().diskBlockManager().getAllFiles().size();
      System.gc();
      return new Held(
          free, files, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
  }

  @ParameterizedTest
  @EnumSource(Exchange.class)
  void memoryDoesNotGrow(Exchange exchange) {
    LearnerSettings settings =
        new SettingsBuilder(Task.CLASSIFY)
            .hiddenSize(60)
            .shards(SHARDS)
            .epochs(ROUNDS)
            .synchronised(Period.EPOCH, new Average(), LearningRateScaling.NONE, 0)
            .build();
    TreeMap<Long, Held> held = new TreeMap<>();
    long bytesPerShard;
    try (SequenceTraining training =
        SequenceTraining.prepare(SmallTable.of(Task.CLASSIFY, 12, 1), settings)) {
      bytesPerShard = training.bytesPerShard();
      TrainedHash.run(
          training,
          exchange,
          report -> {
            if (report.round() % 200 == 100) {
              held.put(report.round(), now());
            }
          });
    }
    Held early = held.get(100L);
    Held late = held.get(500L);
    long states = (ROUNDS - 100) * bytesPerShard; // if each round left one behind
    assertTrue(early.storageBytesFree() - late.storageBytesFree() < states / 10, "" + held);
    assertTrue(late.files() <= early.files(), "" + held);
    // Spark's own record of the last 1,000 jobs grows by some 10 kB a job.
    assertTrue(late.heapBytes() - early.heapBytes() < states / 4, "" + held);
  }

  private static Held now() {
    try {
      return Held.now();
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }
}
