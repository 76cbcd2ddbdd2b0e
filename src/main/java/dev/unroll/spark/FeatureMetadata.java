package dev.unroll.spark;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;

/**
 * What a column's metadata say of the features in it: {@code {"unroll": {"features": [names],
 * "targets": [indices]}}}.
 */
public final class FeatureMetadata {
  private static final String OURS = "unroll";
  private static final String FEATURES = "features";
  private static final String TARGETS = "targets";

  private FeatureMetadata() {}

  /** The names of the features in their order, or none. */
  public static List<String> names(Metadata metadata) {
    Metadata ours = ours(metadata);
    return ours.contains(FEATURES) ? List.of(ours.getStringArray(FEATURES)) : List.of();
  }

  /** Which features the values to predict are of, or none. */
  public static int[] targets(Metadata metadata) {
    Metadata ours = ours(metadata);
    return ours.contains(TARGETS)
        ? Arrays.stream(ours.getLongArray(TARGETS)).mapToInt(Math::toIntExact).toArray()
        : new int[0];
  }

  /** All that the metadata say, and these names unless there are none. */
  public static Metadata withNames(Metadata metadata, List<String> names) {
    return names.isEmpty()
        ? metadata
        : with(metadata, ours -> ours.putStringArray(FEATURES, names.toArray(String[]::new)));
  }

  /** All that the metadata say, and these targets. */
  public static Metadata withTargets(Metadata metadata, int[] targets) {
    long[] indices = Arrays.stream(targets).asLongStream().toArray();
    return with(metadata, ours -> ours.putLongArray(TARGETS, indices));
  }

  private static Metadata with(Metadata metadata, UnaryOperator<MetadataBuilder> more) {
    MetadataBuilder ours = more.apply(new MetadataBuilder().withMetadata(ours(metadata)));
    return new MetadataBuilder().withMetadata(metadata).putMetadata(OURS, ours.build()).build();
  }

  private static Metadata ours(Metadata metadata) {
    return metadata.contains(OURS) ? metadata.getMetadata(OURS) : Metadata.empty();
  }
}
