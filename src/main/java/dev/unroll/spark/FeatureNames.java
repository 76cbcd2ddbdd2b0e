package dev.unroll.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unroll.net.Model;
import dev.unroll.net.ModelFormatException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What the features of a sequence column are called: the fields of its structs, or what its
 * metadata say; see {@link FeatureMetadata}.
 */
public final class FeatureNames {
  /** Where {@link Model#about} has the names of the features. */
  public static final String ABOUT = "featureNames";

  private static final ObjectMapper JSON = new ObjectMapper();

  private FeatureNames() {}

  /** The names of a column's features; empty where it has none. */
  public static List<String> of(InputColumn column) {
    return of(column.type(), column.metadata());
  }

  /** The names of a column's features; empty where it has none. */
  public static List<String> of(StructField column) {
    return of(column.dataType(), column.metadata());
  }

  private static List<String> of(DataType type, Metadata metadata) {
    return type instanceof ArrayType array && array.elementType() instanceof StructType struct
        ? List.of(struct.fieldNames())
        : FeatureMetadata.names(metadata);
  }

  /** The names of a model's features in their order; empty if it knows them by place only. */
  public static List<String> of(Model model) {
    return parse(model.about().get(ABOUT));
  }

  /**
   * Which field of a struct column each wanted feature is; null for a column without structs.
   *
   * @param wanted the names in their order; empty for those of the column
   * @throws InvalidDataException if a wanted feature is missing, or a column whose features are
   *     known by their place has them in another order
   */
  static int[] fields(InputColumn column, List<String> wanted) {
    List<String> found = of(column);
    boolean struct =
        column.type() instanceof ArrayType array && array.elementType() instanceof StructType;
    if (struct) {
      return wanted.isEmpty()
          ? IntStream.range(0, found.size()).toArray()
          : wanted.stream().mapToInt(name -> place(column, found, name)).toArray();
    }
    if (!found.isEmpty() && !wanted.isEmpty() && !found.equals(wanted)) {
      throw new InvalidDataException(
          "column \"%s\" has the features %s, expected %s (those of the model, in their order)"
              .formatted(column.name(), Words.list(found), Words.list(wanted)));
    }
    return null;
  }

  private static int place(InputColumn column, List<String> found, String name) {
    int place = found.indexOf(name);
    if (place < 0) {
      throw new InvalidDataException(
          "column \"%s\": its structs have no field \"%s\"%s, which the model was trained on; fields present: %s"
              .formatted(column.name(), name, Nearest.hint(name, found), Words.list(found)));
    }
    return place;
  }

  /** Names as one text, a JSON array, for {@link dev.unroll.net.Model#about}. */
  public static String text(List<String> names) {
    try {
      return JSON.writeValueAsString(names);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The inverse of {@link #text}; nothing is no names. */
  public static List<String> parse(String text) {
    try {
      return text == null ? List.of() : List.of(JSON.readValue(text, String[].class));
    } catch (JsonProcessingException e) {
      throw new ModelFormatException("\"" + text + "\" is no JSON array of names", e);
    }
  }
}
