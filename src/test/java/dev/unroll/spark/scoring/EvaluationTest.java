package dev.unroll.spark.scoring;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.rand;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Model;
import dev.unroll.net.Task;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.rounds.SequenceTraining;
import dev.unroll.spark.rounds.SettingsBuilder;
import dev.unroll.spark.rounds.SmallTable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EvaluationTest {
  private static Dataset<Row> test(Task task) {
    return SmallTable.of(task, 300, 9).repartition(3);
  }

  private static Model trained(Task task) {
    try (SequenceTraining training =
        SequenceTraining.prepare(
            SmallTable.of(task, 100, 1), new SettingsBuilder(task).epochs(5).build())) {
      return training.train(report -> {});
    }
  }

  private static Map<String, Double> figures(Dataset<Row> rows, Model model) {
    return Evaluation.of(rows, model, TestModels.strict()).metrics().figures();
  }

  private static List<Row> scored(Dataset<Row> rows, Model model) {
    return SequenceScoring.of(rows, model, TestModels.strict()).rows().collectAsList();
  }

  // --- the figures are those of the scored rows ---

  @Test
  void accuracyIsExactlyThatOfTheScoredRows() {
    Model model = trained(Task.CLASSIFY);
    double hits = 0;
    for (Row row : scored(test(Task.CLASSIFY), model)) {
      hits += row.getAs("label").equals(row.getAs("prediction")) ? 1 : 0;
    }
    Map<String, Double> figures = figures(test(Task.CLASSIFY), model);
    assertEquals(hits / 300, figures.get("accuracy"));
    assertTrue(hits / 300 > figures.get("baselineAccuracy"), "something was learnt: " + figures);
  }

  @Test
  void taggingAccuracyIsExactlyThatOfTheScoredSteps() {
    Model model = trained(Task.TAG);
    double hits = 0;
    double steps = 0;
    for (Row row : scored(test(Task.TAG), model)) {
      List<String> labels = row.getList(row.fieldIndex("label"));
      List<String> tags = row.getList(row.fieldIndex("prediction"));
      for (int t = 0; t < labels.size(); t++) {
        hits += labels.get(t).equals(tags.get(t)) ? 1 : 0;
        steps++;
      }
    }
    assertEquals(hits / steps, figures(test(Task.TAG), model).get("accuracy"));
  }

  @Test
  void rmseIsExactlyThatOfTheScoredRows() {
    Model model = trained(Task.REGRESS);
    BigDecimal squares = BigDecimal.ZERO;
    BigDecimal absolute = BigDecimal.ZERO;
    for (Row row : scored(test(Task.REGRESS), model)) {
      List<Double> labels = row.getList(row.fieldIndex("label"));
      List<Double> predictions = row.getList(row.fieldIndex("prediction"));
      for (int j = 0; j < 2; j++) {
        BigDecimal error = new BigDecimal(predictions.get(j) - labels.get(j).floatValue());
        squares = squares.add(error.multiply(error));
        absolute = absolute.add(error.abs());
      }
    }
    BigDecimal count = new BigDecimal(600);
    double mse = squares.divide(count, MathContext.DECIMAL128).doubleValue();
    Map<String, Double> figures = figures(test(Task.REGRESS), model);
    assertEquals(mse, figures.get("mse"));
    assertEquals(Math.sqrt(mse), figures.get("rmse"));
    double mae = absolute.divide(count, MathContext.DECIMAL128).doubleValue();
    assertEquals(mae, figures.get("mae"));
    assertTrue(figures.get("rmse") < figures.get("baselineRmse"), "learnt: " + figures);
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void allFiguresAreTheSameForOtherPartitionsAndOrders(Task task) {
    Model model = TestModels.of(task);
    Map<String, Double> figures = figures(test(task), model);
    assertEquals(figures, figures(test(task).coalesce(1), model));
    assertEquals(figures, figures(test(task).orderBy(rand(2)).repartition(7), model));
  }

  @Test
  void otherRowsHaveOtherFigures() {
    Model model = TestModels.of(Task.REGRESS);
    Dataset<Row> rows = test(Task.REGRESS);
    assertTrue(
        figures(rows, model).get("mse")
            != figures(rows.where("id != 'row-5'"), model).get("mse").doubleValue());
  }

  // --- rows that cannot be used ---

  /** Of 300 rows, one in ten has a class of its own, and one in fifty none. */
  private static Dataset<Row> dirty() {
    return test(Task.CLASSIFY)
        .withColumn("n", expr("int(substr(id, 5))"))
        .withColumn(
            "label",
            expr("case when n % 10 = 3 then 'z' when n % 50 = 4 then null else label end"));
  }

  @Test
  void skippedRowsAreCountedAndTheOthersEvaluated() {
    Model model = TestModels.of(Task.CLASSIFY);
    Evaluation evaluation = Evaluation.of(dirty(), model, TestModels.skipping());
    assertEquals(Map.of("unknown-class", 30L, "null-label", 6L), evaluation.skipped().counts());
    assertEquals(264, evaluation.metrics().count());
    assertEquals(
        figures(dirty().where("n % 10 != 3 and n % 50 != 4"), model),
        evaluation.metrics().figures());
  }

  @Test
  void aClassNeverSeenInTrainingEndsTheJobOtherwise() {
    assertEquals(
        "column \"label\", row row-13: class \"z\", expected one of a, b, c (the classes seen in"
            + " training); fix the row, or set handleInvalid (input.invalidRows of a job) = skip or keep",
        refused(dirty().where("n = 13"), TestModels.of(Task.CLASSIFY)));
  }

  @Test
  void anUnknownTagIsNamedWithItsStep() {
    Dataset<Row> rows =
        test(Task.TAG)
            .where("id = 'row-2'")
            .withColumn("label", expr("transform(label, (x, t) -> if(t = 1, 'z', x))"));
    String message = refused(rows, TestModels.of(Task.TAG));
    assertTrue(
        message.startsWith("column \"label\", row row-2, step 1: class \"z\", expected one of a"),
        message);
  }

  @Test
  void aLabelOfAnotherWidthIsNamed() {
    Dataset<Row> rows =
        test(Task.REGRESS).where("id = 'row-2'").withColumn("label", expr("array(1.5D)"));
    assertEquals(
        "column \"label\", row row-2: 1 label value, expected 2 (outputs of the model); fix the"
            + " row, or set handleInvalid (input.invalidRows of a job) = skip or keep",
        refused(rows, TestModels.of(Task.REGRESS)));
  }

  private static String refused(Dataset<Row> rows, Model model) {
    Exception e =
        assertThrows(Exception.class, () -> Evaluation.of(rows, model, TestModels.strict()));
    return InvalidDataException.in(e).orElseThrow().getMessage();
  }

  @Test
  void withoutUsableRowsThereIsNothingToEvaluate() {
    Model model = TestModels.of(Task.CLASSIFY);
    InvalidDataException none =
        assertThrows(
            InvalidDataException.class,
            () -> Evaluation.of(dirty().where("n % 10 = 3"), model, TestModels.skipping()));
    assertEquals(
        "there is no row to evaluate on; rows that could not be used: 30 (30 unknown-class)",
        none.getMessage());
    assertTrue(refused(dirty().where("false"), model).startsWith("there is no row to evaluate on"));
  }

  @Test
  void theLabelColumnIsNeeded() {
    String message = refused(test(Task.CLASSIFY).drop("label"), TestModels.of(Task.CLASSIFY));
    assertTrue(
        message.startsWith("labelCol (input.labelCol of a job): there is no column \"label\""),
        message);
  }
}
