package dev.unroll.spark.rounds;

import static org.apache.spark.sql.functions.expr;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Task;
import dev.unroll.spark.InvalidDataException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables whose columns say how much a row counts, and which rows are held out. */
class WeightedTrainingTest {
  private static Dataset<Row> table(Task task) {
    return SmallTable.of(task, 20, 3).withColumn("n", expr("int(substr(id, 5))"));
  }

  private static Dataset<Row> weighted(Task task, String weight) {
    return table(task).withColumn("w", expr(weight));
  }

  private static LearnerSettings byWeight(Task task) {
    return new SettingsBuilder(task).weightCol("w").build();
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void weightsOfOneAreTheSameAsNone(Task task) {
    String plain = TrainedHash.of(table(task), new SettingsBuilder(task).build());
    assertEquals(plain, TrainedHash.of(weighted(task, "1"), byWeight(task)));
    assertNotEquals(plain, TrainedHash.of(weighted(task, "1 + n % 2"), byWeight(task)));
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void aRowOfWeightZeroIsTheSameAsNoRow(Task task) {
    Dataset<Row> some = weighted(task, "if(n % 3 = 0, 0D, 0.5D + n)");
    assertEquals(
        TrainedHash.of(some.where("w > 0"), byWeight(task)), TrainedHash.of(some, byWeight(task)));
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void aRowOfWeightTwoIsAsGoodAsTheRowTwice(Task task) {
    Dataset<Row> some = weighted(task, "if(n % 3 = 0, 2, 1)");
    SettingsBuilder one =
        new SettingsBuilder(task).unscaled().shards(1).batchSize(40).optimizer("sgd", 0.1);
    float[] twice = weights(table(task).union(table(task).where("n % 3 = 0")), one.build());
    assertArrayEquals(twice, weights(some, one.weightCol("w").build()), 1e-5f);
  }

  private static float[] weights(Dataset<Row> rows, LearnerSettings settings) {
    try (SequenceTraining training = SequenceTraining.prepare(rows, settings)) {
      return training.train(report -> {}).weights();
    }
  }

  @Test
  void theLossIsTheWeightedMean() {
    // With a rate of next to nothing, losses are those of the starting weights.
    SettingsBuilder still =
        new SettingsBuilder(Task.REGRESS).unscaled().optimizer("sgd", 1e-30).epochs(1);
    double a = loss(table(Task.REGRESS).where("n < 5"), still.build());
    double b = loss(table(Task.REGRESS).where("n >= 5"), still.build());
    Dataset<Row> both = weighted(Task.REGRESS, "if(n < 5, 3D, 0.5D)");
    double expected = (15 * a + 7.5 * b) / 22.5;
    assertEquals(expected, loss(both, still.weightCol("w").build()), 1e-6 * expected);
  }

  private static double loss(Dataset<Row> rows, LearnerSettings settings) {
    List<RoundReport> reports = new ArrayList<>();
    try (SequenceTraining training = SequenceTraining.prepare(rows, settings)) {
      training.train(reports::add);
    }
    return reports.get(0).loss();
  }

  @Test
  void rowsOfWeightZeroAloneAreRefused() {
    assertEquals(
        "all 20 rows have weight 0, expected at least 1 with more; correct the weights, or name no"
            + " column of weights (weightCol, input.weightCol of a job)",
        refused(weighted(Task.CLASSIFY, "0"), byWeight(Task.CLASSIFY)));
  }

  // --- rows that are held out ---

  private static SettingsBuilder marked() {
    return new SettingsBuilder(Task.CLASSIFY).validationCol("v");
  }

  private static Dataset<Row> marked(String held) {
    return table(Task.CLASSIFY).withColumn("v", expr(held));
  }

  @Test
  void theColumnSaysWhichRowsAreHeldOut() {
    try (SequenceTraining training =
        SequenceTraining.prepare(marked("n % 4 = 0"), marked().build())) {
      assertEquals(5, training.heldOutSequences());
      assertEquals(15, training.sequences());
      List<RoundReport> reports = new ArrayList<>();
      training.train(reports::add);
      assertTrue(Double.isFinite(reports.get(0).validationLoss()));
    }
  }

  @Test
  void rowsAreMissedOnEitherSide() {
    LearnerSettings settings = marked().build();
    assertEquals(
        "column \"v\" is false in all rows that can be used; expected both true, for validation, and false",
        refused(marked("false"), settings));
    assertEquals(
        "column \"v\" is true in all rows that can be used; expected both true, for validation, and false",
        refused(marked("true"), settings));
  }

  private static String refused(Dataset<Row> rows, LearnerSettings settings) {
    return assertThrows(
            InvalidDataException.class, () -> SequenceTraining.prepare(rows, settings).close())
        .getMessage();
  }
}
