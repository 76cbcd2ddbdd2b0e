package dev.unroll.spark.ml;

import dev.unroll.spark.LocalSpark;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Tables for the tests of scalers. */
final class ScalerRows {
  static final int WIDTH = 3;
  static final StructType SCHEMA =
      new StructType(
          new StructField[] {
            new StructField("id", DataTypes.StringType, false, Metadata.empty()),
            new StructField(
                "features",
                DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.DoubleType)),
                true,
                Metadata.fromJson(
                    "{\"unroll\":{\"features\":[\"speed\",\"heat\",\"idle\"]},\"more\":1}")),
            new StructField("label", DataTypes.DoubleType, true, Metadata.fromJson("{\"a\":2}"))
          });

  private ScalerRows() {}

  /** Rows of 1 to 9 steps; the third feature is always 0.1. */
  static List<Row> random(int count) {
    Random random = new Random(count);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<List<Double>> steps = new ArrayList<>();
      for (int t = 0; t <= random.nextInt(9); t++) {
        double speed = (float) (20 + 5 * random.nextGaussian());
        steps.add(List.of(speed, (double) (float) random.nextGaussian(), (double) 0.1f));
      }
      rows.add(RowFactory.create("r" + i, steps, random.nextGaussian()));
    }
    return rows;
  }

  static Dataset<Row> table(List<Row> rows) {
    return LocalSpark.session().createDataFrame(rows, SCHEMA);
  }

  /** (steps, features) of a row. */
  static double[][] steps(Row row, String column) {
    return CollectionConverters.asJava(row.<Seq<?>>getAs(column)).stream()
        .map(ScalerRows::numbers)
        .toArray(double[][]::new);
  }

  static double[] numbers(Object sequence) {
    return CollectionConverters.asJava((Seq<?>) sequence).stream()
        .mapToDouble(value -> ((Number) value).doubleValue())
        .toArray();
  }

  /** Level and scale of a row. */
  static double[][] figures(Row row) {
    Row scale = row.getStruct(row.fieldIndex("scale"));
    return new double[][] {numbers(scale.get(0)), numbers(scale.get(1))};
  }
}
