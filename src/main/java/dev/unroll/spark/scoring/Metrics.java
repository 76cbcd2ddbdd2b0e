package dev.unroll.spark.scoring;

import java.io.Serializable;
import java.util.SortedMap;

/**
 * How good predictions are. Parts are counted in tasks and merged on the driver; everything in them
 * is a count or an exact sum, so the figures do not depend on partitions or their order.
 */
public sealed interface Metrics extends Serializable permits ClassMetrics, NumberMetrics {

  /** Adds the metrics of other rows. */
  void merge(Metrics other);

  /** Counts one row. */
  void add(ScoredRows.Scored scored);

  /** Rows (steps when tagging) compared. */
  long count();

  /** Named figures, such as accuracy or rmse. */
  SortedMap<String, Double> figures();

  /** One line: the main figure beside a trivial baseline. */
  String headline();

  /** A table for people. */
  String table();
}
