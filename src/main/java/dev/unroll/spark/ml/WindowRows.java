package dev.unroll.spark.ml;

import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.SparkArrays;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.util.Collections;
import java.util.Iterator;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Rows of windows out of a row of a series, each made when it is asked for. A window holds the
 * steps of the series itself, not copies.
 *
 * @param cells for each column of the result, the index of the column it is taken from, or one of
 *     {@link #WINDOW}, {@link #LABEL}, {@link #END} and {@link #VALIDATION}
 * @param series index of the column of the series
 * @param label null where there is none
 * @param hash index of a column of random longs that say which series are for validation, or -1
 * @param validationFraction of the series, by that hash
 * @param id index of the column that names a series, or -1
 */
record WindowRows(
    int[] cells,
    int series,
    WindowShape shape,
    WindowLabel label,
    int hash,
    double validationFraction,
    int id)
    implements Serializable {
  static final int WINDOW = -1;
  static final int LABEL = -2;
  static final int END = -3;
  static final int VALIDATION = -4;

  /** A series that is null or too short has no windows. */
  Iterator<Row> of(Row row) {
    if (row.isNullAt(series)) {
      return Collections.emptyIterator();
    }
    Object steps = SparkArrays.of(row.get(series));
    return shape
        .ends(SparkArrays.length(steps))
        .mapToObj(end -> window(row, steps, end))
        .iterator();
  }

  private Row window(Row row, Object steps, int end) {
    Object[] made = new Object[cells.length];
    for (int i = 0; i < made.length; i++) {
      made[i] =
          switch (cells[i]) {
            case WINDOW -> slice(steps, shape.start(end), end + 1);
            case LABEL -> label(row, steps, end);
            case END -> end;
            case VALIDATION -> isValidation(row, steps, end);
            default -> row.get(cells[i]);
          };
    }
    return RowFactory.create(made);
  }

  private Object label(Row row, Object steps, int end) {
    try {
      return label.of(row, steps, end);
    } catch (InvalidDataException e) {
      throw id < 0 ? e : new InvalidDataException("row " + row.get(id) + ": " + e.getMessage());
    }
  }

  private boolean isValidation(Row row, Object steps, int end) {
    return hash < 0
        ? shape.isValidation(end, SparkArrays.length(steps))
        : (row.getLong(hash) >>> 11) * 0x1p-53 < validationFraction;
  }

  private static Object slice(Object array, int from, int to) {
    Object slice = Array.newInstance(array.getClass().getComponentType(), to - from);
    System.arraycopy(array, from, slice, 0, to - from);
    return slice;
  }
}
