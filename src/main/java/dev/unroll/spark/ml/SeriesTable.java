package dev.unroll.spark.ml;

import static dev.unroll.spark.ml.WindowRows.END;
import static dev.unroll.spark.ml.WindowRows.LABEL;
import static dev.unroll.spark.ml.WindowRows.VALIDATION;
import static dev.unroll.spark.ml.WindowRows.WINDOW;
import static dev.unroll.spark.ml.WindowSettings.LAST;
import static dev.unroll.spark.ml.WindowSettings.REQUIRED;
import static dev.unroll.spark.ml.WindowSettings.SERIES;

import dev.unroll.spark.ColumnTypes;
import dev.unroll.spark.InputColumn;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.ResultColumns;
import dev.unroll.spark.WindowColumns;
import dev.unroll.spark.params.StageParams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** A table of series as {@link SequenceWindows} sees it, with all checks that need no data. */
final class SeriesTable {
  private static final String NEW_LABEL = "label";

  private final SequenceWindows stage;
  private final StructType schema;
  private final InputColumn series;
  private final Optional<InputColumn> id;
  private final Optional<InputColumn> labels; // that the table has
  private final int[] targets; // none without targetFeatures
  private final boolean wanted; // whether there are labels in the result
  private final List<StructField> fields = new ArrayList<>();
  private final List<Integer> cells = new ArrayList<>();

  SeriesTable(SequenceWindows stage, StructType schema) {
    this.stage = stage;
    this.schema = schema;
    this.series =
        InputColumn.find(
            schema,
            stage.getFeaturesCol(),
            "featuresCol",
            SeriesTable::isSeries,
            "array<array<NUMBER>>, array<vector>, array<NUMBER> or array<struct<NUMBER, ...>>");
    this.id =
        StageParams.value(stage, stage.idCol())
            .map(
                name -> InputColumn.find(schema, name, "idCol", ColumnTypes::isId, ColumnTypes.ID));
    this.wanted = stage.getTargets().equals(REQUIRED);
    this.targets =
        wanted
            ? StageParams.value(stage, stage.targetFeatures())
                .map(names -> TargetFeatures.indices(names, series))
                .orElse(new int[0])
            : new int[0];
    this.labels = findLabels();
    checkNumbers();
    addColumns();
  }

  private static boolean isSeries(DataType type) {
    return type instanceof ArrayType steps && isStep(steps.elementType());
  }

  private static boolean isStep(DataType type) {
    return type instanceof NumericType
        || ColumnTypes.isVector(type)
        || type instanceof ArrayType values && values.elementType() instanceof NumericType
        || type instanceof StructType struct
            && struct.length() > 0
            && Arrays.stream(struct.fields()).allMatch(f -> f.dataType() instanceof NumericType);
  }

  /** Where none are wanted the table need not have any; if it does they are left out. */
  private Optional<InputColumn> findLabels() {
    Optional<String> name = StageParams.value(stage, stage.labelCol());
    if (targets.length > 0) {
      return Optional.empty();
    }
    if (name.filter(series.name()::equals).isPresent()) {
      throw new InvalidDataException(
          "labelCol and featuresCol both name column \"%s\"; a label must be a column of its own"
              .formatted(series.name()));
    }
    return name.filter(label -> wanted || Arrays.asList(schema.fieldNames()).contains(label))
        .map(label -> InputColumn.find(schema, label, "labelCol"));
  }

  private static boolean isPerStep(InputColumn label) {
    return label.type() instanceof ArrayType;
  }

