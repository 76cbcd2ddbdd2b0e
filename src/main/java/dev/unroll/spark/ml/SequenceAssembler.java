package dev.unroll.spark.ml;

import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.NumberedColumns;
import dev.unroll.spark.params.Setting;
import dev.unroll.spark.params.StageParams;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Makes one row per series out of a long table that has one row per step. Steps are ordered by
 * time; the order and the partitions of the input do not matter.
 *
 * <pre>{@code
 * Dataset<Row> table = spark.sql(
 *     "SELECT * FROM VALUES ('a', 1, 0.5, 'walk'), ('a', 2, 0.7, 'walk'), ('b', 1, 0.1, 'run')"
 *         + " AS t(id, time, speed, activity)");
 * SequenceAssembler assembler = new SequenceAssembler()
 *     .setKeyCols(new String[] {"id"})
 *     .setTimeCol("time")
 *     .setValueCols(new String[] {"speed"})
 *     .setLabelCol("activity");
 * Dataset<Row> series = assembler.transform(table); // id, features, activity
 * }</pre>
 *
 * <p>The result has the key columns, {@code piece} where {@code maxLength} is above 0, the
 * sequences as {@code array<array<double>>} and the label. The features column keeps the names of
 * the value columns in its metadata, as {@code {"unroll": {"features": [...]}}}. The label keeps
 * the metadata it had.
 *
 * <p>A NaN is a value; only null is missing. With a frequency every time must be a whole number of
 * steps after the first of its series, to a thousandth of a step where times are not whole numbers.
 * When a series is cut into pieces, {@code labels = last} gives each piece the label of its own
 * last step. With {@code labels = perStep} an inserted step has the label of the step before.
 *
 * <p>The rows of a series are sorted on disk where they must and read one after another: a task
 * holds one row of the result at a time, so that with {@code maxLength} a series of any length
 * works.
 */
public final class SequenceAssembler extends Transformer implements MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final StageParams stageParams;

  public SequenceAssembler() {
    this(Identifiable$.MODULE$.randomUID("sequenceAssembler"));
  }

  public SequenceAssembler(String uid) {
    this.uid = uid;
    this.stageParams = new StageParams(this, AssemblerSettings.ALL);
  }

  /** Loads what {@link #write()} wrote. */
  public static SequenceAssembler load(String path) {
    return read().load(path);
  }

  public static MLReader<SequenceAssembler> read() {
    return new StageReader<>(SequenceAssembler.class, SequenceAssembler::new);
  }

  @Override
  public MLWriter write() {
    return new StageWriter(this);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public SequenceAssembler copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /**
   * @throws InvalidDataException if a column is missing or has a wrong type, or the result would
   *     have two columns of one name
   * @throws IllegalArgumentException if params are missing or do not go together
   */
  @Override
  public StructType transformSchema(StructType schema) {
    return new LongTable(this, schema).output();
  }

  /**
   * Bad rows are found when the result is computed: an {@link InvalidDataException} in a task names
   * key, time and column of null keys and times, of times that occur twice, and of what {@code
   * gaps} and {@code labels} do not allow.
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    if (dataset.isStreaming()) {
      throw new IllegalArgumentException(
          "SequenceAssembler needs all rows of a series at once and a stream never has them;"
              + " assemble in foreachBatch, where each batch holds whole series");
    }
    LongTable longTable = new LongTable(this, dataset.schema());
    SeriesLayout layout = longTable.layout();
    return NumberedColumns.mapPartitions(
        longTable.sorted(dataset), layout::pieces, longTable.output());
  }

  private SequenceAssembler put(Setting setting, Object value) {
    StageParams.set(this, setting, value);
    return this;
  }

  public StringArrayParam keyCols() {
    return stageParams.get(AssemblerSettings.KEY_COLS);
  }

  public SequenceAssembler setKeyCols(String... value) {
    return put(AssemblerSettings.KEY_COLS, value);
  }

  public String[] getKeyCols() {
    return getOrDefault(keyCols());
  }

  public Param<String> timeCol() {
    return stageParams.get(AssemblerSettings.TIME_COL);
  }

  public SequenceAssembler setTimeCol(String value) {
    return put(AssemblerSettings.TIME_COL, value);
  }

  public String getTimeCol() {
    return getOrDefault(timeCol());
  }

  public Param<String> tieCol() {
    return stageParams.get(AssemblerSettings.TIE_COL);
  }

  public SequenceAssembler setTieCol(String value) {
    return put(AssemblerSettings.TIE_COL, value);
  }

  public String getTieCol() {
    return getOrDefault(tieCol());
  }

  public StringArrayParam valueCols() {
    return stageParams.get(AssemblerSettings.VALUE_COLS);
  }

  public SequenceAssembler setValueCols(String... value) {
    return put(AssemblerSettings.VALUE_COLS, value);
  }

  public String[] getValueCols() {
    return getOrDefault(valueCols());
  }

  public Param<String> labelCol() {
    return stageParams.get(AssemblerSettings.LABEL_COL);
  }

  public SequenceAssembler setLabelCol(String value) {
    return put(AssemblerSettings.LABEL_COL, value);
  }

  public String getLabelCol() {
    return getOrDefault(labelCol());
  }

  public Param<String> labels() {
    return stageParams.get(AssemblerSettings.LABELS);
  }

  public SequenceAssembler setLabels(String value) {
    return put(AssemblerSettings.LABELS, value);
  }

  public String getLabels() {
    return getOrDefault(labels());
  }

  public Param<String> gaps() {
    return stageParams.get(AssemblerSettings.GAPS);
  }

  public SequenceAssembler setGaps(String value) {
    return put(AssemblerSettings.GAPS, value);
  }

  public String getGaps() {
    return getOrDefault(gaps());
  }

  public Param<String> frequency() {
    return stageParams.get(AssemblerSettings.FREQUENCY);
  }

  public SequenceAssembler setFrequency(String value) {
    return put(AssemblerSettings.FREQUENCY, value);
  }

  public String getFrequency() {
    return getOrDefault(frequency());
  }

  public IntParam maxLength() {
    return stageParams.get(AssemblerSettings.MAX_LENGTH);
  }

  public SequenceAssembler setMaxLength(int value) {
    return put(AssemblerSettings.MAX_LENGTH, value);
  }

  public int getMaxLength() {
    return (Integer) getOrDefault(maxLength());
  }

  public Param<String> featuresCol() {
    return stageParams.get(AssemblerSettings.FEATURES_COL);
  }

  public SequenceAssembler setFeaturesCol(String value) {
    return put(AssemblerSettings.FEATURES_COL, value);
  }

  public String getFeaturesCol() {
    return getOrDefault(featuresCol());
  }
}
