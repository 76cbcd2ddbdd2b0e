package dev.unroll.spark;

import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Columns under the names c0, c1, ..., none of which needs quoting and no two of which are alike.
 * Rows that a function makes go through Spark under such names, since an encoder trips over odd
 * ones and loses what metadata say (ML attributes, names of features) in any case.
 */
public final class NumberedColumns {
  private NumberedColumns() {}

  /** The table with its columns so named. */
  public static Dataset<Row> of(Dataset<?> table) {
    int count = table.schema().length();
    return table.toDF(IntStream.range(0, count).mapToObj(i -> name(i)).toArray(String[]::new));
  }

  /** The column in this place. */
  public static Column column(int index) {
    return functions.col(name(index));
  }

  private static String name(int index) {
    return "c" + index;
  }

  /**
   * A table of the rows that a function makes of those of each partition, lazily.
   *
   * @param function it finds the cells of its rows by their places
   * @param output names, types and metadata of what it makes
   */
  public static Dataset<Row> mapPartitions(
      Dataset<?> table, MapPartitionsFunction<Row, Row> function, StructType output) {
    return named(of(table).mapPartitions(function, encoder(output)), output);
  }

  /** The same with a function that makes any number of rows of one. */
  public static Dataset<Row> flatMap(
      Dataset<?> table, FlatMapFunction<Row, Row> function, StructType output) {
    return named(of(table).flatMap(function, encoder(output)), output);
  }

  private static Encoder<Row> encoder(StructType output) {
    StructType numbered = new StructType();
    for (int i = 0; i < output.length(); i++) {
      numbered = numbered.add(name(i), output.apply(i).dataType(), output.apply(i).nullable());
    }
    return Encoders.row(numbered);
  }

  private static Dataset<Row> named(Dataset<Row> numbered, StructType output) {
    return numbered.select(
        IntStream.range(0, output.length())
            .mapToObj(i -> named(column(i), output.apply(i)))
            .toArray(Column[]::new));
  }

  private static Column named(Column column, StructField field) {
    return column.as(field.name(), field.metadata());
  }
}
