package dev.unroll.jobs;

import dev.unroll.jobs.JobStages.Purpose;
import dev.unroll.jobs.config.JobConfig;
import dev.unroll.math.Kernels;
import dev.unroll.net.Model;
import dev.unroll.spark.HadoopFiles;
import dev.unroll.spark.ModelStore;
import dev.unroll.spark.SequenceColumns;
import dev.unroll.spark.ml.FitListener;
import dev.unroll.spark.ml.RnnModel;
import dev.unroll.spark.rounds.LearnerSettings;
import dev.unroll.spark.rounds.RoundReport;
import dev.unroll.spark.rounds.SequenceTraining;
import dev.unroll.spark.rounds.StopRules.Ending;
import dev.unroll.spark.scoring.Evaluation;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** {@code jobs/train.sh}: trains a model, evaluates it, and leaves a run directory. */
public final class TrainJob {
  private final JobConfig config;
  private final SparkSession spark;
  private final Configuration hadoop;
  private final LearnerSettings settings;
  private final Progress progress;

  private TrainJob(JobConfig config, SparkSession spark, PrintStream out) {
    this.config = config;
    this.spark = spark;
    hadoop = spark.sparkContext().hadoopConfiguration();
    settings = JobStages.estimator(config).learnerSettings();
    progress = new Progress(out);
  }

  /** Ends the JVM with the exit codes of {@link ExitCode}. */
  public static void main(String[] args) {
    System.exit(
        JobCommand.run(
            args,
            "train",
            "Trains a recurrent network on sequences, across Spark.",
            TrainJob::run));
  }

  private static int run(JobConfig config, boolean dryRun, PrintStream out) throws Exception {
    try (SparkSession spark = Sessions.open("train", config.spark())) {
      TrainJob job = new TrainJob(config, spark, out);
      if (dryRun) {
        job.check();
      } else {
        job.train();
      }
    }
    return ExitCode.DONE.code();
  }

  private void check() throws IOException {
    RunDirectory.check(config.run().dir().orElseThrow(), config.run().overwrite(), hadoop);
    DryRun.of(trainingRows(), settings).print(progress, config, settings);
    testRows();
    progress.line("nothing was trained or written (--dry-run)");
  }

  private void train() throws IOException {
    String dir = config.run().dir().orElseThrow();
    try (RunDirectory directory = RunDirectory.open(dir, config.run().overwrite(), hadoop)) {
      Outcome outcome = new Outcome(directory.startedAt(), settings.kernels());
      try {
        directory.writeConfig(config.render());
        Ending ending = train(directory, outcome);
        directory.finish(
            ending == Ending.TIME
                ? outcome.stopped(ending.words())
                : outcome.finished(ending.words()));
        if (ending != Ending.TIME) {
          directory.deleteCheckpoints();
        }
      } catch (IOException | RuntimeException e) {
        directory.finish(outcome.failed(e));
        throw e;
      }
      progress.line("run      %s", HadoopFiles.show(directory.path()));
    }
  }

  private Ending train(RunDirectory directory, Outcome outcome) throws IOException {
    Optional<Dataset<Row>> test = testRows();
    Listener listener = new Listener(directory, outcome);
    RnnModel<?> model =
        JobStages.estimator(config, directory.checkpointsPath()).fit(trainingRows(), listener);
    Ending ending = model.summary().ending();
    if (ending != Ending.EPOCHS) {
      progress.line("stopped  %s", ending.words());
    }
    model.write().overwrite().save(directory.modelPath().toString());
    outcome.weights(model.network());
    outcome.trained(model.summary());
    if (test.isPresent()) {
      evaluate(model.network(), test.get(), outcome);
    }
    return ending;
  }

  /** Tells people, and writes down, how the run goes. */
  private final class Listener implements FitListener {
    private final RunDirectory directory;
    private final Outcome outcome;

    Listener(RunDirectory directory, Outcome outcome) {
      this.directory = directory;
      this.outcome = outcome;
    }

    @Override
    public void prepared(SequenceTraining training) {
      outcome.rows("train", training.sequences(), training.skipped());
      int cores = spark.sparkContext().defaultParallelism();
      progress.plan(training, cores, Kernels.named(settings.kernels()).describe());
    }

    @Override
    public void diverged(Model lastGood, long round) {
      try {
        ModelStore.write(lastGood, directory.modelPath(), hadoop);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      outcome.weights(lastGood);
      progress.line("model    the last good one, of round %d, is kept", round);
    }

    @Override
    public void skipped(String message) {
      progress.line("resume   %s", message);
    }

    @Override
    public void starts(long round) {
      if (round > 0) {
        progress.resumed(round);
      }
      try {
        directory.beginMetrics(round);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void ended(RoundReport report) {
      progress.round(report);
      outcome.round(report);
      try {
        directory.appendMetrics(progress.metrics(report));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void evaluate(Model model, Dataset<Row> rows, Outcome outcome) {
    Evaluation evaluation = Evaluation.of(rows, model, JobStages.scoring(config));
    outcome.evaluation(evaluation);
    progress.evaluation(evaluation);
  }

  private Dataset<Row> trainingRows() {
    return JobStages.rows(spark, config, config.input().train().orElseThrow(), Purpose.TRAIN);
  }

  /** Opened before training, so that a wrong path is told at once. */
  private Optional<Dataset<Row>> testRows() {
    Optional<Dataset<Row>> rows =
        config
            .input()
            .test()
            .map(source -> JobStages.rows(spark, config, source, Purpose.EVALUATE));
    rows.ifPresent(
        test ->
            SequenceColumns.of(
                test.schema(), settings.task(), JobStages.scoring(config).columns()));
    return rows;
  }
}
