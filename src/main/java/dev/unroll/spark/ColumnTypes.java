package dev.unroll.spark;

import java.util.Arrays;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/** Which Spark types are taken where: the one list behind both the checks and their messages. */
public final class ColumnTypes {
  static final String NUMBER = "float, double, int, bigint, smallint, tinyint or decimal";

  static final String FEATURES =
      "array<array<NUMBER>>, array<vector>, array<struct<NUMBER, ...>> or, for one feature,"
          + " array<NUMBER> (NUMBER: "
          + NUMBER
          + ")";
  static final String CLASS =
      "string, int, bigint, smallint, tinyint, double, float or boolean (task = classify)";
  static final String NUMBERS =
      "NUMBER, array<NUMBER> or vector (task = regress; NUMBER: " + NUMBER + ")";
  static final String TAGS =
      "array<string>, array<int>, array<bigint>, array<smallint>, array<tinyint>, array<double>,"
          + " array<float> or array<boolean> (task = tag)";
  public static final String ID = "string, a number, boolean, date or timestamp";

  public static final String TIME = "a number, date, timestamp or timestamp_ntz";

  private ColumnTypes() {}

  static boolean isFeatures(DataType type) {
    return isOneFeature(type)
        || type instanceof ArrayType array
            && (isVector(array.elementType())
                || isNumberArray(array.elementType())
                || isNumberStruct(array.elementType()));
  }

  private static boolean isNumberStruct(DataType type) {
    return type instanceof StructType struct
        && struct.length() > 0
        && Arrays.stream(struct.fields()).allMatch(field -> isNumber(field.dataType()));
  }

  static boolean isNumber(DataType type) {
    return type instanceof NumericType;
  }

  static boolean isBoolean(DataType type) {
    return type instanceof BooleanType;
  }

  static boolean isOneFeature(DataType type) {
    return isNumberArray(type);
  }

  static boolean isClass(DataType type) {
    return type instanceof StringType
        || type instanceof BooleanType
        || isInteger(type)
        || isFloating(type);
  }

  static boolean isTags(DataType type) {
    return type instanceof ArrayType array && isClass(array.elementType());
  }

  static boolean isNumbers(DataType type) {
    return type instanceof NumericType || isNumberArray(type) || isVector(type);
  }

  public static boolean isId(DataType type) {
    return type instanceof StringType
        || type instanceof NumericType
        || type instanceof BooleanType
        || type instanceof DateType
        || type instanceof TimestampType
        || type instanceof TimestampNTZType;
  }

  public static boolean isTime(DataType type) {
    return type instanceof NumericType
        || type instanceof DateType
        || type instanceof TimestampType
        || type instanceof TimestampNTZType;
  }

  public static boolean isVector(DataType type) {
    return type.equals(SQLDataTypes.VectorType());
  }

  public static boolean isInteger(DataType type) {
    return type instanceof ByteType
        || type instanceof ShortType
        || type instanceof IntegerType
        || type instanceof LongType;
  }

  static boolean isFloating(DataType type) {
    return type instanceof FloatType || type instanceof DoubleType;
  }

  private static boolean isNumberArray(DataType type) {
    return type instanceof ArrayType array && array.elementType() instanceof NumericType;
  }
}
