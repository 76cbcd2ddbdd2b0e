package dev.unroll.spark;

import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;

/** Labels of any accepted type as text, and back. */
final class ClassNames {
  private ClassNames() {}

  /** The name of a class, by which a model knows it. A floating-point label must be finite. */
  static String canonical(Object label) {
    if (label instanceof Double value) {
      return canonical(value, Double.toString(value));
    }
    if (label instanceof Float value) {
      return canonical(value, Float.toString(value));
    }
    return label.toString();
  }

  /** 3.0 is "3.0" and stays so where toString changes to 1.0E7; -0.0 and 0.0 are one class. */
  private static String canonical(double value, String text) {
    return value == (int) value ? (int) value + ".0" : text;
  }

  /** The inverse of {@link #canonical}. */
  static Object value(String name, DataType type) {
    try {
      return parse(name, type);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "class \"" + name + "\" is not a value of type " + type.simpleString(), e);
    }
  }

  private static Object parse(String name, DataType type) {
    if (type instanceof StringType) {
      return name;
    }
    if (type instanceof BooleanType && (name.equals("true") || name.equals("false"))) {
      return name.equals("true");
    }
    if (type instanceof IntegerType) {
      return Integer.valueOf(name);
    }
    if (type instanceof LongType) {
      return Long.valueOf(name);
    }
    if (type instanceof ShortType) {
      return Short.valueOf(name);
    }
    if (type instanceof ByteType) {
      return Byte.valueOf(name);
    }
    if (type instanceof DoubleType) {
      return Double.valueOf(name);
    }
    if (type instanceof FloatType) {
      return Float.valueOf(name);
    }
    throw new IllegalArgumentException(
        "class \"" + name + "\" cannot be a value of type " + type.simpleString());
  }
}
