package dev.unroll.spark;

import java.util.Arrays;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;

/**
 * The columns by which windows over one series are known as such, so that the steps they share are
 * stored once. They are found by their metadata.
 */
public enum WindowColumns {
  /** A bigint: a hash of the whole series. */
  SERIES,
  /** An int: the index in the series of the window's last step. */
  END;

  private static final String KEY = "unroll.window";

  /** What marks the column. */
  public Metadata metadata() {
    return new MetadataBuilder().putString(KEY, name()).build();
  }

  /** Where the column is; -1 if there is none. */
  public int index(StructType schema) {
    return Arrays.stream(schema.fields())
        .map(
            field ->
                field.metadata().contains(KEY) && field.metadata().getString(KEY).equals(name()))
        .toList()
        .indexOf(true);
  }
}
