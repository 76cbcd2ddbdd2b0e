package dev.unroll.spark.ml;

import dev.unroll.net.Scaling;
import dev.unroll.net.ScalingFile;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.params.StageParams;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/**
 * Brings the features of sequences to a common scale, x' = (x − level) / scale, and the numbers to
 * predict with them.
 *
 * <pre>{@code
 * Dataset<Row> rows = spark.sql(
 *     "SELECT * FROM VALUES (array(array(1d, 10d), array(3d, 30d)), 5d),"
 *         + " (array(array(5d, 50d)), 7d) AS t(features, label)");
 * SequenceScalerModel scaler = new SequenceScaler()
 *     .setMethod("robust")
 *     .setLabelCol("label")
 *     .setTargetFeatures(new String[] {"0"}) // labels are future values of the first feature
 *     .fit(rows);
 * Dataset<Row> scaled = scaler.transform(rows); // features, label, scaled, scale, scaledLabel
 * }</pre>
 *
 * <p>With {@code by = feature} all rows are scaled alike, by figures that {@code fit} takes from
 * all steps of all rows, exactly: neither the order of rows nor partitions change a bit. With
 * {@code by = series} each row is scaled by figures of its own values and nothing is learnt; as in
 * DeepAR (Salinas et al. 2020) with {@code method = meanAbs}. A feature that does not vary has
 * scale 1. Values are read as 32-bit floats, labels as doubles.
 *
 * <p>Each row keeps the figures it was scaled by in {@code scaleCol}, so that an {@link
 * InverseSequenceScaler} after the model can bring predictions back. Labels that are null or NaN
 * stay so.
 */
public final class SequenceScaler extends Estimator<SequenceScalerModel>
    implements SequenceScalerParams<SequenceScaler>, MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final StageParams stageParams;

  public SequenceScaler() {
    this(Identifiable$.MODULE$.randomUID("sequenceScaler"));
  }

  public SequenceScaler(String uid) {
    this.uid = uid;
    this.stageParams = new StageParams(this, ScalerSettings.SCALER);
  }

  /** Loads what {@link #write} wrote. */
  public static SequenceScaler load(String path) {
    return read().load(path);
  }

  public static MLReader<SequenceScaler> read() {
    return new StageReader<>(SequenceScaler.class, SequenceScaler::new);
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
  public StageParams stageParams() {
    return stageParams;
  }

  @Override
  public SequenceScaler copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /**
   * @throws InvalidDataException if a column is missing, has a wrong type, or one to be added is
   *     there already
   * @throws IllegalArgumentException if params do not go together
   */
  @Override
  public StructType transformSchema(StructType schema) {
    return new ScalerPlan(this, schema, ScalerPlan.LabelUse.REQUIRED).output();
  }

  /**
   * Reads the rows twice, and never with {@code by = series}; robust figures keep the values in
   * memory, or on disk, meanwhile.
   *
   * @throws InvalidDataException if no row can be used, or one cannot and handleInvalid is error
   */
  @Override
  public SequenceScalerModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    Scaling figures =
        getBy().equals(ScalerSettings.SERIES) ? Scaling.none(0) : ScalerFit.figures(this, dataset);
    SequenceScalerModel model = new SequenceScalerModel(uid, new ScalingFile(getMethod(), figures));
    return copyValues(model, ParamMap.empty()).setParent(this);
  }

  public SequenceScaler setMethod(String value) {
    return put(ScalerSettings.METHOD, value);
  }

  public SequenceScaler setBy(String value) {
    return put(ScalerSettings.BY, value);
  }
}
