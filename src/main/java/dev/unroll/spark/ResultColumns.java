package dev.unroll.spark;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of a result. What is added must have a name of its own, upper and lower case being
 * the same, as they are in Spark.
 */
public final class ResultColumns {
  private ResultColumns() {}

  /**
   * The columns of a table and one more.
   *
   * @throws InvalidDataException if the table has a column of its name
   */
  public static StructType add(StructType table, StructField column) {
    for (StructField field : table.fields()) {
      if (field.name().equalsIgnoreCase(column.name())) {
        throw twice(field.name());
      }
    }
    return table.add(column);
  }

  /**
   * These columns.
   *
   * @throws InvalidDataException if two have one name
   */
  public static StructType of(List<StructField> columns) {
    Set<String> names = new HashSet<>();
    for (StructField column : columns) {
      if (!names.add(column.name().toLowerCase(Locale.ROOT))) {
        throw twice(column.name());
      }
    }
    return new StructType(columns.toArray(StructField[]::new));
  }

  private static InvalidDataException twice(String name) {
    return new InvalidDataException(
        "the result has two columns of the name \"%s\"; name another column or rename one"
            .formatted(name));
  }
}
