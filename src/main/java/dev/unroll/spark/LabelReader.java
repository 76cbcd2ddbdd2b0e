package dev.unroll.spark;

import dev.unroll.net.Task;
import dev.unroll.spark.InvalidRowException.Reason;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.Attribute$;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;

/** Turns the label column of a row into class names or numbers. */
final class LabelReader implements Serializable {
  private final InputColumn column;
  private final List<String> names;
  private final int classes;
  private final String expected;

  LabelReader(InputColumn column, Task task) {
    this.column = column;
    boolean indices = task == Task.CLASSIFY && ColumnTypes.isNumber(column.type());
    names = indices ? names(column.metadata()) : List.of();
    expected =
        switch (task) {
          case CLASSIFY -> "a class";
          case REGRESS -> "a finite number";
          case TAG -> "a class for each step";
        };
    classes = names.isEmpty() ? SequenceColumns.MOST_CLASSES : names.size();
  }

  /** What a StringIndexer, say, has written about the values. */
  private static List<String> names(Metadata metadata) {
    StructField field = new StructField("label", DataTypes.DoubleType, true, metadata);
    Attribute attribute = Attribute$.MODULE$.fromStructField(field);
    return attribute instanceof NominalAttribute nominal && nominal.values().isDefined()
        ? List.of(nominal.values().get())
        : List.of();
  }

  List<String> names() {
    return names;
  }

  InputColumn column() {
    return column;
  }

  /** (1): the class of the whole sequence. */
  String[] classOf(Row row, String id) {
    return new String[] {className(present(row, id), id, InvalidRowException.NONE)};
  }

  /** (T): the class of every step of a sequence of {@code length} steps. */
  String[] tags(Row row, String id, int length) {
    Object labels = SparkArrays.of(present(row, id));
    int found = SparkArrays.length(labels);
    if (found != length) {
      throw bad(
          Reason.LABEL_LENGTH,
          id,
          InvalidRowException.NONE,
          Words.count(found, "label") + ", expected " + length + " (one per step)");
    }
    String[] names = new String[length];
    for (int t = 0; t < length; t++) {
      names[t] = className(SparkArrays.element(labels, t), id, t);
    }
    return names;
  }

  /** (K): the numbers to predict for the whole sequence. */
  float[] numbers(Row row, String id) {
    Object label = present(row, id);
    if (label instanceof Number number) {
      return new float[] {number(number.doubleValue(), id, "label")};
    }
    Object array = label instanceof Vector vector ? vector.toArray() : SparkArrays.of(label);
    float[] numbers = new float[SparkArrays.length(array)];
    if (numbers.length == 0) {
      throw bad(
          Reason.LABEL_WIDTH, id, InvalidRowException.NONE, "0 label values, expected at least 1");
    }
    for (int k = 0; k < numbers.length; k++) {
      if (SparkArrays.isNull(array, k)) {
        throw bad(
            Reason.NULL_LABEL,
            id,
            InvalidRowException.NONE,
            "label value " + k + " is null, expected a finite number");
      }
      numbers[k] = number(SparkArrays.number(array, k), id, "label value " + k);
    }
    return numbers;
  }

  InvalidRowException bad(Reason reason, String id, int step, String problem) {
    return new InvalidRowException(
        reason, column.name(), id, step, InvalidRowException.NONE, problem);
  }

  private Object present(Row row, String id) {
    Object label = row.get(column.index());
    if (label == null) {
      throw bad(
          Reason.NULL_LABEL, id, InvalidRowException.NONE, "label is null, expected " + expected);
    }
    return label;
  }

  private String className(Object label, String id, int step) {
    if (label == null) {
      throw bad(Reason.NULL_LABEL, id, step, "label is null, expected a class");
    }
    if (label instanceof Double || label instanceof Float) {
      double value = ((Number) label).doubleValue();
      if (!Double.isFinite(value)) {
        Reason reason = FeatureReader.notFinite(value, Reason.NAN_LABEL, Reason.INFINITE_LABEL);
        throw bad(reason, id, step, "label is " + value + ", expected a class index");
      }
    }
    if (label instanceof Number number) {
      requireIndex(number.doubleValue(), id, step);
    }
    return ClassNames.canonical(label);
  }

  /** Numbers are class indices, as everywhere in Spark ML. */
  private void requireIndex(double value, String id, int step) {
    if (value != Math.rint(value) || value < 0 || value >= classes) {
      throw bad(
          Reason.INVALID_CLASS,
          id,
          step,
          ("class %s, expected a whole number from 0 to %d: numeric labels are class indices; cast"
                  + " other names of classes to string")
              .formatted(value == Math.rint(value) ? "%.0f".formatted(value) : value, classes - 1));
    }
  }

  private float number(double value, String id, String what) {
    float narrowed = (float) value;
    if (Float.isFinite(narrowed)) {
      return narrowed;
    }
    throw bad(
        FeatureReader.notFinite(value, Reason.NAN_LABEL, Reason.INFINITE_LABEL),
        id,
        InvalidRowException.NONE,
        what + " is " + FeatureReader.notFiniteText(value));
  }
}
