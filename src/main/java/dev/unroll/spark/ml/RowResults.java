package dev.unroll.spark.ml;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;

/** What a function makes of the rows of a partition, one at a time; it leaves out rows by null. */
final class RowResults<T> implements Iterator<T> {
  private final Iterator<Row> rows;
  private final Maker<T> maker;
  private final int partition = TaskContext.getPartitionId();
  private long index;
  private T next;

  interface Maker<T> {
    /**
     * @param position what to call the row where it has no name of its own
     * @return null to leave the row out
     */
    T make(Row row, String position);
  }

  RowResults(Iterator<Row> rows, Maker<T> maker) {
    this.rows = rows;
    this.maker = maker;
  }

  @Override
  public boolean hasNext() {
    while (next == null && rows.hasNext()) {
      next = maker.make(rows.next(), index++ + " of partition " + partition);
    }
    return next != null;
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    T result = next;
    next = null;
    return result;
  }
}
