package dev.unroll.spark.ml;

import static dev.unroll.spark.ml.AssemblerSettings.ERROR;
import static dev.unroll.spark.ml.AssemblerSettings.IGNORE;
import static dev.unroll.spark.ml.AssemblerSettings.INDICATE;

import dev.unroll.spark.InvalidDataException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;

/**
 * The steps of series after series, out of sorted rows: order is checked and what is missing is
 * refused, filled or left as it is. Holds two rows.
 */
final class SeriesSteps implements Iterator<SeriesSteps.Step> {
  private final SeriesLayout layout;
  private final Iterator<Row> rows;

  private Row last; // of which a step was handed out
  private Row waiting; // read, but not handed out yet
  private boolean first; // whether the row that waits begins a series
  private long missing; // steps to insert before the row that waits
  private Object firstTime;
  private long index; // of the row that waits, in steps after the first
  private final double[] seen; // the last value of each column
  private final boolean[] known; // whether there is one

  /**
   * @param row the row of this step, or the one before a step that was inserted
   * @param first whether a new series begins
   * @param values a double[], or a Double[] if some are null
   */
  record Step(Row row, boolean first, Object values) {}

  SeriesSteps(SeriesLayout layout, Iterator<Row> rows) {
    this.layout = layout;
    this.rows = rows;
    this.seen = new double[layout.values().size()];
    this.known = new boolean[seen.length];
  }

  @Override
  public boolean hasNext() {
    return waiting != null || rows.hasNext();
  }

  @Override
  public Step next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    if (waiting == null) {
      read();
    }
    if (missing > 0) {
      missing--;
      return new Step(last, false, values(null));
    }
    last = waiting;
    waiting = null;
    return new Step(last, first, values(last));
  }

  private void read() {
    waiting = rows.next();
    layout.check(waiting);
    first = last == null || !layout.sameKey(last, waiting);
    if (first) {
      firstTime = layout.timeOf(waiting);
      index = 0;
      Arrays.fill(seen, 0);
      Arrays.fill(known, false);
      return;
    }
    layout.checkOrder(last, waiting);
    if (layout.grid() != null) {
      countMissing();
    }
  }

  private void countMissing() {
    Object time = layout.timeOf(waiting);
    long now = layout.grid().index(firstTime, time);
    boolean sameTime = SeriesLayout.same(layout.timeOf(last), time);
    if (now == TimeGrid.BETWEEN || now == index && !sameTime) {
      throw new InvalidDataException(
          "%s%s is not a whole number of steps of %s (frequency) after the first time, %s; correct"
                  .formatted(
                      layout.series(waiting), layout.at(waiting), layout.grid().text(), firstTime)
              + " the frequency or the time, or set gaps = ignore");
    }
    missing = Math.max(0, now - index - 1);
    index = now;
    if (missing > 0 && layout.gaps().equals(ERROR)) {
      throw new InvalidDataException(
          "%sno row for %d steps of %s (frequency) between %s and %s; add them, or set gaps ="
                  .formatted(
                      layout.series(waiting),
                      missing,
                      layout.grid().text(),
                      layout.at(last),
                      layout.at(waiting))
              + " forwardFill, indicate or ignore");
    }
  }

  /** The values of a row, or of a step without one (null). */
  private Object values(Row row) {
    int n = seen.length;
    boolean[] absent = new boolean[n];
    for (int i = 0; i < n; i++) {
      int at = layout.firstValue() + i;
      absent[i] = row == null || row.isNullAt(at);
      if (absent[i]) {
        refuseNull(row, i);
      } else {
        seen[i] = row.getDouble(at);
      }
      known[i] = !absent[i] || known[i] && !layout.gaps().equals(IGNORE);
    }
    return layout.gaps().equals(INDICATE) ? indicated(absent) : known();
  }

  private void refuseNull(Row row, int i) {
    if (layout.gaps().equals(ERROR)) {
      throw new InvalidDataException(
          "%scolumn \"%s\" (valueCols) is null at %s; fill it in, or set gaps = forwardFill,"
                  .formatted(layout.series(row), layout.values().get(i), layout.at(row))
              + " indicate or ignore");
    }
  }

  private double[] indicated(boolean[] absent) {
    double[] values = Arrays.copyOf(seen, 2 * seen.length);
    for (int i = 0; i < absent.length; i++) {
      values[seen.length + i] = absent[i] ? 1 : 0;
    }
    return values;
  }

  private Object known() {
    Double[] boxed = null;
    for (int i = 0; i < seen.length; i++) {
      if (!known[i]) {
        boxed = boxed == null ? Arrays.stream(seen).boxed().toArray(Double[]::new) : boxed;
        boxed[i] = null;
      }
    }
    return boxed == null ? seen.clone() : boxed;
  }
}
