package dev.unroll.spark.ml;

import static dev.unroll.spark.ml.AssemblerSettings.IGNORE;
import static dev.unroll.spark.ml.AssemblerSettings.INDICATE;
import static dev.unroll.spark.ml.AssemblerSettings.PER_STEP;

import dev.unroll.spark.ColumnTypes;
import dev.unroll.spark.FeatureNames;
import dev.unroll.spark.InputColumn;
import dev.unroll.spark.params.StageParams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
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
            .map(name -> find(name, "keyCols", LongTable::isKey, ColumnTypes.ID))
            .toList();
    this.time =
        find(
            Stages.required(stage, stage.timeCol(), "the column that orders the steps"),
            "timeCol",
            ColumnTypes::isTime,
            ColumnTypes.TIME);
    this.tie =
        StageParams.value(stage, stage.tieCol())
            .map(name -> find(name, "tieCol", LongTable::isKey, ColumnTypes.ID));
    this.values =
        Arrays.stream(Stages.required(stage, stage.valueCols(), "the columns of numbers"))
            .map(name -> find(name, "valueCols", LongTable::isValue, "a number or boolean"))
            .toList();
    this.label =
        StageParams.value(stage, stage.labelCol())
            .map(name -> InputColumn.find(schema, name, "labelCol"));
  }

  private InputColumn find(
      String name, String param, Predicate<DataType> accepted, String expected) {
    InputColumn column = InputColumn.find(schema, name, param);
    if (!accepted.test(column.type())) {
      throw column.wrongType(param, expected);
    }
    return column;
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
      fields.add(new StructField(PIECE, DataTypes.IntegerType, false, Stages.NO_METADATA));
    }
    fields.add(
        new StructField(
            stage.getFeaturesCol(),
            Stages.FEATURES,
            false,
            FeatureNames.in(Metadata.empty(), features())));
    label.ifPresent(column -> fields.add(label(schema.apply(column.index()))));
    grid(); // refuses a frequency that does not fit
    return Stages.unique(fields);
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
    Stages.refuseTwice(names, "valueCols give two features");
    return names;
  }

  /** Without gaps to look for there is none, and the frequency is not looked at. */
  private Optional<TimeGrid> grid() {
    if (stage.getGaps().equals(IGNORE)) {
      return Optional.empty();
    }
    String frequency =
        Stages.required(
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
    Dataset<Row> named = Stages.byPosition(dataset);
    Dataset<Row> placed =
        keys.isEmpty()
            ? named.repartition(1)
            : named.repartition(Arrays.copyOf(order, keys.size()));
    return placed
        .sortWithinPartitions(order)
        .select(columns.toArray(Column[]::new))
        .toDF(IntStream.range(0, columns.size()).mapToObj(i -> "c" + i).toArray(String[]::new));
  }

  private static Column column(InputColumn column) {
    return functions.col("c" + column.index());
  }
}
