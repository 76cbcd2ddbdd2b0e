package dev.unroll.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unroll.net.ScoreWithoutSpark;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.ml.RnnClassificationModel;
import dev.unroll.spark.ml.RnnClassifier;
import dev.unroll.spark.ml.RnnTagger;
import dev.unroll.spark.ml.RnnTaggingModel;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Pipelines over long tables, fitted here and used elsewhere: in another JVM, without Spark, and by
 * the score job. All give the same bits.
 */
class SavedPipelinesIT {
  private static final Path DATA = Path.of(System.getProperty("unroll.data", "../shared/data"));
  private static final String CLASS_PATH =
      System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"tsc-basic-motions, BasicMotions, 6", "tsc-japanese-vowels, JapaneseVowels, 12"})
  void theSameBitsEverywhere(String directory, String name, int width) throws Exception {
    Path data = DATA.resolve(directory);
    assumeTrue(Files.isDirectory(data), data + " is not here");
    SparkSession spark = LocalSpark.session();
    Dataset<Row> rows = SavedPipelines.longTable(spark, data.resolve(name + "_TRAIN.ts"));
    RnnClassifier classifier =
        new RnnClassifier().setIdCol("id").setHiddenSize(12).setMaxIter(3).setStepSize(0.01);
    PipelineModel model = SavedPipelines.pipeline(width, classifier).fit(rows);
    Path saved = folder.resolve("pipeline");
    model.write().save(saved.toString());
    Path table = folder.resolve("table");
    SavedPipelines.longTable(spark, data.resolve(name + "_TEST.ts"))
        .write()
        .parquet(table.toString());
    Dataset<Row> others = spark.read().parquet(table.toString());

    List<String> here = SavedPipelines.rows(model.transform(others));
    assertTrue(here.size() >= 40, "rows: " + here.size());
    assertEquals(here, SavedPipelines.rows(PipelineModel.load(saved.toString()).transform(others)));
    assertEquals(here, elsewhere(saved, table));
    Dataset<Row> series = assembled(model, others);
    Path stage = lastStage(saved);
    assertEquals(probabilities(here), withoutSpark(stage, series));
    assertEquals(probabilities(here), scoreJob(stage, series));
    RnnClassificationModel loaded = RnnClassificationModel.load(stage.toString());
    assertEquals(here, SavedPipelines.rows(loaded.transform(series)));
  }

  /** Before the last stage. */
  private static Dataset<Row> assembled(PipelineModel model, Dataset<Row> rows) {
    Dataset<Row> assembled = rows;
    for (Transformer stage : Arrays.copyOf(model.stages(), model.stages().length - 1)) {
      assembled = stage.transform(assembled);
    }
    return assembled;
  }

  private static Path lastStage(Path pipeline) throws IOException {
    try (Stream<Path> stages = Files.list(pipeline.resolve("stages"))) {
      return stages
          .filter(path -> path.getFileName().toString().startsWith("2_"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Id and probability. */
  private static List<String> probabilities(List<String> rows) {
    return rows.stream()
        .map(row -> row.split(" "))
        .map(parts -> "row " + parts[1] + " " + parts[3])
        .sorted()
        .toList();
  }

  private List<String> elsewhere(Path pipeline, Path table) throws Exception {
    return run(
        CLASS_PATH,
        List.of("-Dspark.master=local[1]", "-Dspark.ui.enabled=false"),
        SavedPipelines.class,
        pipeline.toString(),
        table.toString());
  }

  private List<String> withoutSpark(Path model, Dataset<Row> series) throws Exception {
    String classPath =
        Arrays.stream(CLASS_PATH.split(File.pathSeparator))
            .filter(path -> path.contains("jackson-") || !path.endsWith(".jar"))
            .collect(Collectors.joining(File.pathSeparator));
    assertFalse(classPath.contains("spark-"), classPath);
    List<String> lines = new ArrayList<>();
    for (Row row : series.select("id", "features").collectAsList()) {
      List<Seq<Double>> steps = row.getList(1);
      String values =
          steps.stream()
              .flatMap(step -> CollectionConverters.asJava(step).stream())
              .map(String::valueOf)
              .collect(Collectors.joining(","));
      lines.add(row.get(0) + " " + steps.size() + " " + values);
    }
    Path file = Files.write(folder.resolve("sequences.txt"), lines);
    return run(classPath, List.of(), ScoreWithoutSpark.class, model.toString(), file.toString());
  }

  private List<String> scoreJob(Path model, Dataset<Row> series) throws Exception {
    Path input = folder.resolve("series");
    series.select("id", "features").write().parquet(input.toString());
    Path conf =
        Files.writeString(
            folder.resolve("score.conf"),
            """
            task = classify
            input.idCol = id
            input.score { format = parquet, path = "%s" }
            model = "%s"
            output { path = "%s", format = parquet }
            """
                .formatted(input, model, folder.resolve("scored")));
    run(
        CLASS_PATH,
        List.of("-Dspark.master=local[1]", "-Dspark.ui.enabled=false"),
        ScoreJob.class,
        conf.toString());
    List<String> lines = new ArrayList<>();
    for (Row row :
        LocalSpark.session()
            .read()
            .parquet(folder.resolve("scored").toString())
            .select("id", "probability")
            .collectAsList()) {
      double[] values = row.<Double>getList(1).stream().mapToDouble(x -> x).toArray();
      lines.add("row " + row.get(0) + " " + SavedPipelines.hex(values));
    }
    lines.sort(null);
    return lines;
  }

  /** The train job and the estimator with the same settings, on the same rows. */
  @Test
  void theTrainJobLearnsTheSameWeights() throws Exception {
    Path rows = Path.of("sample-data/letters/train.json").toAbsolutePath();
    Path conf =
        Files.writeString(
            folder.resolve("train.conf"),
            """
            task = tag
            input { train { format = json, path = "%s" }, idCol = id }
            network { cell = gru, hiddenSize = 6 }
            training { epochs = 2, learningRate = 0.01, shards = 3, seed = 5, validationFraction = 0.1 }
            run.dir = "%s"
            """
                .formatted(rows, folder.resolve("run")));
    run(
        CLASS_PATH,
        List.of("-Dspark.master=local[1]", "-Dspark.ui.enabled=false"),
        TrainJob.class,
        conf.toString());
    String ofJob =
        new ObjectMapper()
            .readTree(folder.resolve("run/_run.json").toFile())
            .path("weightsSha256")
            .asText();
    String ofStage =
        new RnnTagger()
            .setIdCol("id")
            .setCell("gru")
            .setHiddenSize(6)
            .setMaxIter(2)
            .setStepSize(0.01)
            .setNumShards(3)
            .setSeed(5)
            .setValidationFraction(0.1)
            .fit(LocalSpark.session().read().json(rows.toString()))
            .weightsSha256();
    assertEquals(ofJob, ofStage);
    RnnTaggingModel model = RnnTaggingModel.load(folder.resolve("run/model").toString());
    assertEquals(ofJob, model.weightsSha256());
  }

  /** Lines that begin with {@code row}, sorted, of a program in a JVM of its own. */
  private List<String> run(
      String classPath, List<String> options, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC"));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, program.getName()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(5, TimeUnit.MINUTES), () -> program + " hangs, see " + err);
    } finally {
      process.destroyForcibly();
    }
    assertEquals(0, process.exitValue(), Files.readString(err));
    return Files.readAllLines(out).stream()
        .filter(line -> line.startsWith(SavedPipelines.ROW))
        .sorted()
        .toList();
  }
}
