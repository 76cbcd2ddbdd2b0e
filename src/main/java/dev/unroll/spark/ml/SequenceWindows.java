package dev.unroll.spark.ml;

import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.NumberedColumns;
import dev.unroll.spark.params.Setting;
import dev.unroll.spark.params.StageParams;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * Makes rows of windows out of rows of series, with the label of each window taken from the same
 * series: its own step's, or the future of some features.
 *
 * <pre>{@code
 * Dataset<Row> series = spark.sql(
 *     "SELECT * FROM VALUES ('a', array(1.0, 2.0, 3.0, 4.0, 5.0)), ('b', array(7.0, 8.0))"
 *         + " AS t(id, features)");
 * SequenceWindows windows = new SequenceWindows()
 *     .setLength(2)
 *     .setStride(2)
 *     .setHorizon(1)
 *     .setTargetFeatures(new String[] {"0"});
 * Dataset<Row> rows = windows.transform(series); // id, features, window_end, label
 * // a, [1, 2], 1, 3 and a, [3, 4], 3, 5; series b has no step after its only window
 * }</pre>
 *
 * <p>Ends of windows are counted backwards from the last step that leaves {@code horizon} steps for
 * the label, {@code stride} steps apart, so that the last window is always there. A series that is
 * null or too short gives no rows. Nulls within a series are passed on, in a label too. Without
 * label windows go on to the end of the series.
 *
 * <p>The result has all columns of the series but the series itself and, with {@code targets =
 * none}, its labels. Names of features and attributes of labels stay in the metadata.
 *
 * <p>With {@code validation = time} the last {@code validationFraction} of the steps of each series
 * is for validation. A window that has steps of both sides, in itself or in its label, is left out:
 * no step is seen by both. With {@code validation = series} a hash of {@code idCol}, else of the
 * values of the series, with the seed decides the side, so that about that share of the series is
 * for validation.
 *
 * <p>Windows are made one at a time when they are asked for, in a stream too: a task holds one
 * series and one window.
 */
