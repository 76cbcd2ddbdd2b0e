package dev.unroll.spark.ml;

import dev.unroll.spark.FeatureMetadata;
import dev.unroll.spark.InputColumn;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.ResultColumns;
import dev.unroll.spark.params.Setting;
import dev.unroll.spark.params.StageParams;
import java.util.Optional;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Brings predictions of scaled labels back to their own scale, x = x' · scale + level, by the
 * figures that a {@link SequenceScalerModel} left in each row. It has nothing to learn and goes
 * after the regressor in a Pipeline:
 *
 * <pre>{@code
 * Dataset<Row> predicted = spark.sql(
 *     "SELECT 0.5d AS prediction, named_struct('level', array(10d), 'scale', array(4d)) AS scale");
 * Dataset<Row> result = new InverseSequenceScaler()
 *     .setTargetFeatures(new String[] {"0"})
 *     .transform(predicted); // unscaledPrediction is 12
 * }</pre>
 *
 * <p>Which feature a prediction is of, the metadata of {@code scaleCol} says; {@code
 * targetFeatures} goes before it, and is needed where that metadata was lost.
 */
public final class InverseSequenceScaler extends Transformer implements MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final StageParams stageParams;

  public InverseSequenceScaler() {
    this(Identifiable$.MODULE$.randomUID("inverseSequenceScaler"));
  }

  public InverseSequenceScaler(String uid) {
    this.uid = uid;
    this.stageParams = new StageParams(this, ScalerSettings.INVERSE);
  }

  /** Loads what {@link #write} wrote. */
  public static InverseSequenceScaler load(String path) {
    return read().load(path);
  }

  public static MLReader<InverseSequenceScaler> read() {
    return new StageReader<>(InverseSequenceScaler.class, InverseSequenceScaler::new);
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
  public InverseSequenceScaler copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /**
   * @throws InvalidDataException if a column is missing, has a wrong type, or the one to be added
   *     is there already
   * @throws IllegalArgumentException if it is not known which features the predictions are of
   */
  @Override
  public StructType transformSchema(StructType schema) {
    DataType type = targets(schema).resultType(ScalerSettings.PREDICTION_COL, prediction(schema));
    return ResultColumns.add(schema, new StructField(getOutputCol(), type, true, Metadata.empty()));
  }

  private InputColumn prediction(StructType schema) {
    return InputColumn.find(schema, getInputCol(), ScalerSettings.PREDICTION_COL.name());
  }

  private TargetScaling targets(StructType schema) {
    InputColumn figures =
        InputColumn.find(
            schema,
            getScaleCol(),
            ScalerSettings.SCALE_COL.name(),
            type -> type.asNullable().equals(TargetScaling.FIGURES.asNullable()),
            TargetScaling.FIGURES.simpleString());
    Optional<String[]> named = StageParams.value(this, targetFeatures());
    if (named.isPresent()) {
      return new TargetScaling(TargetFeatures.indices(named.get(), figures));
    }
    int[] known = FeatureMetadata.targets(figures.metadata());
    if (known.length == 0) {
      throw new IllegalArgumentException(
          ("targetFeatures is not set, and the metadata of column \"%s\" does not say which feature"
                  + " a prediction is of; set its name or position, as for the SequenceScaler")
              .formatted(figures.name()));
    }
    return new TargetScaling(known);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = dataset.schema();
    transformSchema(schema);
    return dataset.withColumn(
        getOutputCol(),
        targets(schema).unscaled(prediction(schema), InputColumn.named(getScaleCol())));
  }

  private InverseSequenceScaler put(Setting setting, Object value) {
    StageParams.set(this, setting, value);
    return this;
  }

  public Param<String> inputCol() {
    return stageParams.get(ScalerSettings.PREDICTION_COL);
  }

  public InverseSequenceScaler setInputCol(String value) {
    return put(ScalerSettings.PREDICTION_COL, value);
  }

  public String getInputCol() {
    return getOrDefault(inputCol());
  }

  public Param<String> outputCol() {
    return stageParams.get(ScalerSettings.UNSCALED_COL);
  }

  public InverseSequenceScaler setOutputCol(String value) {
    return put(ScalerSettings.UNSCALED_COL, value);
  }

  public String getOutputCol() {
    return getOrDefault(outputCol());
  }

  public Param<String> scaleCol() {
    return stageParams.get(ScalerSettings.SCALE_COL);
  }

  public InverseSequenceScaler setScaleCol(String value) {
    return put(ScalerSettings.SCALE_COL, value);
  }

  public String getScaleCol() {
    return getOrDefault(scaleCol());
  }

  public StringArrayParam targetFeatures() {
    return stageParams.get(ScalerSettings.TARGET_FEATURES);
  }

  public InverseSequenceScaler setTargetFeatures(String... value) {
    return put(ScalerSettings.TARGET_FEATURES, value);
  }

  public String[] getTargetFeatures() {
    return getOrDefault(targetFeatures());
  }
}