  private void checkNumbers() {
    int length = length();
    if (stage.getMinLength() > length) {
      throw new IllegalArgumentException(
          "minLength is %d, expected at most length, %d".formatted(stage.getMinLength(), length));
    }
    if (targets.length > 0 && stage.getHorizon() == 0) {
      throw new IllegalArgumentException(
          "horizon is 0, expected at least 1 with targetFeatures: how many steps to forecast");
    }
    if (wanted && stage.getHorizon() > 0 && labels.filter(label -> !isPerStep(label)).isPresent()) {
      throw new IllegalArgumentException(
          "horizon is %d, expected 0, since column \"%s\" (labelCol) has one label for all steps;"
                  .formatted(stage.getHorizon(), labels.orElseThrow().name())
              + " name an array column with a label for each step, or targetFeatures");
    }
    if ((long) stage.getHorizon() * targets.length > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("horizon times targetFeatures is above 2147483647");
    }
  }

  private int length() {
    return (Integer) StageParams.required(stage, stage.length(), "the number of steps of a window");
  }

  private void addColumns() {
    for (int i = 0; i < schema.length(); i++) {
      if (i == series.index()) {
        add(window(schema.apply(i)), WINDOW);
      } else if (labels.isPresent() && labels.get().index() == i) {
        addLabel(schema.apply(i), i);
      } else {
        add(schema.apply(i), i);
      }
    }
    add(found(stage.getEndCol(), DataTypes.IntegerType, WindowColumns.END), END);
    add(found(stage.getSeriesCol(), DataTypes.LongType, WindowColumns.SERIES), schema.length());
    if (targets.length > 0) {
      String name = StageParams.value(stage, stage.labelCol()).orElse(NEW_LABEL);
      add(DataTypes.createStructField(name, futureType(), true), LABEL);
    }
    if (stage.getValidationFraction() > 0) {
      add(
          DataTypes.createStructField(stage.getValidationCol(), DataTypes.BooleanType, false),
          VALIDATION);
    }
  }

  private static StructField found(String name, DataType type, WindowColumns what) {
    return new StructField(name, type, false, what.metadata());
  }

  private void add(StructField field, int cell) {
    fields.add(field);
    cells.add(cell);
  }

  private StructField window(StructField input) {
    return new StructField(stage.getWindowsCol(), input.dataType(), false, input.metadata());
  }

  private void addLabel(StructField input, int column) {
    if (wanted && input.dataType() instanceof ArrayType array) {
      add(new StructField(input.name(), array.elementType(), true, input.metadata()), LABEL);
    } else if (wanted) {
      add(input, column);
    }
  }

  private DataType futureType() {
    return (long) stage.getHorizon() * targets.length == 1
        ? DataTypes.DoubleType
        : DataTypes.createArrayType(DataTypes.DoubleType);
  }

  /** The input's columns, series and label replaced; then end, forecast and validation. */
  StructType output() {
    return ResultColumns.of(fields);
  }

  InputColumn series() {
    return series;
  }

  Optional<InputColumn> id() {
    return id;
  }

  /** Whether rows need a column of hashes, which goes after all others and that of the series. */
  boolean needsHash() {
    return stage.getValidationFraction() > 0 && stage.getValidation().equals(SERIES);
  }

  /** What tasks need to know. */
  WindowRows rows() {
    return new WindowRows(
        cells.stream().mapToInt(Integer::intValue).toArray(),
        series.index(),
        shape(),
        label(),
        needsHash() ? schema.length() + 1 : -1,
        stage.getValidationFraction(),
        id.map(InputColumn::index).orElse(-1));
  }

  private WindowShape shape() {
    int length = length();
    return new WindowShape(
        length,
        stage.getMinLength() == 0 ? length : stage.getMinLength(),
        stage.getStride(),
        cells.contains(LABEL) ? stage.getHorizon() : 0,
        stage.getWindows().equals(LAST),
        needsHash() ? 0 : stage.getValidationFraction());
  }

  private WindowLabel label() {
    if (targets.length > 0) {
      return new WindowLabel.Future(series.name(), targets, stage.getHorizon());
    }
    return labels
        .filter(label -> cells.contains(LABEL))
        .map(label -> new WindowLabel.OfStep(label.index(), label.name(), stage.getHorizon()))
        .orElse(null);
  }
}
