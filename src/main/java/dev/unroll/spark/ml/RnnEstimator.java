package dev.unroll.spark.ml;

import dev.unroll.net.CellType;
import dev.unroll.net.Model;
import dev.unroll.net.Task;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.InvalidRowPolicy;
import dev.unroll.spark.ModelStore;
import dev.unroll.spark.ScalingMethod;
import dev.unroll.spark.SequenceColumns;
import dev.unroll.spark.params.Setting;
import dev.unroll.spark.params.StageParams;
import dev.unroll.spark.rounds.CheckpointSettings;
import dev.unroll.spark.rounds.LearnerSettings;
import dev.unroll.spark.rounds.LearnerSettings.DivergedShard;
import dev.unroll.spark.rounds.LearnerSettings.Placement;
import dev.unroll.spark.rounds.LearnerSettings.RoundSettings;
import dev.unroll.spark.rounds.SequenceTraining;
import dev.unroll.spark.rounds.SequenceTraining.Trained;
import dev.unroll.spark.rounds.StopRules;
import dev.unroll.spark.rounds.StopRules.Target;
import dev.unroll.spark.scoring.OutputColumns;
import dev.unroll.train.Average;
import dev.unroll.train.DivergedException;
import dev.unroll.train.LearningRateScaling;
import dev.unroll.train.Nesterov;
import dev.unroll.train.Optimizer;
import dev.unroll.train.OuterStep;
import dev.unroll.train.Period;
import dev.unroll.train.Schedule;
import dev.unroll.train.TrainingConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * Learns a recurrent network from a table of sequences by parameter averaging: what {@link
 * RnnClassifier}, {@link RnnRegressor} and {@link RnnTagger} have in common.
 *
 * @param <E> the estimator itself
 * @param <M> its model
 */
