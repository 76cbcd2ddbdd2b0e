package dev.unroll.spark;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** Spark jobs that do not wait for ever: a cluster that has no executor left would let them. */
public final class TimedJob {
  /** How long a cluster may take to come up with a first executor. */
  public static final double MAX_START_SECONDS = 600;

  private TimedJob() {}

  /**
   * All elements, in the order of the partitions.
   *
   * @param name of the job, in messages and in Spark's UI
   * @param maxSeconds when to give up
   * @param advice what to do then, beside giving the cluster executors
   * @throws IllegalStateException if the job has not ended by then; it is cancelled, and the
   *     context goes on
   * @throws InvalidDataException as it was thrown in a task
   */
  public static <T> List<T> collect(JavaRDD<T> rdd, String name, double maxSeconds, String advice) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(rdd.context());
    context.sc().setJobDescription(name);
    JavaFutureAction<List<T>> job = rdd.collectAsync();
    try {
      return job.get((long) (maxSeconds * 1000), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      job.cancel(true);
      throw new IllegalStateException(
          ("%s had not ended after %.0f s, with %d executors alive; see Spark's UI for what it waits"
                  + " for and give the cluster executors, or %s")
              .formatted(name, maxSeconds, executors(context), advice),
          e);
    } catch (InterruptedException e) {
      job.cancel(true);
      Thread.currentThread().interrupt();
      throw new IllegalStateException(name + " was interrupted", e);
    } catch (ExecutionException e) {
      InvalidDataException.in(e)
          .ifPresent(
              found -> {
                throw found;
              });
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(name + ": " + e.getCause().getMessage(), e.getCause());
    } finally {
      context.sc().setJobDescription(null);
    }
  }

  /**
   * Runs a task that does nothing, so that a cluster without executors is found here and not where
   * Spark waits without a limit, as when it plans a query.
   *
   * @throws IllegalStateException if it had no executor by then
   */
  public static void awaitExecutor(SparkContext context, double maxSeconds) {
    if (!context.isLocal()) {
      collect(
          JavaSparkContext.fromSparkContext(context).parallelize(List.of(1), 1),
          "first task",
          maxSeconds,
          "ask for executors that its workers can offer (--executor-memory, --executor-cores)");
    }
  }

  /** The driver counts as one where it computes itself. */
  private static int executors(JavaSparkContext context) {
    int all = context.sc().getExecutorMemoryStatus().size();
    return context.sc().isLocal() ? all : all - 1;
  }
}
