package dev.unroll.spark;

import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A column that a reader of files adds to say where each row stands. It names rows in messages
 * where the user names no column, and decides nothing.
 */
final class RowNames {
  private static final String KEY = "unroll.rowNames";

  /** What marks such a column. */
  static final Metadata METADATA = new MetadataBuilder().putBoolean(KEY, true).build();

  private RowNames() {}

  /** The column so marked, if there is one. */
  static Optional<String> of(StructType schema) {
    return Arrays.stream(schema.fields())
        .filter(field -> field.metadata().contains(KEY))
        .map(StructField::name)
        .findFirst();
  }
}
