package dev.unroll.spark.ml;

import static dev.unroll.spark.ml.BadRowTables.GOOD;
import static dev.unroll.spark.ml.BadRowTables.estimator;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Task;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.InvalidRowException.Reason;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Single rows that cannot be used, met in fit and in transform, whatever is to be done of them. */
class BadRowsTest {
  static final List<String> POLICIES = List.of("error", "skip", "keep");
  private static final String REMEDY =
      "; fix the row, or set handleInvalid (input.invalidRows of a job) = skip or keep";

  static Stream<Arguments> rows() {
    return Arrays.stream(BadRowKind.values())
        .flatMap(kind -> POLICIES.stream().map(policy -> Arguments.of(kind, policy)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("rows")
  void fit(BadRowKind kind, String policy) {
    RnnEstimator<?, ?> estimator = estimator(kind.task);
    estimator.setHandleInvalid(policy);
    Dataset<Row> table = BadRowTables.with(kind);
    if (policy.equals("error")) {
      String message =
          assertThrows(InvalidDataException.class, () -> estimator.fit(table)).getMessage();
      assertSays(
          message,
          "2 of 10 rows cannot be used, by reason: 2 (2 %s)".formatted(kind.reason.label()),
          kind.says(0),
          REMEDY);
      // Of rows of another width than most, the first is named.
      assertSays(message, kind == BadRowKind.OTHER_WIDTH ? "(as in 8 of the rows)" : kind.says(1));
      return;
    }
    RnnModel<?> model = estimator.fit(table);
    assertEquals(Map.of(kind.reason.label(), 2L), model.summary().rowsSkipped());
    assertEquals(GOOD, model.summary().rowsUsed());
    assertEquals(BadRowTables.model(kind.task).weightsSha256(), model.weightsSha256());
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("rows")
  void transform(BadRowKind kind, String policy) {
    RnnModel<?> model = BadRowTables.model(kind.task).copy(ParamMap.empty());
    model.setHandleInvalid(policy);
    Dataset<Row> scored = model.transform(BadRowTables.with(kind));
    List<String> clean = answers(model.transform(BadRowTables.clean(kind.task)));
    if (!kind.isInFeatures()) {
      List<Row> rows = scored.collectAsList();
      assertEquals(GOOD + 2, rows.size());
      rows.forEach(row -> assertTrue(row.getAs("prediction") != null));
      assertEquals(clean, answers(scored.where("id LIKE 'good%'")));
      return;
    }
    switch (policy) {
      case "error" -> {
        String message = Tables.refusal(scored);
        assertTrue(message.equals(told(kind, 0)) || message.equals(told(kind, 1)), message);
        assertEquals(told(kind, 0), Tables.refusal(scored.where("id != 'bad-1'").coalesce(1)));
      }
      case "skip" -> assertEquals(clean, answers(scored));
      default -> {
        List<Row> rows = scored.collectAsList();
        assertEquals(GOOD + 2, rows.size());
        int good = 0;
        int bad = 0;
        for (int place = 0; place < rows.size(); place++) {
          Row row = rows.get(place);
          if (BadRowTables.isBad(place)) {
            assertNoAnswer(row, kind, bad++);
          } else {
            assertEquals("good-" + good, row.getAs("id"));
            assertNull(row.getAs("error"));
            good++;
          }
        }
        assertEquals(clean, answers(scored.where("error IS NULL")));
      }
    }
  }

  private static void assertNoAnswer(Row row, BadRowKind kind, int n) {
    assertEquals("bad-" + n, row.getAs("id"));
    for (String column : List.of("prediction", "probability", "rawPrediction")) {
      if (kind.task != Task.REGRESS || column.equals("prediction")) {
        assertNull(row.getAs(column), column);
      }
    }
    String error = row.getAs("error");
    assertEquals(kind.reason.label() + ": " + told(kind, n).replace(REMEDY, ""), error);
  }

  /** All that scoring says of a row. */
  private static String told(BadRowKind kind, int n) {
    String ending =
        switch (kind) {
          case OTHER_WIDTH -> "inputSize of the model)";
          case OVERFLOW -> (n == 0 ? "" : " 3.4E38") + " in size";
          default -> "";
        };
    return kind.says(n) + ending + REMEDY;
  }

  /** The answers bit by bit, as text, without labels, weights and reasons. */
  private static List<String> answers(Dataset<Row> scored) {
    return Tables.inOrder(scored.drop("features", "label", "weight", "error"));
  }

  @Test
  void everyReasonIsMet() {
    Set<Reason> met = EnumSet.noneOf(Reason.class);
    for (BadRowKind kind : BadRowKind.values()) {
      met.add(kind.reason);
    }
    // Classes are unknown to an evaluation, label vectors and indicators are those of other tests.
    assertEquals(
        EnumSet.of(Reason.UNKNOWN_CLASS, Reason.LABEL_WIDTH, Reason.NULL_INDICATOR),
        EnumSet.complementOf(EnumSet.copyOf(met)));
  }

  @Test
  void whereNoRowCanBeUsedTheReasonsAreTold() {
    Dataset<Row> table = BadRowTables.with(BadRowKind.NAN_VALUE).where("id LIKE 'bad%'");
    for (String policy : List.of("skip", "keep")) {
      RnnEstimator<?, ?> estimator = estimator(Task.TAG);
      estimator.setHandleInvalid(policy);
      assertSays(
          assertThrows(InvalidDataException.class, () -> estimator.fit(table)).getMessage(),
          "none of the 2 rows can be used, by reason: 2 (2 nan-value)",
          BadRowKind.NAN_VALUE.says(0) + REMEDY,
          BadRowKind.NAN_VALUE.says(1) + REMEDY);
    }
  }

  static void assertSays(String message, String... parts) {
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "\"" + part + "\" is not in: " + message);
    }
  }
}
