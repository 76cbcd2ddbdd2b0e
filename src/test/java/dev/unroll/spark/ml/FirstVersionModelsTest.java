package dev.unroll.spark.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unroll.math.Kernels;
import dev.unroll.net.Model;
import dev.unroll.net.ModelFile;
import dev.unroll.net.Scorer;
import dev.unroll.net.SequenceBlock;
import dev.unroll.net.Task;
import dev.unroll.spark.InvalidRowPolicy;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.SequenceColumns.Columns;
import dev.unroll.spark.scoring.ScoringSettings;
import dev.unroll.spark.scoring.SequenceScoring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Models that the first version saved, with what it predicted: they load for ever, and predict the
 * same bits.
 */
class FirstVersionModelsTest {
  private static final Path MODELS = Path.of("src/test/resources/models/v1");

  private static Path directory(Task task) {
    return MODELS.resolve(task.label());
  }

  private static List<JsonNode> rows(Task task) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(directory(task).resolve("predictions.json"))) {
      rows.add(json.readTree(line));
    }
    assertTrue(rows.size() >= 10, "rows are there");
    return rows;
  }

  private static double[] numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::doubleValue)
        .toArray();
  }

  private static double[][] arrays(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(FirstVersionModelsTest::numbers)
        .toArray(double[][]::new);
  }

  private static Dataset<Row> table(List<JsonNode> rows) {
    StructType schema = StructType.fromDDL("features array<array<double>>");
    return LocalSpark.session()
        .createDataFrame(
            rows.stream().map(row -> RowFactory.create((Object) features(row))).toList(), schema)
        .repartition(1);
  }

  private static double[][] features(JsonNode row) {
    return arrays(row.get("features"));
  }

  @ParameterizedTest
  @EnumSource
  void withoutSparkItPredictsTheSame(Task task) throws IOException {
    Model model = ModelFile.read(directory(task));
    for (Kernels kernels : List.of(Kernels.best(), Kernels.named("scalar"))) {
      Scorer scorer = new Scorer(model, kernels);
      for (JsonNode row : rows(task)) {
        assertSame(task, model, row, scorer.score(block(features(row)))[0]);
      }
    }
  }

  private static SequenceBlock block(double[][] steps) {
    int width = steps[0].length;
    float[] values = new float[steps.length * width];
    for (int t = 0; t < steps.length; t++) {
      for (int j = 0; j < width; j++) {
        values[t * width + j] = (float) steps[t][j];
      }
    }
    return new SequenceBlock(width, new int[] {0, steps.length}, values, 0, false, new float[0]);
  }

  private static void assertSame(Task task, Model model, JsonNode row, double[] values) {
    switch (task) {
      case CLASSIFY -> {
        assertArrayEquals(numbers(row.get("probability")), values);
        assertEquals(
            row.get("prediction").asText(),
            model.classes().get(Scorer.largest(values, 0, values.length)));
      }
      case REGRESS -> assertArrayEquals(new double[] {row.get("prediction").asDouble()}, values);
      case TAG -> {
        double[][] steps = arrays(row.get("probability"));
        int classes = steps[0].length;
        for (int t = 0; t < steps.length; t++) {
          assertArrayEquals(steps[t], Arrays.copyOfRange(values, t * classes, (t + 1) * classes));
        }
        assertEquals(steps.length * classes, values.length);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void asAStageItPredictsTheSame(Task task) throws IOException {
    String path = directory(task).toString();
    RnnModel<?> model =
        switch (task) {
          case CLASSIFY -> RnnClassificationModel.load(path);
          case REGRESS -> RnnRegressionModel.load(path);
          case TAG -> RnnTaggingModel.load(path);
        };
    List<JsonNode> rows = rows(task);
    assertPredictions(task, rows, model.transform(table(rows)));
  }

  @ParameterizedTest
  @EnumSource
  void theScoringOfTheJobPredictsTheSame(Task task) throws IOException {
    List<JsonNode> rows = rows(task);
    ScoringSettings settings =
        new ScoringSettings(
            Columns.of("features", Optional.empty(), Optional.empty()),
            InvalidRowPolicy.ERROR,
            "auto");
    Model model = ModelFile.read(directory(task));
    assertPredictions(task, rows, SequenceScoring.of(table(rows), model, settings).rows());
  }

  private static void assertPredictions(Task task, List<JsonNode> rows, Dataset<Row> scored) {
    List<Row> found = scored.collectAsList();
    assertEquals(rows.size(), found.size());
    for (int i = 0; i < rows.size(); i++) {
      JsonNode row = rows.get(i);
      Row got = found.get(i);
      switch (task) {
        case CLASSIFY -> {
          assertEquals(row.get("prediction").asText(), got.getAs("prediction"));
          assertArrayEquals(numbers(row.get("probability")), vector(got.getAs("probability")));
        }
        case REGRESS ->
            assertEquals(row.get("prediction").asDouble(), (double) got.getAs("prediction"));
        case TAG -> {
          List<String> tags = got.getList(got.fieldIndex("prediction"));
          assertEquals(
              StreamSupport.stream(row.get("prediction").spliterator(), false)
                  .map(JsonNode::asText)
                  .toList(),
              tags);
          List<Object> steps = got.getList(got.fieldIndex("probability"));
          double[][] expected = arrays(row.get("probability"));
          assertEquals(expected.length, steps.size());
          IntStream.range(0, expected.length)
              .forEach(t -> assertArrayEquals(expected[t], vector(steps.get(t))));
        }
      }
    }
  }

  /** A vector of Spark ML's, or an array as the jobs write it. */
  private static double[] vector(Object value) {
    return value instanceof Vector vector
        ? vector.toArray()
        : CollectionConverters.asJava((Seq<?>) value).stream()
            .mapToDouble(x -> (Double) x)
            .toArray();
  }
}
