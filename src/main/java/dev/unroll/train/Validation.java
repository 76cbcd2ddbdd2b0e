package dev.unroll.train;

import dev.unroll.net.Task;
import java.io.Serializable;
import java.util.List;

/**
 * How well weights do on rows that were held out.
 *
 * @param loss mean loss, which decides what model is best
 * @param metric for people: the share of classes that are right ({@code accuracy}), or the root of
 *     the mean squared error in the labels' units ({@code rmse})
 */
public record Validation(double loss, double metric) {
  /** Nothing is known. */
  public static final Validation NONE = new Validation(Double.NaN, Double.NaN);

  /**
   * Weighted sums over some rows.
   *
   * @param loss of the rows' losses
   * @param metric of the classes that are right, or of the mean squared errors
   */
  public record Sums(double loss, double metric) implements Serializable {}

  /**
   * The means of parts, which are added in their order.
   *
   * @param weight of all rows
   */
  public static Validation of(Task task, List<Sums> parts, double weight) {
    double loss = 0;
    double metric = 0;
    for (Sums part : parts) {
      loss += part.loss();
      metric += part.metric();
    }
    double mean = metric / weight;
    return new Validation(loss / weight, task == Task.REGRESS ? Math.sqrt(mean) : mean);
  }
}
