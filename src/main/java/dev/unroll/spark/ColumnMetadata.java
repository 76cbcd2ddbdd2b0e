package dev.unroll.spark;

import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;

/** What is known about columns beside their types: ML attributes, names of features. */
public final class ColumnMetadata {
  private ColumnMetadata() {}

  /**
   * Gives columns the metadata of {@code schema}, which a typed operation such as {@code
   * mapPartitions} loses, whatever the schema of its encoder says.
   */
  public static Dataset<Row> restore(Dataset<Row> rows, StructType schema) {
    if (Arrays.stream(schema.fields())
        .allMatch(field -> field.metadata().equals(Metadata.empty()))) {
      return rows;
    }
    Column[] columns =
        Arrays.stream(schema.fields())
            .map(field -> functions.col(quoted(field.name())).as(field.name(), field.metadata()))
            .toArray(Column[]::new);
    return rows.select(columns);
  }

  /**
   * Checks that there is a column.
   *
   * @param param what names it, for the message
   * @throws InvalidDataException naming the nearest and all present
   */
  public static void require(StructType schema, String param, String name) {
    InputColumn.find(schema, name, param);
  }

  /** A name that is taken literally, whatever dots, blanks and backticks are in it. */
  public static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
