package dev.unroll.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Task;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.LocalSpark;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import scala.jdk.javaapi.CollectionConverters;

/** What a training leaves behind in Spark: nothing. */
class ResourcesTest {
  private static final JavaSparkContext CONTEXT =
      JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());

  /** Far more than the code of a task, far less than a state of {@link #large}. */
  private static final long LARGE_BLOCK = 200_000;

  private static TreeSet<Integer> cached() {
    return new TreeSet<>(CONTEXT.getPersistentRDDs().keySet());
  }

  private static LearnerSettings large() {
    return new SettingsBuilder(Task.CLASSIFY).hiddenSize(160).epochs(6).validation(0.2, 0).build();
  }

  /** Blocks of broadcasts that hold a state or weights, in this JVM's block manager. */
  private static long largeBroadcasts() {
    BlockManager manager = SparkEnv.get().blockManager();
    return CollectionConverters.asJava(manager.getMatchingBlockIds(BlockId::isBroadcast)).stream()
        .filter(id -> manager.getStatus(id).exists(status -> status.memSize() > LARGE_BLOCK))
        .count();
  }

  /** Spark removes blocks in the background. */
  private static boolean comesTrue(BooleanSupplier condition) throws InterruptedException {
    for (int attempt = 0; attempt < 500 && !condition.getAsBoolean(); attempt++) {
      Thread.sleep(20);
    }
    return condition.getAsBoolean();
  }

  @Test
  void rowsAreCachedUntilClosed() {
    TreeSet<Integer> before = cached();
    LearnerSettings settings = new SettingsBuilder(Task.CLASSIFY).build();
    try (SequenceTraining training =
        SequenceTraining.prepare(SmallTable.of(Task.CLASSIFY, 30, 1), settings)) {
      training.train(report -> {});
      TreeSet<Integer> during = cached();
      during.removeAll(before);
      assertEquals(1, during.size(), "the shards and nothing else");
      assertEquals("unroll shards", CONTEXT.getPersistentRDDs().get(during.first()).name());
    }
    assertEquals(before, cached());
  }

  @Test
  void aPreparationThatFailsAfterPackingLeavesNothingCached() {
    TreeSet<Integer> before = cached();
    LearnerSettings settings = new SettingsBuilder(Task.CLASSIFY).validation(1e-9, 0).build();
    assertThrows(
        InvalidDataException.class,
        () -> SequenceTraining.prepare(SmallTable.of(Task.CLASSIFY, 30, 1), settings));
    assertEquals(before, cached());
  }

  @ParameterizedTest
  @EnumSource(Exchange.class)
  void whatWasSentToTheShardsIsRemovedAfterEachRound(Exchange exchange) {
    long before = largeBroadcasts();
    List<Long> afterRounds = new ArrayList<>();
    try (SequenceTraining training =
        SequenceTraining.prepare(SmallTable.of(Task.CLASSIFY, 30, 1), large())) {
      assertTrue(4L * training.parameters() > LARGE_BLOCK, "weights are seen by this test");
      TrainedHash.run(training, exchange, report -> afterRounds.add(settled(before)));
    }
    assertEquals(Collections.nCopies(6, before), afterRounds);
  }

  /** Of 160 hidden units, a result has more than 1 MB. */
  @Test
  void withinOneProcessNothingLargeIsSent() throws TimeoutException {
    AtomicLong largest = new AtomicLong();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onTaskEnd(SparkListenerTaskEnd end) {
            largest.accumulateAndGet(end.taskMetrics().resultSize(), Math::max);
          }
        };
    CONTEXT.sc().addSparkListener(listener);
    try (SequenceTraining training =
        SequenceTraining.prepare(SmallTable.of(Task.CLASSIFY, 30, 1), large())) {
      training.train(report -> {});
      CONTEXT.sc().listenerBus().waitUntilEmpty();
      assertTrue(largest.get() < LARGE_BLOCK, largest + " bytes");
      TrainedHash.run(training, Exchange.COLLECTED, report -> {});
      CONTEXT.sc().listenerBus().waitUntilEmpty();
      assertTrue(largest.get() > training.bytesPerShard(), largest + " bytes");
    } finally {
      CONTEXT.sc().removeSparkListener(listener);
    }
  }

  private static long settled(long expected) {
    try {
      comesTrue(() -> largeBroadcasts() == expected);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return largeBroadcasts();
  }

  @Test
  void aBroadcastThatIsKeptWouldBeSeen() throws InterruptedException {
    long before = largeBroadcasts();
    Broadcast<float[]> kept = CONTEXT.broadcast(new float[(int) LARGE_BLOCK]);
    assertFalse(largeBroadcasts() == before);
    kept.destroy();
    assertTrue(comesTrue(() -> largeBroadcasts() == before));
  }

  @Test
  void theJobDescriptionIsTakenAwayAgain() {
    LearnerSettings settings = new SettingsBuilder(Task.CLASSIFY).validation(0.2, 0).build();
    try (SequenceTraining training =
        SequenceTraining.prepare(SmallTable.of(Task.CLASSIFY, 30, 1), settings)) {
      training.train(report -> {});
    }
    assertNull(CONTEXT.getLocalProperty("spark.job.description"));
  }
}