public abstract class RnnEstimator<E extends RnnEstimator<E, M>, M extends RnnModel<M>>
    extends Estimator<M> implements RnnTrainingParams<E>, MLWritable {
  private final String uid;
  private final StageParams stageParams;

  RnnEstimator(String uid) {
    this.uid = uid;
    stageParams = new StageParams(this, settings(task()));
  }

  /** All that can be set of an estimator for this task. */
  static List<Setting> settings(Task task) {
    List<Setting> settings = new ArrayList<>(RnnModel.settings(task));
    settings.addAll(RnnSettings.TRAINING);
    return settings;
  }

  /** What the network is to learn. */
  abstract Task task();

  /** A model of this estimator's kind. */
  abstract M model(String modelUid, Model network);

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public StageParams stageParams() {
    return stageParams;
  }

  /**
   * Trains a model.
   *
   * @throws InvalidDataException if columns or rows cannot be used
   * @throws DivergedException when a shard's result is not finite
   */
  @Override
  public M fit(Dataset<?> dataset) {
    return fit(dataset, FitListener.NONE);
  }

  /** The same, telling how it goes. */
  public M fit(Dataset<?> dataset, FitListener listener) {
    transformSchema(dataset.schema());
    Configuration hadoop = dataset.sparkSession().sparkContext().hadoopConfiguration();
    RnnTrainingSummary.Recorder recorder = new RnnTrainingSummary.Recorder(listener);
    try (SequenceTraining training =
        SequenceTraining.prepare(dataset.toDF(), learnerSettings(), initial(hadoop))) {
      recorder.prepared(training);
      Trained trained = train(training, hadoop, recorder);
      M model = copyValues(model(uid, trained.model()), ParamMap.empty());
      model.setParent(this);
      model.setSummary(Option.apply(recorder.summary(trained)));
      return model;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Trained train(SequenceTraining training, Configuration hadoop, FitListener listener)
      throws IOException {
    try {
      return training.train(checkpoints(), hadoop, listener);
    } catch (DivergedException e) {
      if (e.position().round() > 0) {
        listener.diverged(training.model(e.weights()), e.position().round());
      }
      throw e;
    }
  }

  private Optional<Model> initial(Configuration hadoop) throws IOException {
    Optional<String> directory = given(initialModel());
    return directory.isEmpty()
        ? Optional.empty()
        : Optional.of(ModelStore.read(new Path(directory.get()), hadoop));
  }

  /**
   * The columns that a model of this estimator would add; makes all checks that need no data.
   *
   * @throws InvalidDataException if a column is missing, has a wrong type, or stands in the way
   * @throws IllegalArgumentException if params contradict one another
   */
  @Override
  public StructType transformSchema(StructType schema) {
    requireConsistent();
    SequenceColumns columns = SequenceColumns.of(schema, task(), columns());
    OutputColumns output = RnnModel.output(this);
    if (task() == Task.REGRESS) {
      return output.addTo(schema, task(), DataTypes.DoubleType, columns.isLabelArray());
    }
    DataType answer = output.answerType(columns.labelType());
    return output.addTo(schema, task(), answer, task() == Task.TAG);
  }

  private void requireConsistent() {
    boolean validates = getValidationFraction() > 0 || isDefined(validationIndicatorCol());
    String rows = "validationFraction or validationIndicatorCol";
    require(getPatience() == 0 || validates, "patience", rows);
    require(getTargetLoss() == 0 || validates, "targetLoss", rows);
    require(getTargetMetric() == 0 || validates, "targetMetric", rows);
    require(
        task() == Task.REGRESS || getTargetMetric() <= 1,
        "targetMetric = " + getTargetMetric(),
        "a share of right classes, such as 0.95");
    boolean stores = checkpoints().isPresent();
    require(
        getMaxSeconds() == 0 || stores, "maxSeconds", "checkpointDir, so that the run can go on");
    require(!getResume().equals("required") || stores, "resume = required", "checkpointDir");
  }

  private void require(boolean holds, String what, String needed) {
    if (!holds) {
      throw new IllegalArgumentException(
          "%s: %s is set, which needs %s".formatted(uid, what, needed));
    }
  }

  /** What the params say to the averaging engine. */
  public LearnerSettings learnerSettings() {
    return new LearnerSettings(
        task(),
        columns(),
        isDefined(idCol()) ? Placement.BY_ID : Placement.BY_CONTENT,
        InvalidRowPolicy.valueOf(constant(getHandleInvalid())),
        ScalingMethod.of(getScaling()),
        CellType.of(getCell()),
        getHiddenSize(),
        getNumLayers(),
        getBidirectional(),
        trainingConfig(),
        getNumShards(),
        isDefined(validationIndicatorCol()) ? 0 : getValidationFraction(),
        stopRules(),
        new RoundSettings(
            DivergedShard.valueOf(constant(getDivergedShard())),
            (long) getCombineOnDriver() << 20,
            getMaxRoundSeconds()),
        getKernels());
  }

  private StopRules stopRules() {
    Optional<Target> metric =
        getTargetMetric() == 0
            ? Optional.empty()
            : Optional.of(new Target(task(), getTargetMetric()));
    return new StopRules(getPatience(), positive(getTargetLoss()), metric, getMaxSeconds());
  }

  private SequenceColumns.Columns columns() {
    return new SequenceColumns.Columns(
        getFeaturesCol(),
        Optional.of(getLabelCol()),
        given(idCol()),
        given(weightCol()),
        given(validationIndicatorCol()),
        List.of(),
        getMaxSequenceLength());
  }

  private TrainingConfig trainingConfig() {
    return new TrainingConfig(
        getMaxIter(),
        getBatchSize(),
        Optimizer.of(getSolver(), getMomentum(), getWeightDecay()),
        getStepSize(),
        new Schedule(Schedule.Shape.valueOf(constant(getSchedule())), getWarmupFraction()),
        getClipNorm(),
        getSeed(),
        getPeriod().equals("epoch")
            ? Period.EPOCH
            : new Period(Long.parseLong(getPeriod().replaceAll("[^0-9]", ""))),
        outerStep(),
        LearningRateScaling.valueOf(constant(getStepSizeScaling())),
        getWarmupSteps());
  }

  private OuterStep outerStep() {
    if (getOuter().equals("average")) {
      return new Average();
    }
    boolean automatic = getOuterMomentum().equals("auto");
    return new Nesterov(
        getOuterStepSize(),
        automatic ? Nesterov.AUTOMATIC : Double.parseDouble(getOuterMomentum()));
  }

  private Optional<CheckpointSettings> checkpoints() {
    return getCheckpointInterval() < 1
        ? Optional.empty()
        : given(checkpointDir())
            .map(
                directory ->
                    new CheckpointSettings(
                        directory,
                        getCheckpointInterval(),
                        getCheckpointsKept(),
                        CheckpointSettings.Resume.valueOf(constant(getResume()))));
  }

  private static OptionalDouble positive(double value) {
    return value > 0 ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  private <T> Optional<T> given(Param<T> param) {
    return StageParams.value(this, param);
  }

  /** {@code leaveOut} as the constant LEAVE_OUT. */
  private static String constant(String word) {
    return word.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
  }

  @Override
  public E copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  @Override
  public MLWriter write() {
    return new StageWriter(this);
  }
}
