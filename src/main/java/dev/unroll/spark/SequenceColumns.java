package dev.unroll.spark;

import dev.unroll.net.Task;
import dev.unroll.spark.FeatureReader.Features;
import dev.unroll.spark.InvalidRowException.Reason;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.StructType;

/**
 * The one place where a row becomes numbers. {@link #of} checks everything that needs no data;
 * {@link #read} checks everything else, one row at a time, and refuses a row with an {@link
 * InvalidRowException} that names it. Steps, features and label values are counted from 0 in every
 * message.
 *
 * <p>Columns are found by position, so rows given to {@link #read} must have the schema given to
 * {@link #of}.
 */
public final class SequenceColumns implements Serializable {
  /** More classes than this are numbers to predict, or names of rows, by mistake. */
  public static final int MOST_CLASSES = 10_000;

  private static final String FEATURES_KEY = "featuresCol (input.featuresCol of a job)";
  private static final String LABEL_KEY = "labelCol (input.labelCol of a job)";
  private static final String ID_KEY = "idCol (input.idCol of a job)";
  private static final String WEIGHT_KEY = "weightCol (input.weightCol of a job)";
  private static final String VALIDATION_KEY =
      "validationIndicatorCol (input.validationIndicatorCol of a job)";

  private final Task task;
  private final InputColumn featuresColumn;
  private final FeatureReader features;
  private final LabelReader label; // null when scoring
  private final InputColumn id; // null when rows are named by their position
  private final InputColumn weight; // null when all count 1
  private final InputColumn validation; // null when no column says which rows are held out
  private final int maxLength;
  private final int windowSeries; // -1 where rows are no windows
  private final int windowEnd;

  /**
   * Which columns to read.
   *
   * @param features the sequences
   * @param label the label, or nothing where there is none to read (scoring)
   * @param id a column whose value names a row in messages, or nothing
   * @param weight how much a row counts, or nothing
   * @param validation a boolean column, true for rows to be held out, or nothing
   * @param featureNames the features in the order wanted; empty for that of the column
   * @param maxLength longest sequence in steps; 0 for any
   */
  public record Columns(
      String features,
      Optional<String> label,
      Optional<String> id,
      Optional<String> weight,
      Optional<String> validation,
      List<String> featureNames,
      int maxLength) {

    /** Features, label and names of rows. */
    public static Columns of(String features, Optional<String> label, Optional<String> id) {
      return new Columns(features, label, id, Optional.empty(), Optional.empty(), List.of(), 0);
    }

    /** The same with these features in this order. */
    public Columns withFeatures(List<String> names) {
      return new Columns(features, label, id, weight, validation, names, maxLength);
    }

    /** The same with another limit on the length. */
    public Columns withMaxLength(int steps) {
      return new Columns(features, label, id, weight, validation, featureNames, steps);
    }

    /** Without label, weight and held-out rows: what scoring reads. */
    public Columns withoutLabel() {
      return new Columns(
          features,
          Optional.empty(),
          id,
          Optional.empty(),
          Optional.empty(),
          featureNames,
          maxLength);
    }
  }

  private SequenceColumns(StructType schema, Task task, Columns columns, String featuresKey) {
    this.task = task;
    featuresColumn =
        InputColumn.find(
            schema, columns.features(), featuresKey, ColumnTypes::isFeatures, ColumnTypes.FEATURES);
    features = new FeatureReader(featuresColumn, columns.featureNames());
    label =
        columns.label().map(name -> new LabelReader(label(schema, name, task), task)).orElse(null);
    id =
        optional(
            schema,
            columns.id().or(() -> RowNames.of(schema)),
            ID_KEY,
            ColumnTypes::isId,
            ColumnTypes.ID);
    weight =
        optional(schema, columns.weight(), WEIGHT_KEY, ColumnTypes::isNumber, ColumnTypes.NUMBER);
    validation =
        optional(schema, columns.validation(), VALIDATION_KEY, ColumnTypes::isBoolean, "boolean");
    maxLength = columns.maxLength();
    windowSeries = WindowColumns.SERIES.index(schema);
    windowEnd = WindowColumns.END.index(schema);
  }

