package dev.unroll.spark.ml;

import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What a column's metadata says of the features in it: {@code {"unroll": {"features": [names],
 * "targets": [indices]}}}.
 */
final class FeatureMetadata {
  private static final String OURS = "unroll";
  private static final String FEATURES = "features";
  private static final String TARGETS = "targets";

  private FeatureMetadata() {}

  /** Names of the features, from the metadata or the fields of its structs, or none. */
  static List<String> names(StructField column) {
    Metadata ours = ours(column.metadata());
    if (ours.contains(FEATURES)) {
      return List.of(ours.getStringArray(FEATURES));
    }
    return column.dataType() instanceof ArrayType array
            && array.elementType() instanceof StructType struct
        ? List.of(struct.fieldNames())
        : List.of();
  }

  /** Which features the values to predict are of, or none. */
  static int[] targets(StructField column) {
    Metadata ours = ours(column.metadata());
    if (!ours.contains(TARGETS)) {
      return new int[0];
    }
    int[] targets = new int[ours.getLongArray(TARGETS).length];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = Math.toIntExact(ours.getLongArray(TARGETS)[i]);
    }
    return targets;
  }

  /** All metadata of the column, and these names and targets unless they are none. */
  static Metadata with(Metadata metadata, List<String> names, int[] targets) {
    MetadataBuilder ours = new MetadataBuilder().withMetadata(ours(metadata));
    if (!names.isEmpty()) {
      ours.putStringArray(FEATURES, names.toArray(String[]::new));
    }
    if (targets.length > 0) {
      ours.putLongArray(TARGETS, java.util.Arrays.stream(targets).asLongStream().toArray());
    }
    Metadata content = ours.build();
    return content.equals(Metadata.empty())
        ? metadata
        : new MetadataBuilder().withMetadata(metadata).putMetadata(OURS, content).build();
  }

  private static Metadata ours(Metadata metadata) {
    return metadata.contains(OURS) ? metadata.getMetadata(OURS) : Metadata.empty();
  }
}