public final class SequenceWindows extends Transformer implements MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final StageParams stageParams;

  public SequenceWindows() {
    this(Identifiable$.MODULE$.randomUID("sequenceWindows"));
  }

  public SequenceWindows(String uid) {
    this.uid = uid;
    this.stageParams = new StageParams(this, WindowSettings.ALL);
  }

  /** Loads what {@link #write()} wrote. */
  public static SequenceWindows load(String path) {
    return read().load(path);
  }

  public static MLReader<SequenceWindows> read() {
    return new StageReader<>(SequenceWindows.class, SequenceWindows::new);
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
  public SequenceWindows copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /**
   * @throws InvalidDataException if a column or feature is missing or has a wrong type, or the
   *     result would have two columns of one name
   * @throws IllegalArgumentException if params are missing or do not go together
   */
  @Override
  public StructType transformSchema(StructType schema) {
    return new SeriesTable(this, schema).output();
  }

  /**
   * Bad rows are found when the result is computed: an {@link InvalidDataException} in a task tells
   * of labels that are not one per step, and of steps that lack a feature to forecast.
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    SeriesTable series = new SeriesTable(this, dataset.schema());
    return NumberedColumns.flatMap(input(dataset, series), series.rows()::of, series.output());
  }

  private Dataset<Row> input(Dataset<?> dataset, SeriesTable series) {
    Column content = NumberedColumns.column(series.series().index());
    Dataset<Row> rows =
        NumberedColumns.of(dataset)
            .withColumn("series", functions.xxhash64(functions.lit(0L), content));
    if (!series.needsHash()) {
      return rows;
    }
    Column decides = NumberedColumns.column(series.id().orElse(series.series()).index());
    return rows.withColumn("hash", functions.xxhash64(functions.lit(getSeed()), decides));
  }

  private SequenceWindows put(Setting setting, Object value) {
    StageParams.set(this, setting, value);
    return this;
  }

  public Param<String> featuresCol() {
    return stageParams.get(WindowSettings.FEATURES_COL);
  }

  public SequenceWindows setFeaturesCol(String value) {
    return put(WindowSettings.FEATURES_COL, value);
  }

  public String getFeaturesCol() {
    return getOrDefault(featuresCol());
  }

  public Param<String> windowsCol() {
    return stageParams.get(WindowSettings.WINDOWS_COL);
  }

  public SequenceWindows setWindowsCol(String value) {
    return put(WindowSettings.WINDOWS_COL, value);
  }

  public String getWindowsCol() {
    return getOrDefault(windowsCol());
  }

  public IntParam length() {
    return stageParams.get(WindowSettings.LENGTH);
  }

  public SequenceWindows setLength(int value) {
    return put(WindowSettings.LENGTH, value);
  }

  public int getLength() {
    return (Integer) getOrDefault(length());
  }

  public IntParam minLength() {
    return stageParams.get(WindowSettings.MIN_LENGTH);
  }

  public SequenceWindows setMinLength(int value) {
    return put(WindowSettings.MIN_LENGTH, value);
  }

  public int getMinLength() {
    return (Integer) getOrDefault(minLength());
  }

  public IntParam stride() {
    return stageParams.get(WindowSettings.STRIDE);
  }

  public SequenceWindows setStride(int value) {
    return put(WindowSettings.STRIDE, value);
  }

  public int getStride() {
    return (Integer) getOrDefault(stride());
  }

  public IntParam horizon() {
    return stageParams.get(WindowSettings.HORIZON);
  }

  public SequenceWindows setHorizon(int value) {
    return put(WindowSettings.HORIZON, value);
  }

  public int getHorizon() {
    return (Integer) getOrDefault(horizon());
  }

  public StringArrayParam targetFeatures() {
    return stageParams.get(WindowSettings.TARGET_FEATURES);
  }

  public SequenceWindows setTargetFeatures(String... value) {
    return put(WindowSettings.TARGET_FEATURES, value);
  }

  public String[] getTargetFeatures() {
    return getOrDefault(targetFeatures());
  }

  public Param<String> labelCol() {
    return stageParams.get(WindowSettings.LABEL_COL);
  }

  public SequenceWindows setLabelCol(String value) {
    return put(WindowSettings.LABEL_COL, value);
  }

  public String getLabelCol() {
    return getOrDefault(labelCol());
  }

  public Param<String> windows() {
    return stageParams.get(WindowSettings.WINDOWS);
  }

  public SequenceWindows setWindows(String value) {
    return put(WindowSettings.WINDOWS, value);
  }

  public String getWindows() {
    return getOrDefault(windows());
  }

  public Param<String> targets() {
    return stageParams.get(WindowSettings.TARGETS);
  }

  public SequenceWindows setTargets(String value) {
    return put(WindowSettings.TARGETS, value);
  }

  public String getTargets() {
    return getOrDefault(targets());
  }

  public Param<String> endCol() {
    return stageParams.get(WindowSettings.END_COL);
  }

  public SequenceWindows setEndCol(String value) {
    return put(WindowSettings.END_COL, value);
  }

  public String getEndCol() {
    return getOrDefault(endCol());
  }

  public Param<String> seriesCol() {
    return stageParams.get(WindowSettings.SERIES_COL);
  }

  public SequenceWindows setSeriesCol(String value) {
    return put(WindowSettings.SERIES_COL, value);
  }

  public String getSeriesCol() {
    return getOrDefault(seriesCol());
  }

  public DoubleParam validationFraction() {
    return stageParams.get(WindowSettings.VALIDATION_FRACTION);
  }

  public SequenceWindows setValidationFraction(double value) {
    return put(WindowSettings.VALIDATION_FRACTION, value);
  }

  public double getValidationFraction() {
    return (Double) getOrDefault(validationFraction());
  }

  public Param<String> validation() {
    return stageParams.get(WindowSettings.VALIDATION);
  }

  public SequenceWindows setValidation(String value) {
    return put(WindowSettings.VALIDATION, value);
  }

  public String getValidation() {
    return getOrDefault(validation());
  }

  public Param<String> validationCol() {
    return stageParams.get(WindowSettings.VALIDATION_COL);
  }

  public SequenceWindows setValidationCol(String value) {
    return put(WindowSettings.VALIDATION_COL, value);
  }

  public String getValidationCol() {
    return getOrDefault(validationCol());
  }

  public Param<String> idCol() {
    return stageParams.get(WindowSettings.ID_COL);
  }

  public SequenceWindows setIdCol(String value) {
    return put(WindowSettings.ID_COL, value);
  }

  public String getIdCol() {
    return getOrDefault(idCol());
  }

  public LongParam seed() {
    return stageParams.get(WindowSettings.SEED);
  }

  public SequenceWindows setSeed(long value) {
    return put(WindowSettings.SEED, value);
  }

  public long getSeed() {
    return (Long) getOrDefault(seed());
  }
}
