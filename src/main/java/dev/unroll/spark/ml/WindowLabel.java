package dev.unroll.spark.ml;

import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.SparkArrays;
import java.io.Serializable;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;

/** What is to be learnt from a window, out of the same row as the window. */
sealed interface WindowLabel extends Serializable {
  /**
   * @param series the steps of the series, a Java array
   * @param end the last step of the window
   */
  Object of(Row row, Object series, int end);

  /** The label of the step that is {@code horizon} steps after the end. */
  record OfStep(int column, String name, int horizon) implements WindowLabel {
    @Override
    public Object of(Row row, Object series, int end) {
      int steps = SparkArrays.length(series);
      if (row.isNullAt(column)) {
        throw wrong("is null", steps);
      }
      Object labels = SparkArrays.of(row.get(column));
      int found = SparkArrays.length(labels);
      if (found != steps) {
        throw wrong("has %d labels".formatted(found), steps);
      }
      return SparkArrays.element(labels, end + horizon);
    }

    private InvalidDataException wrong(String found, int steps) {
      return new InvalidDataException(
          "column \"%s\" (labelCol) %s, expected one label for each of the %d steps of the series;"
                  .formatted(name, found, steps)
              + " correct the row, or set targets = none");
    }
  }

  /** The values of some features at the {@code horizon} steps after the end, step by step. */
  record Future(String name, int[] features, int horizon) implements WindowLabel {
    @Override
    public Object of(Row row, Object series, int end) {
      Double[] values = new Double[horizon * features.length];
      for (int i = 0; i < values.length; i++) {
        int step = end + 1 + i / features.length;
        values[i] = value(SparkArrays.element(series, step), features[i % features.length], step);
      }
      return values.length == 1 ? values[0] : values;
    }

    private Double value(Object step, int feature, int index) {
      if (step == null) {
        return null;
      }
      if (step instanceof Number number) {
        requireFeature(feature, 1, index);
        return number.doubleValue();
      }
      if (step instanceof Vector vector) {
        requireFeature(feature, vector.size(), index);
        return vector.apply(feature);
      }
      if (step instanceof Row struct) {
        return struct.isNullAt(feature) ? null : ((Number) struct.get(feature)).doubleValue();
      }
      Object values = SparkArrays.of(step);
      requireFeature(feature, SparkArrays.length(values), index);
      return SparkArrays.isNull(values, feature) ? null : SparkArrays.number(values, feature);
    }

    private void requireFeature(int feature, int width, int step) {
      if (feature >= width) {
        throw new InvalidDataException(
            "column \"%s\" (featuresCol), step %d has %d values, but targetFeatures names feature %d"
                    .formatted(name, step, width, feature)
                + " (counted from 0); name another feature or correct the row");
      }
    }
  }
}
