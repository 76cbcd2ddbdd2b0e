package dev.unroll.spark.ml;

import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.Nearest;
import dev.unroll.spark.Words;
import dev.unroll.spark.params.Setting;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Which features the values to predict are future values of, and so by which figures they are
 * scaled: value i of a label or prediction belongs to {@code features[i mod features.length]}. All
 * in column expressions, which need no state and work on streams.
 */
record Targets(int[] features) {
  static final DataType NUMBERS = DataTypes.createArrayType(DataTypes.DoubleType, false);

  /** Level and scale of a row, by feature. */
  static final StructType FIGURES =
      new StructType().add("level", NUMBERS, false).add("scale", NUMBERS, false);

  private static final DataType DOUBLES = DataTypes.createArrayType(DataTypes.DoubleType, true);

  /**
   * Finds features by name or position.
   *
   * @param names of all features; empty where they are not known
   * @throws IllegalArgumentException if a feature is neither
   */
  static Targets of(String[] features, List<String> names) {
    return new Targets(Arrays.stream(features).mapToInt(name -> index(name, names)).toArray());
  }

  private static int index(String feature, List<String> names) {
    if (names.contains(feature)) {
      return names.indexOf(feature);
    }
    if (feature.matches("[0-9]{1,9}")) {
      int index = Integer.parseInt(feature);
      if (names.isEmpty() || index < names.size()) {
        return index;
      }
    }
    throw new IllegalArgumentException(
        "%s: there is no feature \"%s\"%s; expected %s"
            .formatted(
                ScalerSettings.TARGET_FEATURES.name(),
                feature,
                Nearest.hint(feature, names),
                names.isEmpty()
                    ? "a position from 0, since the column's metadata has no names"
                    : "one of " + Words.list(names) + ", or a position from 0"));
  }

  int last() {
    return Arrays.stream(features).max().orElseThrow();
  }

  /**
   * The type of scaled or unscaled values.
   *
   * @throws InvalidDataException if the column does not hold numbers
   * @throws IllegalArgumentException if it holds one number and these are several features
   */
  DataType resultType(Setting param, StructField column) {
    DataType type = column.dataType();
    if (type instanceof ArrayType array && array.elementType() instanceof NumericType) {
      return DOUBLES;
    }
    if (!(type instanceof NumericType)) {
      throw Columns.wrongType(param, column, "a number or an array of numbers");
    }
    if (features.length > 1) {
      throw new IllegalArgumentException(
          "%s names %d features, but column \"%s\" has one number; name one, or give an array"
              .formatted(ScalerSettings.TARGET_FEATURES.name(), features.length, column.name()));
    }
    return DataTypes.DoubleType;
  }

  /** (value − level) / scale. */
  Column scaled(StructField column, Column figures) {
    return each(column, figures, (value, level, scale) -> value.minus(level).divide(scale));
  }

  /** value · scale + level. */
  Column unscaled(StructField column, Column figures) {
    return each(column, figures, (value, level, scale) -> value.multiply(scale).plus(level));
  }

  private interface Formula {
    Column of(Column value, Column level, Column scale);
  }

  private Column each(StructField column, Column figures, Formula formula) {
    Column level = figures.getField("level");
    Column scale = figures.getField("scale");
    Column values = Columns.col(column.name());
    boolean several = column.dataType() instanceof ArrayType;
    Column result =
        several
            ? functions.transform(
                values, (value, i) -> one(value, feature(i), level, scale, formula))
            : one(values, functions.lit(features[0]), level, scale, formula);
    return functions
        .when(figures.isNull(), functions.lit(null))
        .when(functions.size(level).leq(last()), tooFew(level, several))
        .otherwise(result);
  }

  private static Column one(
      Column value, Column feature, Column level, Column scale, Formula formula) {
    return formula.of(
        value.cast(DataTypes.DoubleType),
        functions.get(level, feature),
        functions.get(scale, feature));
  }

  private Column feature(Column position) {
    Column[] all = Arrays.stream(features).mapToObj(functions::lit).toArray(Column[]::new);
    return functions.get(functions.array(all), position.mod(features.length));
  }

  private Column tooFew(Column level, boolean several) {
    Column message =
        functions.concat(
            functions.lit(
                "%s: there is no feature %d (counted from 0): the row has figures of "
                    .formatted(ScalerSettings.TARGET_FEATURES.name(), last())),
            functions.size(level),
            functions.lit(" features"));
    return functions.raise_error(message).cast(several ? DOUBLES : DataTypes.DoubleType);
  }
}
