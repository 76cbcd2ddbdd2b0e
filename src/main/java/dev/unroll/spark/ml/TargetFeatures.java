package dev.unroll.spark.ml;

import dev.unroll.spark.FeatureNames;
import dev.unroll.spark.InputColumn;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.Nearest;
import dev.unroll.spark.Words;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.NumericType;

/** Finds features of a sequence column by their names, or counted from 0. */
final class TargetFeatures {
  private TargetFeatures() {}

  /**
   * @throws InvalidDataException if the column has no such feature, as far as it is known
   */
  static int[] indices(String[] wanted, InputColumn column) {
    List<String> names = FeatureNames.of(column);
    return Arrays.stream(wanted).mapToInt(name -> index(name, names, column)).toArray();
  }

  /** A name goes before a number; how many features there are only the names say, if there are. */
  private static int index(String wanted, List<String> names, InputColumn column) {
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
    throw new InvalidDataException(
        "targetFeatures: there is no feature \"%s\" in column \"%s\", %s%s"
            .formatted(wanted, column.name(), features, Nearest.hint(wanted, names)));
  }

  private static int most(InputColumn column) {
    return isOne(column) ? 0 : Integer.MAX_VALUE;
  }

  /** Whether a step of a sequence column is one number, not several. */
  static boolean isOne(InputColumn column) {
    return column.type() instanceof ArrayType array && array.elementType() instanceof NumericType;
  }
}
