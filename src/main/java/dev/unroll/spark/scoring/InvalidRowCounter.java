package dev.unroll.spark.scoring;

import dev.unroll.spark.InvalidRowException;
import dev.unroll.spark.InvalidRows;
import org.apache.spark.util.AccumulatorV2;

/**
 * Counts skipped rows while a result is written. Spark adds a result task's part once, however
 * often the task runs, so the count is exact where the rows are read by the writing stage itself.
 */
final class InvalidRowCounter extends AccumulatorV2<InvalidRowException, InvalidRows> {
  private static final long serialVersionUID = 1L;

  private InvalidRows rows = new InvalidRows();

  @Override
  public boolean isZero() {
    return rows.total() == 0;
  }

  @Override
  public InvalidRowCounter copy() {
    InvalidRowCounter copy = new InvalidRowCounter();
    copy.rows.merge(rows);
    return copy;
  }

  @Override
  public void reset() {
    rows = new InvalidRows();
  }

  @Override
  public void add(InvalidRowException row) {
    rows.add(row);
  }

  @Override
  public void merge(AccumulatorV2<InvalidRowException, InvalidRows> other) {
    rows.merge(other.value());
  }

  @Override
  public InvalidRows value() {
    return rows;
  }
}
