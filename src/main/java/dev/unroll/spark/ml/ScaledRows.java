package dev.unroll.spark.ml;

import dev.unroll.net.Scaling;
import dev.unroll.spark.Example;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.InvalidRowException;
import dev.unroll.spark.ScalingMethod;
import dev.unroll.spark.SequenceColumns;
import dev.unroll.spark.SeriesScaling;
import dev.unroll.spark.SparkArrays;
import java.util.Arrays;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.collection.Seq;

/**
 * Appends the scaled sequence and the figures it was scaled by to each row of a partition, one row
 * at a time.
 *
 * @param oneFeature whether a step is one number
 * @param figures of all rows; null when each has its own
 * @param handleInvalid see {@link ScalerSettings#HANDLE_INVALID}
 */
record ScaledRows(
    SequenceColumns columns,
    boolean oneFeature,
    Scaling figures,
    ScalingMethod method,
    String handleInvalid)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new RowResults<>(rows, this::scaled);
  }

  /** Null for a row that is left out. */
  private Row scaled(Row row, String position) {
    try {
      Example example = columns.read(row, position);
      if (figures != null) {
        columns.expectWidth(
            example, figures.size(), "as in the rows that the scaler was fitted on");
      }
      Scaling scaling =
          figures != null ? figures : SeriesScaling.of(example.values(), example.width(), method);
      return append(row, sequence(example, scaling), figures(scaling));
    } catch (InvalidRowException e) {
      return switch (handleInvalid) {
        case ScalerSettings.SKIP -> null;
        case ScalerSettings.KEEP -> append(row, null, null);
        default -> throw new InvalidDataException(e.getMessage());
      };
    }
  }

  private static Row append(Row row, Object scaled, Object figures) {
    Object[] values = new Object[row.size() + 2];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    values[row.size()] = scaled;
    values[row.size() + 1] = figures;
    return RowFactory.create(values);
  }

  private Seq<?> sequence(Example example, Scaling scaling) {
    int width = example.width();
    double[] scaled = new double[example.values().length];
    for (int i = 0; i < scaled.length; i++) {
      int j = i % width;
      scaled[i] = (example.values()[i] - scaling.mean()[j]) / scaling.deviation()[j];
    }
    if (oneFeature) {
      return SparkArrays.seq(scaled);
    }
    Object[] steps = new Object[example.length()];
    Arrays.setAll(
        steps, t -> SparkArrays.seq(Arrays.copyOfRange(scaled, t * width, (t + 1) * width)));
    return SparkArrays.seq(steps);
  }

  private static Row figures(Scaling scaling) {
    return RowFactory.create(SparkArrays.seq(scaling.mean()), SparkArrays.seq(scaling.deviation()));
  }
}
