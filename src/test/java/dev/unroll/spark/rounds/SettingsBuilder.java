package dev.unroll.spark.rounds;

import dev.unroll.net.CellType;
import dev.unroll.net.Task;
import dev.unroll.spark.InvalidRowPolicy;
import dev.unroll.spark.ScalingMethod;
import dev.unroll.spark.SequenceColumns;
import dev.unroll.spark.rounds.LearnerSettings.Placement;
import dev.unroll.spark.rounds.LearnerSettings.RoundSettings;
import dev.unroll.train.Average;
import dev.unroll.train.LearningRateScaling;
import dev.unroll.train.Optimizer;
import dev.unroll.train.OuterStep;
import dev.unroll.train.Period;
import dev.unroll.train.Schedule;
import dev.unroll.train.TrainingConfig;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Settings for small, quick trainings on the columns of {@link SmallTable}. */
public final class SettingsBuilder {
  private final Task task;
  private String featuresCol = "features";
  private String labelCol = "label";
  private Optional<String> idCol = Optional.of("id");
  private Optional<String> weightCol = Optional.empty();
  private Optional<String> validationCol = Optional.empty();
  private Placement placement = Placement.BY_CONTENT;
  private InvalidRowPolicy invalidRows = InvalidRowPolicy.ERROR;
  private ScalingMethod scaling = ScalingMethod.STANDARD;
  private int hiddenSize = 4;
  private int epochs = 3;
  private int batchSize = 4;
  private String optimizer = "adam";
  private double learningRate = 0.02;
  private long seed = 1;
  private int shards = 3;
  private double validationFraction;
  private StopRules stop = StopRules.NONE;
  private RoundSettings rounds = RoundSettings.DEFAULT;
  private Period period = Period.EPOCH;
  private OuterStep outer = new Average();
  private LearningRateScaling learningRateScaling = LearningRateScaling.NONE;
  private long warmupSteps;

  public SettingsBuilder(Task task) {
    this.task = task;
  }

  public SettingsBuilder featuresCol(String name) {
    featuresCol = name;
    return this;
  }

  public SettingsBuilder labelCol(String name) {
    labelCol = name;
    return this;
  }

  public SettingsBuilder withoutId() {
    idCol = Optional.empty();
    return this;
  }

  public SettingsBuilder weightCol(String name) {
    weightCol = Optional.of(name);
    return this;
  }

  public SettingsBuilder validationCol(String name) {
    validationCol = Optional.of(name);
    return this;
  }

  public SettingsBuilder placement(Placement value) {
    placement = value;
    return this;
  }

  public SettingsBuilder skipInvalidRows() {
    invalidRows = InvalidRowPolicy.SKIP;
    return this;
  }

  public SettingsBuilder unscaled() {
    scaling = ScalingMethod.NONE;
    return this;
  }

  public SettingsBuilder hiddenSize(int units) {
    hiddenSize = units;
    return this;
  }

  public SettingsBuilder epochs(int count) {
    epochs = count;
    return this;
  }

  public SettingsBuilder batchSize(int sequences) {
    batchSize = sequences;
    return this;
  }

  public SettingsBuilder optimizer(String name, double rate) {
    optimizer = name;
    learningRate = rate;
    return this;
  }

  public SettingsBuilder seed(long value) {
    seed = value;
    return this;
  }

  public SettingsBuilder shards(int count) {
    shards = count;
    return this;
  }

  public SettingsBuilder validation(double fraction, int rounds) {
    validationFraction = fraction;
    stop = new StopRules(rounds, OptionalDouble.empty(), Optional.empty(), 0);
    return this;
  }

  public SettingsBuilder stop(StopRules rules) {
    stop = rules;
    return this;
  }

  public SettingsBuilder rounds(RoundSettings settings) {
    rounds = settings;
    return this;
  }

  public SettingsBuilder synchronised(
      Period every, OuterStep step, LearningRateScaling scalingOfRate, long warmup) {
    period = every;
    outer = step;
    learningRateScaling = scalingOfRate;
    warmupSteps = warmup;
    return this;
  }

  public LearnerSettings build() {
    Schedule schedule = new Schedule(Schedule.Shape.COSINE, 0.1);
    return new LearnerSettings(
        task,
        new SequenceColumns.Columns(
            featuresCol, Optional.of(labelCol), idCol, weightCol, validationCol, List.of(), 0),
        placement,
        invalidRows,
        scaling,
        CellType.GRU,
        hiddenSize,
        1,
        false,
        new TrainingConfig(
                epochs, batchSize, Optimizer.of(optimizer, 0.9, 0), learningRate, schedule, 1, seed)
            .synchronised(period, outer, learningRateScaling, warmupSteps),
        shards,
        validationFraction,
        stop,
        rounds,
        System.getProperty("unroll.test.kernels", "auto"));
  }
}
