package dev.unroll.spark.ml;

import dev.unroll.spark.LocalSpark;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;

/** How many Spark jobs something starts. */
final class SparkJobs {
  private SparkJobs() {}

  /** What was made, and the jobs that it took. */
  record Counted<T>(T result, int jobs) {}

  static <T> Counted<T> count(Supplier<T> action) {
    SparkContext context = LocalSpark.session().sparkContext();
    settle(context); // jobs of others
    AtomicInteger jobs = new AtomicInteger();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            jobs.incrementAndGet();
          }
        };
    context.addSparkListener(listener);
    try {
      T result = action.get();
      settle(context);
      return new Counted<>(result, jobs.get());
    } finally {
      context.removeSparkListener(listener);
    }
  }

  private static void settle(SparkContext context) {
    try {
      context.listenerBus().waitUntilEmpty();
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
