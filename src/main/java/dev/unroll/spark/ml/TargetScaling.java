package dev.unroll.spark.ml;

import dev.unroll.spark.InputColumn;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.params.Setting;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * Which features the values to predict are future values of, and so by which figures they are
 * scaled: value i of a label or prediction belongs to {@code features[i mod features.length]}. All
 * in column expressions, which need no state and work on streams.
 */
record TargetScaling(int[] features) {
  static final DataType NUMBERS = DataTypes.createArrayType(DataTypes.DoubleType, false);

  /** Level and scale of a row, by feature. */
  static final StructType FIGURES =
      new StructType().add("level", NUMBERS, false).add("scale", NUMBERS, false);

  private static final DataType DOUBLES = DataTypes.createArrayType(DataTypes.DoubleType, true);

  int last() {
    return Arrays.stream(features).max().orElseThrow();
  }

  /**
   * The type of scaled or unscaled values.
   *
   * @throws InvalidDataException if the column does not hold numbers
   * @throws IllegalArgumentException if it holds one number and these are several features
   */
  DataType resultType(Setting param, InputColumn column) {
    DataType type = column.type();
    if (type instanceof ArrayType array && array.elementType() instanceof NumericType) {
      return DOUBLES;
    }
    if (!(type instanceof NumericType)) {
      throw column.wrongType(param.name(), "a number or an array of numbers");
    }
    if (features.length > 1) {
      throw new IllegalArgumentException(
          "%s names %d features, but column \"%s\" has one number; name one, or give an array"
              .formatted(ScalerSettings.TARGET_FEATURES.name(), features.length, column.name()));
    }
    return DataTypes.DoubleType;
  }

  /** (value − level) / scale. */
  Column scaled(InputColumn column, Column figures) {
    return each(column, figures, (value, level, scale) -> value.minus(level).divide(scale));
  }

  /** value · scale + level. */
  Column unscaled(InputColumn column, Column figures) {
    return each(column, figures, (value, level, scale) -> value.multiply(scale).plus(level));
  }

  private interface Formula {
    Column of(Column value, Column level, Column scale);
  }

  private Column each(InputColumn column, Column figures, Formula formula) {
    Column level = figures.getField("level");
    Column scale = figures.getField("scale");
    Column values = column.column();
    boolean several = column.type() instanceof ArrayType;
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
