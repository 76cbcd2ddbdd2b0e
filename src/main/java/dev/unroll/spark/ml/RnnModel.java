package dev.unroll.spark.ml;

import dev.unroll.net.Model;
import dev.unroll.net.ModelFile;
import dev.unroll.net.ModelFormatException;
import dev.unroll.net.Task;
import dev.unroll.spark.FeatureNames;
import dev.unroll.spark.InvalidRowPolicy;
import dev.unroll.spark.SequenceColumns;
import dev.unroll.spark.params.Setting;
import dev.unroll.spark.params.StageParams;
import dev.unroll.spark.scoring.OutputColumns;
import dev.unroll.spark.scoring.OutputColumns.Form;
import dev.unroll.spark.scoring.ScoringSettings;
import dev.unroll.spark.scoring.SequenceScoring;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.HasTrainingSummary;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * A trained network as a stage: what {@link RnnClassificationModel}, {@link RnnRegressionModel} and
 * {@link RnnTaggingModel} have in common. It is saved as Spark's metadata beside {@code
 * network.json} and {@code weights.safetensors}, the directory that {@code jobs/score.sh} and
 * {@link ModelFile#read} take as well.
 *
 * @param <M> the model itself
 */
public abstract class RnnModel<M extends RnnModel<M>> extends org.apache.spark.ml.Model<M>
    implements RnnColumns<M>, HasTrainingSummary<RnnTrainingSummary>, MLWritable {
  private final String uid;
  private final StageParams stageParams;
  private final Model network;
  private Option<RnnTrainingSummary> summary = Option.empty();

  /**
   * @param network null for the empty model that service loaders make and that can do nothing
   */
  RnnModel(String uid, Task task, Model network) {
    this.uid = uid;
    this.network = network;
    stageParams = new StageParams(this, settings(task));
    if (network != null && network.network().task() != task) {
      throw new ModelFormatException(
          "the network answers task %s, and %s is for task %s; load it with the other class"
              .formatted(
                  network.network().task().label(), getClass().getSimpleName(), task.label()));
    }
  }

  /** All that can be set of a model for this task. */
  static List<Setting> settings(Task task) {
    List<Setting> settings = new ArrayList<>(RnnSettings.COLUMNS);
    if (task != Task.REGRESS) {
      settings.addAll(RnnSettings.CLASS_COLUMNS);
    }
    return settings;
  }

  /** A model of this kind with another uid. */
  abstract M with(String otherUid, Model sameNetwork);

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public StageParams stageParams() {
    return stageParams;
  }

  /**
   * The network, its weights and all that scoring needs, for use without Spark.
   *
   * @throws IllegalStateException of a model that was neither trained nor loaded
   */
  public Model network() {
    if (network == null) {
      throw new IllegalStateException(
          uid + " is empty: models come from an estimator's fit or from load");
    }
    return network;
  }

  /** SHA-256 of the weights: equal exactly if they are equal bit for bit. */
  public String weightsSha256() {
    return network().weightsSha256();
  }

  /** Values per step. */
  public int numFeatures() {
    return network().network().inputSize();
  }

  /** What the features are called, in their order; empty if they have no names. */
  public List<String> featureNames() {
    return FeatureNames.of(network());
  }

  /** Adds predictions, lazily: one row for each row, in their order, with all its columns. */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    return SequenceScoring.score(dataset.toDF(), network(), scoringSettings(), output(this));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    SequenceScoring.columns(schema, network(), scoringSettings());
    return output(this).addTo(schema, network());
  }

  private ScoringSettings scoringSettings() {
    return new ScoringSettings(
        SequenceColumns.Columns.of(
                getFeaturesCol(), Optional.of(getLabelCol()), StageParams.value(this, idCol()))
            .withMaxLength(getMaxSequenceLength()),
        InvalidRowPolicy.valueOf(getHandleInvalid().toUpperCase(Locale.ROOT)),
        getKernels());
  }

  /** The columns that a stage with these params adds. */
  static OutputColumns output(RnnColumns<?> stage) {
    boolean keeps = stage.getHandleInvalid().equals("keep");
    RnnClassColumns<?> classes = stage instanceof RnnClassColumns<?> columns ? columns : null;
    return new OutputColumns(
        Form.SPARK_ML,
        stage.getPredictionCol(),
        classes == null ? null : classes.getProbabilityCol(),
        classes == null ? null : classes.getRawPredictionCol(),
        keeps ? stage.getErrorCol() : null);
  }

  @Override
  public M copy(ParamMap extra) {
    M copy = copyValues(with(uid, network), extra);
    copy.setParent(parent());
    copy.setSummary(summary);
    return copy;
  }

  /** Bytes that the weights take. */
  @Override
  public long estimatedSize() {
    return estimateMatadataSize() + (network == null ? 0 : 4L * network.weights().length);
  }

  @Override
  public Option<RnnTrainingSummary> trainingSummary() {
    return summary;
  }

  @Override
  public void trainingSummary_$eq(Option<RnnTrainingSummary> value) {
    summary = value;
  }

  @Override
  public MLWriter write() {
    return new StageWriter(this, ModelFile.encode(network()));
  }
}
