package dev.unroll.spark.ml;

import dev.unroll.net.Task;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.Nearest;
import dev.unroll.spark.SequenceColumns;
import dev.unroll.spark.Words;
import dev.unroll.spark.params.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Columns of a table, by the params that name them. */
final class Columns {
  private Columns() {}

  static Optional<StructField> find(StructType schema, String name) {
    return Arrays.stream(schema.fields()).filter(field -> field.name().equals(name)).findFirst();
  }

  /**
   * @throws InvalidDataException if there is no column of that name
   */
  static StructField require(StructType schema, Setting param, String name) {
    List<String> present = List.of(schema.fieldNames());
    return find(schema, name)
        .orElseThrow(
            () ->
                new InvalidDataException(
                    "%s: there is no column \"%s\"%s; columns present: %s"
                        .formatted(
                            param.name(),
                            name,
                            Nearest.hint(name, present),
                            present.isEmpty() ? "none" : Words.list(present))));
  }

  /** Reads sequences without labels. */
  static SequenceColumns sequences(StructType schema, String name, Optional<String> id) {
    return SequenceColumns.of(schema, Task.REGRESS, name, Optional.empty(), id);
  }

  /**
   * The schema with one more column.
   *
   * @throws InvalidDataException if there is one of that name, in upper or lower case
   */
  static StructType add(StructType schema, Setting param, StructField column) {
    for (StructField field : schema.fields()) {
      if (field.name().equalsIgnoreCase(column.name())) {
        throw new InvalidDataException(
            "%s: there is a column \"%s\" already; drop it or set another name"
                .formatted(param.name(), field.name()));
      }
    }
    return schema.add(column);
  }

  static InvalidDataException wrongType(Setting param, StructField column, String expected) {
    return new InvalidDataException(
        "%s: column \"%s\" has type %s, expected %s; convert it or name another column"
            .formatted(param.name(), column.name(), column.dataType().simpleString(), expected));
  }

  /** The column of this very name, whatever is in it. */
  static Column col(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  /**
   * Rows made from rows, lazily. An encoder loses metadata and trips over some names, so columns go
   * through it as c0, c1, ...
   *
   * @param output of what the function makes
   */
  static Dataset<Row> map(
      Dataset<?> rows, MapPartitionsFunction<Row, Row> function, StructType output) {
    StructType numbered = new StructType();
    for (int i = 0; i < output.length(); i++) {
      numbered = numbered.add(number(i), output.apply(i).dataType(), output.apply(i).nullable());
    }
    Dataset<Row> input = rows.toDF(numbers(rows.schema()).toArray(String[]::new));
    return input
        .mapPartitions(function, Encoders.row(numbered))
        .select(
            IntStream.range(0, output.length())
                .mapToObj(i -> named(number(i), output.apply(i)))
                .toArray(Column[]::new));
  }

  private static Column named(String number, StructField field) {
    return functions.col(number).as(field.name(), field.metadata());
  }

  private static List<String> numbers(StructType schema) {
    return IntStream.range(0, schema.length()).mapToObj(Columns::number).toList();
  }

  private static String number(int i) {
    return "c" + i;
  }
}
