package dev.unroll.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A column found in a schema. It is kept by position, so that names with dots, blanks or backticks
 * need no quoting.
 */
public record InputColumn(String name, int index, DataType type, Metadata metadata)
    implements Serializable {
  /**
   * The column of this exact name.
   *
   * @param key the configuration key that names it, for the message
   * @throws InvalidDataException if there is none, or more than one
   */
  public static InputColumn find(StructType schema, String name, String key) {
    List<String> present = Arrays.asList(schema.fieldNames());
    int[] found =
        IntStream.range(0, present.size()).filter(i -> present.get(i).equals(name)).toArray();
    if (found.length == 1) {
      StructField field = schema.apply(found[0]);
      return new InputColumn(name, found[0], field.dataType(), field.metadata());
    }
    if (found.length > 1) {
      throw new InvalidDataException(
          key + ": column \"" + name + "\" occurs " + found.length + " times; rename all but one");
    }
    throw new InvalidDataException(
        key
            + ": there is no column \""
            + name
            + "\""
            + Nearest.hint(name, present)
            + "; columns present: "
            + (present.isEmpty() ? "none" : Words.list(present)));
  }

  /**
   * The column of this exact name and an accepted type.
   *
   * @param expected the accepted types, for the message
   * @throws InvalidDataException also if it has another type
   */
  public static InputColumn find(
      StructType schema, String name, String key, Predicate<DataType> accepts, String expected) {
    InputColumn column = find(schema, name, key);
    if (!accepts.test(column.type())) {
      throw column.wrongType(key, expected);
    }
    return column;
  }

  /** The column of this very name, whatever dots, blanks and backticks are in it. */
  public static Column named(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  /** The column in expressions over its table. */
  public Column column() {
    return named(name);
  }

  /** The type as a user writes it, such as {@code array<array<double>>}. */
  public String typeName() {
    return type.simpleString();
  }

  /** What to throw where a column of this type cannot be used. */
  public InvalidDataException wrongType(String key, String expected) {
    return new InvalidDataException(
        "%s: column \"%s\" has type %s, expected %s; convert it or name another column"
            .formatted(key, name, typeName(), expected));
  }
}