  /** Features, label and names of rows; see {@link #of(StructType, Task, Columns)}. */
  public static SequenceColumns of(
      StructType schema,
      Task task,
      String featuresCol,
      Optional<String> labelCol,
      Optional<String> idCol) {
    return of(schema, task, Columns.of(featuresCol, labelCol, idCol));
  }

  /**
   * Finds the columns and checks their types.
   *
   * @throws InvalidDataException if a column is missing (naming the nearest and all present) or has
   *     a wrong type (listing the accepted ones), or if features and label are one column
   */
  public static SequenceColumns of(StructType schema, Task task, Columns columns) {
    String featuresCol = columns.features();
    if (columns.label().filter(featuresCol::equals).isPresent()) {
      throw new InvalidDataException(
          "%s and %s both name column \"%s\"; a label must be a column of its own"
              .formatted(FEATURES_KEY, LABEL_KEY, featuresCol));
    }
    return new SequenceColumns(schema, task, columns, FEATURES_KEY);
  }

  /**
   * Sequences without labels, as a stage reads them that calls their column by another param.
   *
   * @param key the param that names the column, for messages
   */
  public static SequenceColumns unlabelled(
      StructType schema, String key, String name, Optional<String> idCol) {
    return new SequenceColumns(
        schema, Task.REGRESS, Columns.of(name, Optional.empty(), idCol), key);
  }

  private static InputColumn label(StructType schema, String name, Task task) {
    return switch (task) {
      case CLASSIFY ->
          InputColumn.find(schema, name, LABEL_KEY, ColumnTypes::isClass, ColumnTypes.CLASS);
      case REGRESS ->
          InputColumn.find(schema, name, LABEL_KEY, ColumnTypes::isNumbers, ColumnTypes.NUMBERS);
      case TAG -> InputColumn.find(schema, name, LABEL_KEY, ColumnTypes::isTags, ColumnTypes.TAGS);
    };
  }

  /** A column that need not be named; null if it is not. */
  private static InputColumn optional(
      StructType schema,
      Optional<String> name,
      String key,
      Predicate<DataType> accepts,
      String expected) {
    return name.map(given -> InputColumn.find(schema, given, key, accepts, expected)).orElse(null);
  }

  /**
   * Reads one row.
   *
   * @param position what to call the row when there is no id column, or its value is null
   * @throws InvalidRowException if the row cannot be used
   */
  public Example read(Row row, String position) {
    String name = id == null || row.isNullAt(id.index()) ? position : "" + row.get(id.index());
    Features read = features.read(row, name);
    if (maxLength > 0 && read.length() > maxLength) {
      throw new InvalidRowException(
          Reason.TOO_LONG,
          featuresColumn.name(),
          name,
          "%s, expected at most %d (maxSequenceLength, input.maxSequenceLength of a job)"
              .formatted(Words.count(read.length(), "step"), maxLength));
    }
    return new Example(
        name,
        read.values(),
        read.length(),
        read.width(),
        classes(row, name, read.length()),
        label != null && task == Task.REGRESS ? label.numbers(row, name) : null,
        weight == null ? 1 : weight(row, name),
        validation == null ? null : (Boolean) heldOut(row, name),
        window(row));
  }

  private Example.Window window(Row row) {
    boolean known = windowSeries >= 0 && windowEnd >= 0;
    return known && !row.isNullAt(windowSeries) && !row.isNullAt(windowEnd)
        ? new Example.Window(row.getLong(windowSeries), row.getInt(windowEnd))
        : null;
  }

  private float weight(Row row, String name) {
    Object value = row.get(weight.index());
    if (value == null) {
      throw new InvalidRowException(
          Reason.NULL_WEIGHT,
          weight.name(),
          name,
          "weight is null, expected a finite number at least 0");
    }
    float number = ((Number) value).floatValue();
    if (!(number >= 0 && Float.isFinite(number))) {
      throw new InvalidRowException(
          Reason.INVALID_WEIGHT,
          weight.name(),
          name,
          "weight is %s, expected a finite number at least 0".formatted(value));
    }
    return number;
  }

  private boolean heldOut(Row row, String name) {
    if (row.isNullAt(validation.index())) {
      throw new InvalidRowException(
          Reason.NULL_INDICATOR,
          validation.name(),
          name,
          "is null, expected true (held out) or false");
    }
    return row.getBoolean(validation.index());
  }

