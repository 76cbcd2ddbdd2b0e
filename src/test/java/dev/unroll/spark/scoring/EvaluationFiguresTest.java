package dev.unroll.spark.scoring;

import static org.apache.spark.sql.functions.expr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Model;
import dev.unroll.net.Scaling;
import dev.unroll.net.Scorer;
import dev.unroll.net.Task;
import dev.unroll.spark.Example;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.rounds.SmallTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Figures of whole tables, beside what they are compared with. */
class EvaluationFiguresTest {
  private static final int ROWS = 210;

  private static Dataset<Row> table(Task task) {
    return SmallTable.of(task, ROWS, 8);
  }

  private static Map<String, Double> figures(Dataset<Row> rows, Model model) {
    return Evaluation.of(rows, model, TestModels.strict()).metrics().figures();
  }

  /** One number to predict: the first of the two. */
  private static Dataset<Row> oneNumber() {
    return table(Task.REGRESS).withColumn("label", expr("label[0]"));
  }

  private static Model oneOutput() {
    return TestModels.regression(new Scaling(new double[] {2}, new double[] {3}));
  }

  @Test
  void errorsOfOneNumberAreThoseOfTheScoredRows() {
    double squares = 0;
    double absolute = 0;
    Dataset<Row> scored = SequenceScoring.of(oneNumber(), oneOutput(), TestModels.strict()).rows();
    for (Row row : scored.collectAsList()) {
      double error = row.<Double>getAs("prediction") - row.<Double>getAs("label");
      squares += error * error / ROWS;
      absolute += Math.abs(error) / ROWS;
    }
    Map<String, Double> figures = figures(oneNumber(), oneOutput());
    assertEquals(squares, figures.get("mse"), squares * 1e-12);
    assertEquals(Math.sqrt(squares), figures.get("rmse"), squares * 1e-12);
    assertEquals(absolute, figures.get("mae"), absolute * 1e-12);
  }

  @Test
  void theBaselineOfNumbersAlwaysAnswersTheirMean() {
    List<Double> labels = new ArrayList<>();
    oneNumber().collectAsList().forEach(row -> labels.add(row.getAs("label")));
    double mean = labels.stream().mapToDouble(x -> x).average().orElseThrow();
    double variance = labels.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum() / ROWS;
    double expected = Math.sqrt(variance);
    assertEquals(expected, figures(oneNumber(), oneOutput()).get("baselineRmse"), expected * 1e-12);
  }

  @Test
  void theBaselineOfClassesAlwaysAnswersTheMostFrequentOne() {
    Map<String, Integer> counts = new HashMap<>();
    table(Task.CLASSIFY)
        .collectAsList()
        .forEach(row -> counts.merge(row.getAs("label"), 1, Integer::sum));
    double most = counts.values().stream().mapToInt(x -> x).max().orElseThrow();
    assertTrue(most > ROWS / 3.0, "classes are not balanced: " + counts);
    Map<String, Double> figures = figures(table(Task.CLASSIFY), TestModels.of(Task.CLASSIFY));
    assertEquals(most / ROWS, figures.get("baselineAccuracy"));
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void rowsWithoutPartitionsAreNoRows(Task task) {
    Dataset<Row> none =
        LocalSpark.session().createDataFrame(new ArrayList<>(), SmallTable.schema(task));
    InvalidDataException e =
        assertThrows(InvalidDataException.class, () -> figures(none, TestModels.of(task)));
    assertTrue(e.getMessage().startsWith("there is no row to evaluate on"), e.getMessage());
  }

  // --- names of figures ---

  @Test
  void dotsAndQuotesInTheNamesOfClassesDoNotMixFiguresUp() {
    List<String> names = List.of("a", "a.b", "b", "b.a", "a b", "", ".", "\"a.b\"", "\"a", "b\"");
    ClassMetrics metrics = new ClassMetrics(names);
    int k = names.size();
    for (int cell = 0; cell < k * k; cell++) {
      for (int times = 0; times <= cell; times++) {
        metrics.add(answered(names, cell / k, cell % k));
      }
    }
    Map<String, Double> figures = metrics.figures();
    assertEquals(3 + 2 * k + k * k, figures.size(), figures.keySet() + "");
    long cells = figures.keySet().stream().filter(key -> key.startsWith("confusion.")).count();
    assertEquals(k * k, cells);
    assertEquals(2, figures.get("confusion.a.\"a.b\""), "a answered as a.b");
    assertEquals(k + 1, figures.get("confusion.\"a.b\".a"), "a.b answered as a");
  }

  private static ScoredRows.Scored answered(List<String> names, int actual, int predicted) {
    double[] answer = new double[names.size()];
    answer[predicted] = 1;
    String[] expected = {names.get(actual)};
    return new ScoredRows.Scored(
        null,
        new Example("r", null, 1, 1, expected, null, 1, null),
        new Scorer.Answer(answer, answer),
        null);
  }
}
