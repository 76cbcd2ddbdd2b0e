package dev.unroll.spark.ml;

import dev.unroll.spark.FeatureNames;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.Nearest;
import dev.unroll.spark.Words;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Finds features of a sequence column by their names, or counted from 0. */
final class TargetFeatures {
  private TargetFeatures() {}

  static int[] indices(String[] wanted, StructField column) {
    List<String> names = names(column);
    return Arrays.stream(wanted).mapToInt(name -> index(name, names, column)).toArray();
  }

  private static List<String> names(StructField column) {
    return ((ArrayType) column.dataType()).elementType() instanceof StructType struct
        ? List.of(struct.fieldNames())
        : FeatureNames.of(column.metadata());
  }

  /** A name goes before a number; how many features there are only the names say, if there are. */
  private static int index(String wanted, List<String> names, StructField column) {
    int named = names.indexOf(wanted);
    if (named >= 0) {
      return named;
    }
    int most = names.isEmpty() ? most(column) : names.size() - 1;
    if (wanted.matches("\\d{1,9}") && Integer.parseInt(wanted) <= most) {
      return Integer.parseInt(wanted);
    }
    String features =
        names.isEmpty()
            ? "which has no names of features, so that they are numbers counted from 0"
            : "whose features are " + Words.list(names);
    String hint =
        Nearest.to(wanted, names).map(near -> "; the nearest is \"" + near + "\"").orElse("");
    throw new InvalidDataException(
        "targetFeatures: there is no feature \"%s\" in column \"%s\", %s%s"
            .formatted(wanted, column.name(), features, hint));
  }

  private static int most(StructField column) {
    boolean single = ((ArrayType) column.dataType()).elementType() instanceof NumericType;
    return single ? 0 : Integer.MAX_VALUE;
  }
}
