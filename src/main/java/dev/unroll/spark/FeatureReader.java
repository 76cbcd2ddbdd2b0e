package dev.unroll.spark;

import dev.unroll.spark.InvalidRowException.Reason;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.sql.Row;

/** Turns the features column of a row into finite floats. Nulls are seen before any number is. */
final class FeatureReader implements Serializable {
  private final InputColumn column;
  private final boolean oneFeature;
  private final int[] fields; // of a struct, in the order of the features; else null

  /**
   * @param names of the features in the order wanted; empty for that of the column
   */
  FeatureReader(InputColumn column, List<String> names) {
    this.column = column;
    this.fields = FeatureNames.fields(column, names);
    this.oneFeature = ColumnTypes.isOneFeature(column.type());
  }

  /** (length × width) values, row-major. */
  record Features(float[] values, int length, int width) {}

  Features read(Row row, String id) {
    if (row.isNullAt(column.index())) {
      throw bad(Reason.NULL_SEQUENCE, id, "the sequence is null, expected at least 1 step");
    }
    Object sequence = SparkArrays.of(row.get(column.index()));
    int length = SparkArrays.length(sequence);
    if (length == 0) {
      throw bad(Reason.EMPTY_SEQUENCE, id, "the sequence has no steps, expected at least 1");
    }
    return oneFeature ? single(sequence, length, id) : nested(sequence, length, id);
  }

  private Features single(Object sequence, int length, String id) {
    float[] values = new float[length];
    for (int t = 0; t < length; t++) {
      values[t] = value(sequence, t, id, t, InvalidRowException.NONE);
    }
    return new Features(values, length, 1);
  }

  private Features nested(Object sequence, int length, String id) {
    int width = width(step(sequence, 0, id));
    float[] values = new float[Math.multiplyExact(length, width)];
    for (int t = 0; t < length; t++) {
      Object step = step(sequence, t, id);
      requireWidth(width(step), width, t, id);
      copy(step, values, t, width, id);
    }
    return new Features(values, length, width);
  }

  /** Step t as a Java array or a sparse vector. */
  private Object step(Object sequence, int t, String id) {
    Object step = SparkArrays.element(sequence, t);
    if (step == null) {
      throw bad(Reason.NULL_STEP, id, t, "the step is null, expected its values");
    }
    if (step instanceof DenseVector vector) {
      return vector.values();
    }
    if (step instanceof Row struct) {
      return Arrays.stream(fields).mapToObj(struct::get).toArray();
    }
    return step instanceof SparseVector ? step : SparkArrays.of(step);
  }

  private static int width(Object step) {
    return step instanceof SparseVector vector ? vector.size() : SparkArrays.length(step);
  }

  private void requireWidth(int width, int expected, int t, String id) {
    if (width == 0) {
      throw bad(Reason.EMPTY_STEP, id, t, "the step has no values, expected at least 1");
    }
    if (width != expected) {
      throw bad(
          Reason.RAGGED_STEP,
          id,
          t,
          Words.count(width, "value") + ", expected " + expected + " (the width of step 0)");
    }
  }

  private void copy(Object step, float[] values, int t, int width, String id) {
    int start = t * width;
    if (step instanceof SparseVector vector) {
      for (int n = 0; n < vector.indices().length; n++) {
        int k = vector.indices()[n];
        values[start + k] = toFloat(vector.values()[n], id, t, k);
      }
      return;
    }
    for (int k = 0; k < width; k++) {
      values[start + k] = value(step, k, id, t, k);
    }
  }

  private float value(Object array, int i, String id, int t, int k) {
    if (SparkArrays.isNull(array, i)) {
      throw new InvalidRowException(
          Reason.NULL_VALUE,
          column.name(),
          id,
          t,
          k,
          "value is null (missing), expected a finite number");
    }
    return toFloat(SparkArrays.number(array, i), id, t, k);
  }

  private float toFloat(double value, String id, int t, int k) {
    float narrowed = (float) value;
    if (Float.isFinite(narrowed)) {
      return narrowed;
    }
    throw new InvalidRowException(
        notFinite(value, Reason.NAN_VALUE, Reason.INFINITE_VALUE),
        column.name(),
        id,
        t,
        k,
        "value is " + notFiniteText(value));
  }

  /** Which of the three things is wrong with a number that is not finite as a float. */
  static Reason notFinite(double value, Reason nan, Reason infinite) {
    if (Double.isNaN(value)) {
      return nan;
    }
    return Double.isInfinite(value) ? infinite : Reason.OVERFLOW;
  }

  /** The number and what was expected instead. */
  static String notFiniteText(double value) {
    return Double.isFinite(value)
        ? value + ", too large for a 32-bit float, expected at most 3.4E38 in size"
        : value + ", expected a finite number";
  }

  private InvalidRowException bad(Reason reason, String id, String problem) {
    return new InvalidRowException(reason, column.name(), id, problem);
  }

  private InvalidRowException bad(Reason reason, String id, int t, String problem) {
    return new InvalidRowException(reason, column.name(), id, t, InvalidRowException.NONE, problem);
  }
}
