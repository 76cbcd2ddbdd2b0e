package dev.unroll.jobs;

import dev.unroll.jobs.config.ConfigKey;
import dev.unroll.jobs.config.JobConfig;
import dev.unroll.net.Task;
import dev.unroll.spark.InvalidRowPolicy;
import dev.unroll.spark.SequenceColumns.Columns;
import dev.unroll.spark.ml.RnnClassifier;
import dev.unroll.spark.ml.RnnEstimator;
import dev.unroll.spark.ml.RnnRegressor;
import dev.unroll.spark.ml.RnnSettings;
import dev.unroll.spark.ml.RnnTagger;
import dev.unroll.spark.ml.SequenceTuner;
import dev.unroll.spark.params.StageParams;
import dev.unroll.spark.scoring.ScoringSettings;
import java.util.ArrayList;
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
  private JobStages() {}

  /** The estimator for the task, set as the configuration says. */
  static RnnEstimator<?, ?> estimator(JobConfig config) {
    RnnEstimator<?, ?> estimator =
        switch (Task.of(config.task().orElseThrow())) {
          case CLASSIFY -> new RnnClassifier();
          case REGRESS -> new RnnRegressor();
          case TAG -> new RnnTagger();
        };
    set(estimator, estimator.table(), config);
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
    set(tuner, tuner.table(), config);
    List<String> space = new ArrayList<>();
    config
        .tuningSpace()
        .forEach((name, values) -> space.add(ConfigKey.param(name) + " = " + values));
    return tuner.setEstimator(estimator(config)).setSpace(space.toArray(String[]::new));
  }

  /** The rows of a source as the estimator takes them. */
  static Dataset<Row> rows(SparkSession spark, JobConfig config, JobConfig.Source source) {
    return Tables.read(spark, source);
  }

  private static void set(Params stage, StageParams table, JobConfig config) {
    config
        .settings()
        .forEach(
            (setting, value) -> {
              if (table.settings().contains(setting)) {
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
