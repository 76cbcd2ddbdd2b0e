package dev.unroll.spark;

import static java.util.Arrays.asList;
import static org.apache.spark.sql.types.DataTypes.createArrayType;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Task;
import dev.unroll.spark.InvalidRowException.Reason;
import dev.unroll.spark.SequenceColumns.Columns;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Weights, held-out rows and the limit on the length; every sequence has three steps. */
class SequenceColumnsExtrasTest {
  private static final Optional<String> NONE = Optional.empty();

  // --- weights ---

  @Test
  void readsWeightsOfEveryNumberType() {
    assertEquals(2.5f, weight(DataTypes.DoubleType, 2.5));
    assertEquals(2.5f, weight(DataTypes.FloatType, 2.5f));
    assertEquals(0.25f, weight(DataTypes.createDecimalType(5, 2), new BigDecimal("0.25")));
    assertEquals(3, weight(DataTypes.IntegerType, 3));
    assertEquals(3, weight(DataTypes.LongType, 3L));
    assertEquals(3, weight(DataTypes.ShortType, (short) 3));
    assertEquals(3, weight(DataTypes.ByteType, (byte) 3));
    assertEquals(0, weight(DataTypes.DoubleType, 0.0));
  }

  @Test
  void withoutSuchColumnsARowCountsOneAndNothingSaysWhetherItIsHeldOut() {
    Example example = read(DataTypes.DoubleType, 7.0, NONE, NONE, 0);
    assertEquals(1, example.weight());
    assertNull(example.heldOut());
  }

  @Test
  void refusesWeightsThatCannotCount() {
    DataType type = DataTypes.DoubleType;
    refusesWeight(
        type, null, Reason.NULL_WEIGHT, "weight is null, expected a finite number at least 0");
    refusesWeight(type, -1.0, Reason.INVALID_WEIGHT, invalid("-1.0"));
    refusesWeight(type, Double.NaN, Reason.INVALID_WEIGHT, invalid("NaN"));
    refusesWeight(type, Double.POSITIVE_INFINITY, Reason.INVALID_WEIGHT, invalid("Infinity"));
    refusesWeight(type, 1e39, Reason.INVALID_WEIGHT, invalid("1.0E39"));
    refusesWeight(DataTypes.IntegerType, -2, Reason.INVALID_WEIGHT, invalid("-2"));
  }

  private static String invalid(String value) {
    return "weight is " + value + ", expected a finite number at least 0";
  }

  private static float weight(DataType type, Object value) {
    return read(type, value, Optional.of("extra"), NONE, 0).weight();
  }

  private static void refusesWeight(DataType type, Object value, Reason reason, String problem) {
    refuses(reason, "extra", problem, () -> weight(type, value));
  }

  // --- rows that are held out ---

  @Test
  void aRowSaysWhetherItIsHeldOut() {
    assertEquals(true, heldOut(true));
    assertEquals(false, heldOut(false));
    refuses(
        Reason.NULL_INDICATOR,
        "extra",
        "is null, expected true (held out) or false",
        () -> heldOut(null));
  }

  private static Boolean heldOut(Boolean value) {
    return read(DataTypes.BooleanType, value, NONE, Optional.of("extra"), 0).heldOut();
  }

  // --- length ---

  @Test
  void longerSequencesThanAllowedAreRefused() {
    for (int most : new int[] {0, 3, 4}) {
      assertEquals(3, read(DataTypes.DoubleType, 1.0, NONE, NONE, most).length());
    }
    refuses(
        Reason.TOO_LONG,
        "x",
        "3 steps, expected at most 2 (maxSequenceLength, input.maxSequenceLength of a job)",
        () -> read(DataTypes.DoubleType, 1.0, NONE, NONE, 2));
  }

  // --- columns ---

  @Test
  void missingColumnsAreNamedByTheirKeys() {
    assertEquals(
        "weightCol (input.weightCol of a job): there is no column \"extras\"; the nearest is"
            + " \"extra\"; columns present: x, extra",
        refusal(DataTypes.DoubleType, Optional.of("extras"), NONE));
    assertTrue(
        refusal(DataTypes.DoubleType, NONE, Optional.of("v"))
            .startsWith(
                "validationIndicatorCol (input.validationIndicatorCol of a job): there is no"
                    + " column \"v\"; columns"));
  }

  @Test
  void columnsOfOtherTypesAreRefused() {
    assertEquals(
        "weightCol (input.weightCol of a job): column \"extra\" has type string, expected float,"
            + " double, int, bigint, smallint, tinyint or decimal; convert it or name another"
            + " column",
        refusal(DataTypes.StringType, Optional.of("extra"), NONE));
    assertEquals(
        "validationIndicatorCol (input.validationIndicatorCol of a job): column \"extra\" has type"
            + " int, expected boolean; convert it or name another column",
        refusal(DataTypes.IntegerType, NONE, Optional.of("extra")));
  }

  @Test
  void scoringNeedsNeitherOfThem() {
    Columns columns =
        new Columns("x", NONE, NONE, Optional.of("w"), Optional.of("v"), List.of(), 5);
    SequenceColumns read =
        SequenceColumns.of(
            new StructType().add("x", createArrayType(DataTypes.DoubleType)),
            Task.REGRESS,
            columns.withoutLabel());
    Row row = RowFactory.create(new double[] {1, 2, 3});
    assertArrayEquals(new float[] {1, 2, 3}, read.read(row, "a17").values());
    Row longer = RowFactory.create(new double[6]);
    assertThrows(InvalidRowException.class, () -> read.read(longer, "a17"), "a limit it keeps");
  }

  private static SequenceColumns columns(
      DataType extra, Optional<String> weight, Optional<String> validation, int most) {
    return SequenceColumns.of(
        schema(extra),
        Task.REGRESS,
        new Columns("x", NONE, NONE, weight, validation, List.of(), most));
  }

  private static StructType schema(DataType extra) {
    return new StructType().add("x", createArrayType(DataTypes.DoubleType)).add("extra", extra);
  }

  private static Example read(
      DataType type, Object value, Optional<String> weight, Optional<String> validation, int most) {
    List<Row> rows = List.of(RowFactory.create(asList(1.0, 2.0, 3.0), value));
    Row row = LocalSpark.session().createDataFrame(rows, schema(type)).collectAsList().get(0);
    return columns(type, weight, validation, most).read(row, "a17");
  }

  private static void refuses(Reason reason, String column, String problem, Runnable reading) {
    var failure = assertThrows(InvalidRowException.class, reading::run);
    assertEquals(
        "column \"%s\", row a17: %s; fix the row, or set handleInvalid (input.invalidRows of a job) = skip or keep"
            .formatted(column, problem),
        failure.getMessage());
    assertEquals(reason, failure.reason());
  }

  private static String refusal(
      DataType extra, Optional<String> weight, Optional<String> validation) {
    return assertThrows(InvalidDataException.class, () -> columns(extra, weight, validation, 0))
        .getMessage();
  }
}
