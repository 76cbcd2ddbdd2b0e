package dev.unroll.spark;

import dev.unroll.net.Task;
import dev.unroll.spark.FeatureReader.Features;
import dev.unroll.spark.InvalidRowException.Reason;
import java.io.Serializable;
import java.util.Collection;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
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
  private static final String FEATURES_KEY = "input.featuresCol";
  private static final String LABEL_KEY = "input.labelCol";
  private static final String ID_KEY = "input.idCol";

  private final Task task;
  private final InputColumn featuresColumn;
  private final FeatureReader features;
  private final LabelReader label; // null when scoring
  private final InputColumn id; // null when rows are named by their position

  private SequenceColumns(Task task, InputColumn features, InputColumn label, InputColumn id) {
    this.task = task;
    this.featuresColumn = features;
    this.features = new FeatureReader(features);
    this.label = label == null ? null : new LabelReader(label);
    this.id = id;
  }

  /**
   * Finds the columns and checks their types.
   *
   * @param labelCol the label, or nothing where there is none to read (scoring)
   * @param idCol a column whose value names a row in messages, or nothing
   * @throws InvalidDataException if a column is missing (naming the nearest and all present) or has
   *     a wrong type (listing the accepted ones), or if features and label are one column
   */
  public static SequenceColumns of(
      StructType schema,
      Task task,
      String featuresCol,
      Optional<String> labelCol,
      Optional<String> idCol) {
    if (labelCol.filter(featuresCol::equals).isPresent()) {
      throw new InvalidDataException(
          "%s and %s both name column \"%s\"; a label must be a column of its own"
              .formatted(FEATURES_KEY, LABEL_KEY, featuresCol));
    }
    return new SequenceColumns(
        task,
        features(schema, featuresCol),
        labelCol.map(name -> label(schema, name, task)).orElse(null),
        idCol.map(name -> id(schema, name)).orElse(null));
  }

  private static InputColumn features(StructType schema, String name) {
    InputColumn column = InputColumn.find(schema, name, FEATURES_KEY);
    if (!ColumnTypes.isFeatures(column.type())) {
      throw column.wrongType(FEATURES_KEY, ColumnTypes.FEATURES);
    }
    return column;
  }

  private static InputColumn label(StructType schema, String name, Task task) {
    InputColumn column = InputColumn.find(schema, name, LABEL_KEY);
    DataType type = column.type();
    boolean accepted =
        switch (task) {
          case CLASSIFY -> ColumnTypes.isClass(type);
          case REGRESS -> ColumnTypes.isNumbers(type);
          case TAG -> ColumnTypes.isTags(type);
        };
    if (!accepted) {
      throw column.wrongType(
          LABEL_KEY,
          switch (task) {
            case CLASSIFY -> ColumnTypes.CLASS;
            case REGRESS -> ColumnTypes.NUMBERS;
            case TAG -> ColumnTypes.TAGS;
          });
    }
    return column;
  }

  private static InputColumn id(StructType schema, String name) {
    InputColumn column = InputColumn.find(schema, name, ID_KEY);
    if (!ColumnTypes.isId(column.type())) {
      throw column.wrongType(ID_KEY, ColumnTypes.ID);
    }
    return column;
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
    return new Example(
        name,
        read.values(),
        read.length(),
        read.width(),
        classes(row, name, read.length()),
        label != null && task == Task.REGRESS ? label.numbers(row, name) : null);
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

  public boolean hasLabel() {
    return label != null;
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
