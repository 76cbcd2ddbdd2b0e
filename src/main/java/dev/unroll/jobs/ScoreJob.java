package dev.unroll.jobs;

import dev.unroll.jobs.JobStages.Purpose;
import dev.unroll.jobs.config.JobConfig;
import dev.unroll.net.Model;
import dev.unroll.spark.HadoopFiles;
import dev.unroll.spark.InvalidRows;
import dev.unroll.spark.ModelStore;
import dev.unroll.spark.ml.RnnSettings;
import dev.unroll.spark.scoring.SequenceScoring;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** {@code jobs/score.sh}: writes rows with a model's predictions. */
public final class ScoreJob {
  private static final String REPORT = "_run.json";

  private final JobConfig config;
  private final SparkSession spark;
  private final Configuration hadoop;
  private final Progress progress;
  private final Path output;

  private ScoreJob(JobConfig config, SparkSession spark, PrintStream out) {
    this.config = config;
    this.spark = spark;
    hadoop = spark.sparkContext().hadoopConfiguration();
    progress = new Progress(out);
    output = new Path(config.output().path().orElseThrow());
  }

  /** Ends the JVM with the exit codes of {@link ExitCode}. */
  public static void main(String[] args) {
    System.exit(
        JobCommand.run(
            args, "score", "Writes sequences with a model's predictions.", ScoreJob::run));
  }

  private static int run(JobConfig config, boolean dryRun, PrintStream out) throws Exception {
    Instant start = Instant.now();
    try (SparkSession spark = Sessions.open("score", config.spark())) {
      new ScoreJob(config, spark, out).score(dryRun, start);
    }
    return ExitCode.DONE.code();
  }

  private void score(boolean dryRun, Instant start) throws IOException, InterruptedException {
    FileSystem fs = HadoopFiles.fileSystem(output, hadoop);
    if (fs.exists(output) && !config.output().overwrite()) {
      throw new OutputExistsException(
          "output.path "
              + HadoopFiles.show(output)
              + " exists; set output.overwrite = true to replace it, or give another path");
    }
    Model model = ModelStore.read(new Path(config.model().orElseThrow()), hadoop);
    progress.model(model);
    JobConfig.Source source = config.input().score().orElseThrow();
    SequenceScoring scoring =
        SequenceScoring.of(
            JobStages.rows(spark, config, source, Purpose.SCORE), model, JobStages.scoring(config));
    if (dryRun) {
      progress.line("columns  %s", scoring.rows().schema().simpleString());
      progress.line("nothing was scored or written (--dry-run)");
      return;
    }
    Outcome outcome = new Outcome(start, config.value(RnnSettings.KERNELS));
    outcome.weights(model);
    write(fs, scoring, outcome);
  }

  /**
   * Writes beside the output and moves it there when it is complete: until then an older output
   * stays, and after a failure there is no half of a new one.
   */
  private void write(FileSystem fs, SequenceScoring scoring, Outcome outcome)
      throws IOException, InterruptedException {
    Path staging = HadoopFiles.staging(output);
    try {
      Observation count = new Observation();
      forFormat(scoring.rows())
          .observe(count, functions.count(functions.lit(1)).as("rows"))
          .write()
          .format(config.output().format())
          .options(config.output().options())
          .save(staging.toString());
      long rows = (Long) count.get().apply("rows");
      InvalidRows refused = scoring.skipped();
      boolean kept = config.value(RnnSettings.HANDLE_INVALID).equals("keep");
      long answered = kept ? rows - refused.total() : rows;
      outcome.rows("score", answered, kept ? "unanswered" : "skipped", refused);
      RunFiles.writeJson(staging.toString(), REPORT, outcome.finished("scored").toMap(), hadoop);
      HadoopFiles.replace(fs, staging, output);
      progress.line(
          "scored   %,d rows, %s %s, to %s",
          answered,
          kept ? "without an answer" : "skipped",
          refused.summary(),
          HadoopFiles.show(output));
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      HadoopFiles.discard(fs, staging, e);
      throw e;
    }
  }

  /** CSV has no place for arrays: they are written as JSON text. */
  private Dataset<Row> forFormat(Dataset<Row> rows) {
    if (!config.output().format().equals("csv")) {
      return rows;
    }
    Dataset<Row> flat = rows;
    for (StructField field : rows.schema().fields()) {
      if (field.dataType() instanceof ArrayType
          || field.dataType() instanceof MapType
          || field.dataType() instanceof StructType) {
        flat = flat.withColumn(field.name(), functions.to_json(rows.col("`" + field.name() + "`")));
      }
    }
    return flat;
  }
}
