package dev.unroll.spark;

import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.api.java.function.Function2;
import scala.Tuple2;

/**
 * Adds up what each partition of the data says. Only for sums that do not depend on the order of
 * their terms: the parts of many partitions are added by executors first, in any order.
 *
 * @param job its name, in messages and in Spark's UI
 * @param maxSeconds when each job gives up
 */
record Totals(String job, double maxSeconds) {
  /** More parts than this are not sent to the driver one by one. */
  private static final int MOST_PARTS = 64;

  /**
   * @param part what one partition says
   * @param plus adds the second part to the first and gives it back
   */
  <T extends Serializable> T of(
      JavaRDD<float[]> steps, Function<Iterator<float[]>, T> part, Function2<T, T, T> plus) {
    JavaRDD<Sent<T>> parts =
        steps.mapPartitions(values -> List.of(new Sent<>(part.call(values))).iterator(), true);
    if (parts.getNumPartitions() > MOST_PARTS) {
      parts = grouped(parts, plus);
    }
    try {
      T total = part.call(Collections.emptyIterator());
      for (Sent<T> sent : TimedJob.collect(parts, job, maxSeconds, "allow it more time")) {
        total = plus.call(total, sent.content());
      }
      return total;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e); // neither function has one to throw
    }
  }

  private static <T extends Serializable> JavaRDD<Sent<T>> grouped(
      JavaRDD<Sent<T>> parts, Function2<T, T, T> plus) {
    int groups = (int) Math.ceil(Math.sqrt(parts.getNumPartitions()));
    return parts
        .mapPartitionsWithIndex(
            (index, found) ->
                List.of(new Tuple2<Integer, Sent<T>>(index % groups, found.next())).iterator(),
            true)
        .mapToPair(part -> part)
        .reduceByKey((a, b) -> new Sent<>(plus.call(a.content(), b.content())), groups)
        .values();
  }
}
