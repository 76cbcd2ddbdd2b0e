package dev.unroll.jobs;

import dev.unroll.jobs.config.ConfigKey;
import dev.unroll.jobs.config.JobConfig;
import dev.unroll.net.Task;
import dev.unroll.spark.InvalidRowPolicy;
import dev.unroll.spark.SequenceColumns.Columns;
import dev.unroll.spark.ml.AssemblerSettings;
import dev.unroll.spark.ml.RnnClassifier;
import dev.unroll.spark.ml.RnnEstimator;
import dev.unroll.spark.ml.RnnRegressor;
import dev.unroll.spark.ml.RnnSettings;
import dev.unroll.spark.ml.RnnTagger;
import dev.unroll.spark.ml.SequenceAssembler;
import dev.unroll.spark.ml.SequenceTuner;
import dev.unroll.spark.ml.SequenceWindows;
import dev.unroll.spark.ml.TuningSettings;
import dev.unroll.spark.ml.WindowSettings;
import dev.unroll.spark.params.Setting;
import dev.unroll.spark.params.StageParams;
import dev.unroll.spark.scoring.ScoringSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** From a job's configuration to the stages that it is made of. */
final class JobStages {
  private static final String VALIDATION = WindowSettings.VALIDATION_COL.preset();

  private JobStages() {}

  /** The estimator for the task, set as the configuration says. */
  static RnnEstimator<?, ?> estimator(JobConfig config) {
    RnnEstimator<?, ?> estimator =
        switch (Task.of(config.task().orElseThrow())) {
          case CLASSIFY -> new RnnClassifier();
          case REGRESS -> new RnnRegressor();
          case TAG -> new RnnTagger();
        };
    set(estimator, estimator.stageParams().settings(), config);
    if (config.given(WindowSettings.LENGTH).isPresent() && estimator.getValidationFraction() > 0) {
      // Windows overlap: drawn one by one, those held out would be known from their neighbours.
      estimator.setValidationFraction(0).setValidationIndicatorCol(VALIDATION);
    }
    return estimator;
  }

  /** The same with its checkpoints in a directory, unless there are to be none. */
  static RnnEstimator<?, ?> estimator(JobConfig config, Path checkpoints) {
    RnnEstimator<?, ?> estimator = estimator(config);
    estimator.setCheckpointDir(checkpoints.toString());
    return estimator;
  }

  /** The estimator, its settings varied as the configuration says. */
  static SequenceTuner tuner(JobConfig config) {
    SequenceTuner tuner = new SequenceTuner();
    set(tuner, TuningSettings.ALL, config);
    List<String> space = new ArrayList<>();
    config
        .tuningSpace()
        .forEach((name, values) -> space.add(ConfigKey.param(name) + " = " + values));
    return tuner.setEstimator(estimator(config)).setSpace(space.toArray(String[]::new));
  }

  /** What rows are read for. */
  enum Purpose {
    TRAIN,
    EVALUATE,
    SCORE
  }

  /** The rows of a source, put together and cut into windows as the configuration says. */
  static Dataset<Row> rows(
      SparkSession spark, JobConfig config, JobConfig.Source source, Purpose purpose) {
    Dataset<Row> rows = Tables.read(spark, source);
    String label = config.value(RnnSettings.LABEL_COL);
    boolean labelled = Arrays.asList(rows.columns()).contains(label);
    if (config.given(AssemblerSettings.TIME_COL).isPresent()) {
      rows = assembler(config, labelled).transform(rows);
    }
    return config.given(WindowSettings.LENGTH).isPresent()
        ? windows(config, purpose, labelled).transform(rows)
        : rows;
  }

  private static SequenceAssembler assembler(JobConfig config, boolean labelled) {
    SequenceAssembler assembler = new SequenceAssembler();
    set(assembler, AssemblerSettings.ALL, config);
    assembler.setFeaturesCol(config.value(RnnSettings.FEATURES_COL));
    return labelled ? assembler.setLabelCol(config.value(RnnSettings.LABEL_COL)) : assembler;
  }

  private static SequenceWindows windows(JobConfig config, Purpose purpose, boolean labelled) {
    SequenceWindows windows = new SequenceWindows();
    set(windows, WindowSettings.ALL, config);
    String features = config.value(RnnSettings.FEATURES_COL);
    windows.setFeaturesCol(features).setWindowsCol(features);
    if (labelled || windows.isDefined(windows.targetFeatures())) {
      windows.setLabelCol(config.value(RnnSettings.LABEL_COL));
    }
    if (purpose == Purpose.TRAIN) {
      return windows
          .setValidationFraction(config.value(RnnSettings.VALIDATION_FRACTION))
          .setSeed(config.value(RnnSettings.SEED));
    }
    windows.setWindows(config.judgedWindows());
    return purpose == Purpose.SCORE ? windows.setTargets("none") : windows;
  }

  private static void set(Params stage, List<Setting> settings, JobConfig config) {
    config
        .settings()
        .forEach(
            (setting, value) -> {
              if (settings.contains(setting)) {
                StageParams.set(stage, setting, value);
              }
            });
  }

  /** How rows are read for evaluation and scoring. */
  static ScoringSettings scoring(JobConfig config) {
    String invalid = config.value(RnnSettings.HANDLE_INVALID);
    String kernels = config.value(RnnSettings.KERNELS);
    long maxLength = config.value(RnnSettings.MAX_SEQUENCE_LENGTH);
    Columns columns =
        Columns.of(
            config.value(RnnSettings.FEATURES_COL),
            Optional.of(config.value(RnnSettings.LABEL_COL)),
            config.given(RnnSettings.ID_COL));
    return new ScoringSettings(
        columns.withMaxLength((int) maxLength),
        InvalidRowPolicy.valueOf(invalid.toUpperCase(Locale.ROOT)),
        kernels);
  }
}
