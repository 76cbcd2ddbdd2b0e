package dev.unroll.spark.ml;

import dev.unroll.spark.InvalidDataException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/**
 * Where things are in the sorted rows of a long table (keys, time, tie, values, label, in this
 * order), and what is to be made of them.
 *
 * @param tie may be null
 * @param label may be null
 * @param grid null where gaps are ignored
 * @param maxLength 0 never cuts a series
 */
record SeriesLayout(
    List<String> keys,
    String time,
    String tie,
    List<String> values,
    String label,
    String labels,
    String gaps,
    TimeGrid grid,
    int maxLength)
    implements Serializable {
  /** Rows of the result, made as they are asked for. */
  Iterator<Row> pieces(Iterator<Row> rows) {
    return new SeriesPieces(this, rows);
  }

  int firstValue() {
    return keys.size() + (tie == null ? 1 : 2);
  }

  Object timeOf(Row row) {
    return row.get(keys.size());
  }

  Object labelOf(Row row) {
    return label == null ? null : row.get(firstValue() + values.size());
  }

  boolean sameKey(Row a, Row b) {
    for (int i = 0; i < keys.size(); i++) {
      if (!same(a.get(i), b.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Equal to what Spark sorts by, for which 0 and -0 are one number. */
  static boolean same(Object a, Object b) {
    return Objects.equals(a, b)
        || a instanceof Double x && b instanceof Double y && x.doubleValue() == y.doubleValue()
        || a instanceof Float v && b instanceof Float w && v.floatValue() == w.floatValue();
  }

  /** Refuses a row without key or time. */
  void check(Row row) {
    for (int i = 0; i < keys.size(); i++) {
      if (row.isNullAt(i)) {
        throw new InvalidDataException(
            "column \"%s\" (keyCols) is null at %s; give each row a key or leave such rows out"
                .formatted(keys.get(i), at(row)));
      }
    }
    Object value = timeOf(row);
    if (value == null || value instanceof Number number && Double.isNaN(number.doubleValue())) {
      throw new InvalidDataException(
          "%scolumn \"%s\" (timeCol) is %s; give each row a time or leave such rows out"
              .formatted(series(row), time, value == null ? "null" : "NaN"));
    }
  }

  /** Refuses two rows of one series whose order would be left to chance. */
  void checkOrder(Row before, Row row) {
    if (!same(timeOf(before), timeOf(row))) {
      return;
    }
    if (tie == null) {
      throw new InvalidDataException(
          "%scolumn \"%s\" (timeCol) has the value %s more than once; leave all but one row out, or"
                  .formatted(series(row), time, timeOf(row))
              + " name a tieCol that orders them");
    }
    Object value = row.get(keys.size() + 1);
    if (same(before.get(keys.size() + 1), value)) {
      throw new InvalidDataException(
          "%scolumns \"%s\" (timeCol) and \"%s\" (tieCol) have the values %s and %s more than once;"
                  .formatted(series(row), time, tie, timeOf(row), value)
              + " leave all but one row out, or name a tieCol that orders them");
    }
  }

  /** The series, to begin a message: {@code id = 3, part = x: }. */
  String series(Row row) {
    return keys.isEmpty()
        ? ""
        : IntStream.range(0, keys.size())
            .mapToObj(i -> keys.get(i) + " = " + row.get(i))
            .collect(Collectors.joining(", ", "", ": "));
  }

  /** The time, for the middle of a message: {@code time = 3}. */
  String at(Row row) {
    return time + " = " + timeOf(row);
  }
}