  private String[] classes(Row row, String name, int length) {
    if (label == null || task == Task.REGRESS) {
      return null;
    }
    return task == Task.TAG ? label.tags(row, name, length) : label.classOf(row, name);
  }

  /**
   * Refuses a sequence of another width.
   *
   * @param source where the expectation comes from, such as {@code inputSize of the model}
   * @return the same example
   * @throws InvalidRowException with {@link Reason#WIDTH_MISMATCH}
   */
  public Example expectWidth(Example example, int width, String source) {
    if (example.width() != width) {
      throw new InvalidRowException(
          Reason.WIDTH_MISMATCH,
          featuresColumn.name(),
          example.id(),
          "%s per step, expected %d (%s)"
              .formatted(Words.count(example.width(), "value"), width, source));
    }
    return example;
  }

  /**
   * Refuses a sequence whose finite but extreme values drove the network out of the finite numbers.
   *
   * @return the same example
   * @throws InvalidRowException with {@link Reason#OVERFLOW}
   */
  public Example expectFinite(Example example, double[] answer) {
    for (double value : answer) {
      if (!Double.isFinite(value)) {
        throw new InvalidRowException(
            Reason.OVERFLOW,
            featuresColumn.name(),
            example.id(),
            "the answer is %s, expected a finite number; its values are too extreme for the model"
                .formatted(value));
      }
    }
    return example;
  }

  /**
   * Refuses a label vector with another number of values.
   *
   * @param source where the expectation comes from
   * @return the same example
   * @throws InvalidRowException with {@link Reason#LABEL_WIDTH}
   */
  public Example expectLabelWidth(Example example, int width, String source) {
    if (example.numbers().length != width) {
      throw label.bad(
          Reason.LABEL_WIDTH,
          example.id(),
          InvalidRowException.NONE,
          "%s, expected %d (%s)"
              .formatted(Words.count(example.numbers().length, "label value"), width, source));
    }
    return example;
  }

  /**
   * Refuses a class that is not among the known ones.
   *
   * @return the same example
   * @throws InvalidRowException with {@link Reason#UNKNOWN_CLASS}, naming the first such class
   */
  public Example expectClasses(Example example, Collection<String> known) {
    for (int i = 0; i < example.classes().length; i++) {
      if (!known.contains(example.classes()[i])) {
        throw label.bad(
            Reason.UNKNOWN_CLASS,
            example.id(),
            task == Task.TAG ? i : InvalidRowException.NONE,
            "class \"%s\", expected one of %s (the classes seen in training)"
                .formatted(example.classes()[i], Words.list(known)));
      }
    }
    return example;
  }

  /** What the features are called, in their order; empty where they have no names. */
  public List<String> featureNames() {
    return FeatureNames.of(featuresColumn);
  }

  /** What the values 0, 1, ... of a numeric label stand for, by ML attributes of its column. */
  public List<String> labelNames() {
    return label == null ? List.of() : label.names();
  }

  /** Whether a row has several numbers to predict. */
  public boolean isLabelArray() {
    return label != null && !ColumnTypes.isNumber(label.column().type());
  }

  /**
   * The label's Spark type; for {@link Task#TAG} that of one step.
   *
   * @throws IllegalStateException without a label column
   */
  public DataType labelType() {
    if (label == null) {
      throw new IllegalStateException("no label column was named");
    }
    DataType type = label.column().type();
    return task == Task.TAG ? ((ArrayType) type).elementType() : type;
  }

  /**
   * A class name as a value of the label's own type, so that predictions have that type.
   *
   * @throws IllegalArgumentException if the name is not a value of that type
   */
  public static Object classValue(String canonical, DataType type) {
    return ClassNames.value(canonical, type);
  }

  /** The name of the class with this index, for a numeric label type. */
  public static String className(int index, DataType type) {
    return type instanceof DoubleType || type instanceof FloatType ? index + ".0" : "" + index;
  }

  /** One line for people, such as {@code features "x" array<array<double>>, label "y" string}. */
  public String describe() {
    return describe("features", featuresColumn)
        + (label == null ? "" : ", " + describe("label", label.column()))
        + (id == null ? "" : ", " + describe("id", id));
  }

  private static String describe(String role, InputColumn column) {
    return role + " \"" + column.name() + "\" " + column.typeName();
  }
}
