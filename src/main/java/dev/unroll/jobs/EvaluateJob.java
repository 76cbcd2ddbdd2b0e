package dev.unroll.jobs;

import dev.unroll.jobs.config.JobConfig;
import dev.unroll.net.Model;
import dev.unroll.spark.HadoopFiles;
import dev.unroll.spark.ModelStore;
import dev.unroll.spark.ml.RnnSettings;
import dev.unroll.spark.scoring.Evaluation;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** {@code jobs/evaluate.sh}: a model's figures on labelled rows. */
public final class EvaluateJob {
  private static final String REPORT = "evaluation.json";

  private EvaluateJob() {}

  /** Ends the JVM with the exit codes of {@link ExitCode}. */
  public static void main(String[] args) {
    System.exit(
        JobCommand.run(
            args,
            "evaluate",
            "Evaluates a model on labelled sequences; stores the figures in run.dir, if given.",
            EvaluateJob::run));
  }

  private static int run(JobConfig config, boolean dryRun, PrintStream out) throws Exception {
    Outcome outcome = new Outcome(Instant.now(), config.value(RnnSettings.KERNELS));
    try (SparkSession spark = Sessions.open("evaluate", config.spark())) {
      Configuration hadoop = spark.sparkContext().hadoopConfiguration();
      Progress progress = new Progress(out);
      Model model = ModelStore.read(new Path(config.model().orElseThrow()), hadoop);
      outcome.weights(model);
      progress.model(model);
      JobConfig.Source source = config.input().test().orElseThrow();
      Dataset<Row> rows = JobStages.rows(spark, config, source);
      if (dryRun) {
        Evaluation.columns(rows, model, JobStages.scoring(config));
        progress.line("nothing was evaluated or written (--dry-run)");
        return ExitCode.DONE.code();
      }
      Evaluation evaluation = Evaluation.of(rows, model, JobStages.scoring(config));
      outcome.evaluation(evaluation);
      progress.evaluation(evaluation);
      store(config, outcome, progress, hadoop);
    }
    return ExitCode.DONE.code();
  }

  private static void store(
      JobConfig config, Outcome outcome, Progress progress, Configuration hadoop)
      throws IOException {
    if (config.run().dir().isEmpty()) {
      progress.line("stored   nowhere; set run.dir to keep these figures in a file");
      return;
    }
    String dir = config.run().dir().get();
    RunFiles.writeJson(dir, REPORT, outcome.finished("evaluated").toMap(), hadoop);
    progress.line("stored   %s", HadoopFiles.show(new Path(dir, REPORT)));
  }
}
