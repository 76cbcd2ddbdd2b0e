package dev.unroll.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Task;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.LocalSpark;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;

/** What is made of few rows, and of their classes; beside {@code InvalidTrainingRowsTest}. */
class PreparationTest {

  @Test
  void aValidationPartWithoutRowsIsRefused() {
    LearnerSettings settings = new SettingsBuilder(Task.CLASSIFY).validation(1e-9, 0).build();
    InvalidDataException refusal =
        assertThrows(
            InvalidDataException.class,
            () -> SequenceTraining.prepare(SmallTable.of(Task.CLASSIFY, 12, 1), settings));
    assertTrue(
        refusal.getMessage().startsWith("no row fell into the validation part"),
        refusal.getMessage());
  }

  @Test
  void moreShardsThanRowsTrain() {
    LearnerSettings settings = new SettingsBuilder(Task.REGRESS).epochs(1).shards(8).build();
    List<RoundReport> reports = new ArrayList<>();
    try (SequenceTraining training =
        SequenceTraining.prepare(SmallTable.of(Task.REGRESS, 3, 1), settings)) {
      training.train(reports::add);
      assertEquals(8, training.shardSteps().size());
      assertEquals(5, training.shardSteps().stream().filter(steps -> steps == 0).count());
    }
    assertEquals(3, reports.get(0).lossRows());
    assertTrue(Double.isFinite(reports.get(0).loss()));
    assertTrue(Double.isFinite(reports.get(0).agreement()));
  }

  private static List<String> classes(DataType type, Object... labels) {
    List<Row> rows = new ArrayList<>();
    for (Object label : labels) {
      rows.add(RowFactory.create("row-" + rows.size(), List.of(List.of(1.0, 2.0)), label));
    }
    LearnerSettings settings = new SettingsBuilder(Task.CLASSIFY).epochs(1).build();
    try (SequenceTraining training =
        SequenceTraining.prepare(
            LocalSpark.session()
                .createDataFrame(rows, SmallTable.schema(DataTypes.DoubleType, type)),
            settings)) {
      return training.train(report -> {}).classes();
    }
  }

  @Test
  void wholeNumbersCountUpToTheLargestWordsAreSortedByNameAndFalseComesFirst() {
    assertEquals(List.of("0", "1", "2", "3"), classes(DataTypes.IntegerType, 3, 1, 3));
    assertEquals(List.of("-3", "10", "2"), classes(DataTypes.StringType, "10", "-3", "2"));
    assertEquals(List.of("false", "true"), classes(DataTypes.BooleanType, true, false));
  }
}
