package dev.unroll.jobs;

import dev.unroll.jobs.JobStages.Purpose;
import dev.unroll.jobs.config.JobConfig;
import dev.unroll.spark.HadoopFiles;
import dev.unroll.spark.ml.RnnModel;
import dev.unroll.spark.ml.RnnSettings;
import dev.unroll.spark.ml.SequenceTuner;
import dev.unroll.spark.ml.SequenceTunerModel;
import dev.unroll.spark.ml.TunedTrial;
import dev.unroll.spark.scoring.Evaluation;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * {@code jobs/tune.sh}: chooses settings, says why, and leaves a run directory with the model that
 * they make.
 */
public final class TuneJob {
  private static final String TRIALS = "trials.json";

  private final JobConfig config;
  private final SparkSession spark;
  private final Configuration hadoop;
  private final Progress progress;

  private TuneJob(JobConfig config, SparkSession spark, PrintStream out) {
    this.config = config;
    this.spark = spark;
    hadoop = spark.sparkContext().hadoopConfiguration();
    progress = new Progress(out);
  }

  /** Ends the JVM with the exit codes of {@link ExitCode}. */
  public static void main(String[] args) {
    System.exit(
        JobCommand.run(
            args,
            "tune",
            "Chooses hidden size and other settings by successive halving, across Spark.",
            TuneJob::run));
  }

  private static int run(JobConfig config, boolean dryRun, PrintStream out) throws Exception {
    try (SparkSession spark = Sessions.open("tune", config.spark())) {
      TuneJob job = new TuneJob(config, spark, out);
      if (dryRun) {
        job.check();
      } else {
        job.tune();
      }
    }
    return ExitCode.DONE.code();
  }

  private void check() throws IOException {
    RunDirectory.check(config.run().dir().orElseThrow(), config.run().overwrite(), hadoop);
    JobStages.tuner(config).transformSchema(trainingRows().schema());
    progress.line("nothing was trained or written (--dry-run)");
  }

  private void tune() throws IOException {
    String dir = config.run().dir().orElseThrow();
    try (RunDirectory directory = RunDirectory.open(dir, config.run().overwrite(), hadoop)) {
      Outcome outcome = new Outcome(directory.startedAt(), config.value(RnnSettings.KERNELS));
      try {
        directory.writeConfig(config.render());
        SequenceTunerModel tuned = tune(directory, outcome);
        directory.finish(outcome.finished(tuned.verdict()));
      } catch (IOException | RuntimeException e) {
        directory.finish(outcome.failed(e));
        throw e;
      }
      progress.line("run      %s", HadoopFiles.show(directory.path()));
    }
  }

  private SequenceTunerModel tune(RunDirectory directory, Outcome outcome) throws IOException {
    SequenceTuner tuner = JobStages.tuner(config);
    SequenceTunerModel tuned = tuner.fit(trainingRows());
    progress.trials(tuned.ranked(), tuned.verdict());
    RunFiles.writeJson(directory.path().toString(), TRIALS, table(tuned), hadoop);
    RnnModel<?> model = tuned.bestModel();
    model.write().overwrite().save(directory.modelPath().toString());
    outcome.weights(model.network());
    outcome.tuned(tuned);
    if (config.input().test().isPresent()) {
      Dataset<Row> rows =
          JobStages.rows(spark, config, config.input().test().get(), Purpose.EVALUATE);
      Evaluation evaluation = Evaluation.of(rows, model.network(), JobStages.scoring(config));
      outcome.evaluation(evaluation);
      progress.evaluation(evaluation);
    }
    return tuned;
  }

  private static Map<String, Object> table(SequenceTunerModel tuned) {
    List<Map<String, Object>> trials = new ArrayList<>();
    for (TunedTrial trial : tuned.ranked()) {
      Map<String, Object> row = new TreeMap<>();
      row.put("trial", trial.trial());
      row.put("settings", trial.values());
      row.put("status", trial.status());
      row.put("epochs", trial.epochs());
      row.put("loss", trial.loss());
      row.put("standardError", trial.standardError());
      row.put("steps", trial.steps());
      row.put("validationByEpoch", list(trial.validation()));
      row.put("trainingByEpoch", list(trial.training()));
      trials.add(row);
    }
    return Map.of("trials", trials, "verdict", tuned.verdict());
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private Dataset<Row> trainingRows() {
    return JobStages.rows(spark, config, config.input().train().orElseThrow(), Purpose.TRAIN);
  }
}
