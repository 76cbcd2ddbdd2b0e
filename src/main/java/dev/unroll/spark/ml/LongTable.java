package dev.unroll.spark.ml;

import static dev.unroll.spark.ml.AssemblerSettings.IGNORE;
import static dev.unroll.spark.ml.AssemblerSettings.INDICATE;
import static dev.unroll.spark.ml.AssemblerSettings.PER_STEP;

import dev.unroll.spark.ColumnTypes;
import dev.unroll.spark.FeatureMetadata;
import dev.unroll.spark.InputColumn;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.NumberedColumns;
import dev.unroll.spark.ResultColumns;
import dev.unroll.spark.params.StageParams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** A long table as a {@link SequenceAssembler} sees it, with all checks that need no data. */
final class LongTable {
  private static final String PIECE = "piece";
  private static final String MISSING = "_missing";
  private static final ArrayType FEATURES =
      new ArrayType(new ArrayType(DataTypes.DoubleType, true), false);

  private final SequenceAssembler stage;
  private final StructType schema;
  private final List<InputColumn> keys;
  private final InputColumn time;
  private final Optional<InputColumn> tie;
  private final List<InputColumn> values;
  private final Optional<InputColumn> label;

  LongTable(SequenceAssembler stage, StructType schema) {
    this.stage = stage;
    this.schema = schema;
    this.keys =
        StageParams.value(stage, stage.keyCols()).stream()
            .flatMap(Stream::of)
            .map(name -> key(name, "keyCols"))
            .toList();
    this.time =
        InputColumn.find(
            schema,
            StageParams.required(stage, stage.timeCol(), "the column that orders the steps"),
            "timeCol",
            ColumnTypes::isTime,
            ColumnTypes.TIME);
    this.tie = StageParams.value(stage, stage.tieCol()).map(name -> key(name, "tieCol"));
    this.values =
        Arrays.stream(StageParams.required(stage, stage.valueCols(), "the columns of numbers"))
            .map(this::value)
            .toList();
    this.label =
        StageParams.value(stage, stage.labelCol())
            .map(name -> InputColumn.find(schema, name, "labelCol"));
  }

  private InputColumn key(String name, String param) {
    return InputColumn.find(schema, name, param, LongTable::isKey, ColumnTypes.ID);
  }

  private InputColumn value(String name) {
    return InputColumn.find(schema, name, "valueCols", LongTable::isValue, "a number or boolean");
  }

  /** Only strings that are equal letter by letter: tasks compare them that way. */
  private static boolean isKey(DataType type) {
    return type instanceof StringType ? type.equals(DataTypes.StringType) : ColumnTypes.isId(type);
  }

  private static boolean isValue(DataType type) {
    return type instanceof NumericType || type instanceof BooleanType;
  }

  /** Keys, piece, features, label. */
  StructType output() {
    List<StructField> fields = new ArrayList<>();
    keys.forEach(key -> fields.add(schema.apply(key.index())));
    if (stage.getMaxLength() > 0) {
      fields.add(new StructField(PIECE, DataTypes.IntegerType, false, Metadata.empty()));
    }
    fields.add(
        new StructField(
            stage.getFeaturesCol(),
            FEATURES,
            false,
            FeatureMetadata.withNames(Metadata.empty(), features())));
    label.ifPresent(column -> fields.add(label(schema.apply(column.index()))));
    grid(); // refuses a frequency that does not fit
    return ResultColumns.of(fields);
  }

  private StructField label(StructField input) {
    DataType type =
        stage.getLabels().equals(PER_STEP)
            ? new ArrayType(input.dataType(), true)
            : input.dataType();
    return new StructField(input.name(), type, true, input.metadata());
  }

  private List<String> features() {
    List<String> names = new ArrayList<>(values.stream().map(InputColumn::name).toList());
    if (stage.getGaps().equals(INDICATE)) {
      values.forEach(value -> names.add(value.name() + MISSING));
    }
    for (int i = 0; i < names.size(); i++) {
      if (names.lastIndexOf(names.get(i)) > i) {
        throw new InvalidDataException(
            "valueCols give two features of the name \"%s\"; name another column or rename one"
                .formatted(names.get(i)));
      }
    }
    return names;
  }

  /** Without gaps to look for there is none, and the frequency is not looked at. */
  private Optional<TimeGrid> grid() {
    if (stage.getGaps().equals(IGNORE)) {
      return Optional.empty();
    }
    String frequency =
        StageParams.required(
            stage,
            stage.frequency(),
            "the time between two steps, since gaps = " + stage.getGaps());
    return Optional.of(TimeGrid.of(frequency, time.type()));
  }

  /** What tasks need to know, of rows such as {@link #sorted} gives. */
  SeriesLayout layout() {
    return new SeriesLayout(
        keys.stream().map(InputColumn::name).toList(),
        time.name(),
        tie.map(InputColumn::name).orElse(null),
        values.stream().map(InputColumn::name).toList(),
        label.map(InputColumn::name).orElse(null),
        stage.getLabels(),
        stage.getGaps(),
        grid().orElse(null),
        stage.getMaxLength());
  }

  /**
   * Keys, time, tie, values as doubles, label: all rows of a key in one partition, one series after
   * another. Columns are renamed by position first, so that no name needs quoting.
   */
  Dataset<Row> sorted(Dataset<?> dataset) {
    List<Column> columns = new ArrayList<>();
    keys.forEach(key -> columns.add(column(key)));
    columns.add(column(time));
    tie.ifPresent(found -> columns.add(column(found)));
    Column[] order = columns.toArray(Column[]::new);
    values.forEach(value -> columns.add(column(value).cast(DataTypes.DoubleType)));
    label.ifPresent(found -> columns.add(column(found)));
    Dataset<Row> named = NumberedColumns.of(dataset);
    Dataset<Row> placed =
        keys.isEmpty()
            ? named.repartition(1)
            : named.repartition(Arrays.copyOf(order, keys.size()));
    return placed.sortWithinPartitions(order).select(columns.toArray(Column[]::new));
  }

  private static Column column(InputColumn column) {
    return NumberedColumns.column(column.index());
  }
}
