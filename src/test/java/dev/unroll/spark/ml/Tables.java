package dev.unroll.spark.ml;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.LocalSpark;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Small tables for tests, and what is in them as text. */
final class Tables {
  private Tables() {}

  /** A table of a schema such as {@code id STRING, time INT}. */
  static Dataset<Row> of(String ddl, Row... rows) {
    return LocalSpark.session().createDataFrame(Arrays.asList(rows), StructType.fromDDL(ddl));
  }

  static Row row(Object... cells) {
    return RowFactory.create(cells);
  }

  /** Rows as text such as {@code a|[[1.0, null]]|b}, sorted. */
  static List<String> show(Dataset<Row> table) {
    return plain(table).collectAsList().stream().map(Tables::show).sorted().toList();
  }

  /** The rows in their own order. */
  static List<String> inOrder(Dataset<Row> table) {
    return plain(table).collectAsList().stream().map(Tables::show).toList();
  }

  /** Without the hashes of the series, which say nothing to people. */
  private static Dataset<Row> plain(Dataset<Row> table) {
    return table.drop("window_series");
  }

  private static String show(Row row) {
    return String.join(
        "|",
        Stream.iterate(0, i -> i < row.size(), i -> i + 1).map(i -> text(row.get(i))).toList());
  }

  private static String text(Object value) {
    return value instanceof Seq<?> seq
        ? CollectionConverters.asJava(seq).stream().map(Tables::text).toList().toString()
        : String.valueOf(value);
  }

  /** All params that have a value, with the value as text. */
  static Map<String, String> params(Params stage) {
    return Stream.of(stage.params())
        .filter(stage::isDefined)
        .collect(
            Collectors.toMap(
                Param::name,
                param -> Arrays.deepToString(new Object[] {stage.getOrDefault(param)})));
  }

  /** The message of the data error that computing the table ends with. */
  static String refusal(Dataset<Row> table) {
    Exception failure = assertThrows(Exception.class, table::collectAsList);
    return InvalidDataException.in(failure)
        .orElseThrow(() -> new AssertionError("no data error", failure))
        .getMessage();
  }
}
