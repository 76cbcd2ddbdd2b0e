package dev.unroll.spark;

import static java.util.Arrays.asList;
import static org.apache.spark.sql.types.DataTypes.createArrayType;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.unroll.net.Task;
import dev.unroll.spark.InvalidRowException.Reason;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

/** Features through a real DataFrame: every accepted type, and every row that is refused. */
class SequenceColumnsFeaturesTest {
  private static final DataType DOUBLES = createArrayType(createArrayType(DataTypes.DoubleType));
  private static final String ADVICE =
      "; fix the row, or set handleInvalid (input.invalidRows of a job) = skip or keep";

  @Test
  void readsStepsOfEveryNumberType() {
    assertReads(DataTypes.FloatType, asList(1f, 2f), asList(3f, 4f), asList(5f, 6f));
    assertReads(DataTypes.DoubleType, asList(1d, 2d), asList(3d, 4d), asList(5d, 6d));
    assertReads(DataTypes.IntegerType, asList(1, 2), asList(3, 4), asList(5, 6));
    assertReads(DataTypes.LongType, asList(1L, 2L), asList(3L, 4L), asList(5L, 6L));
    assertReads(DataTypes.ShortType, shorts(1, 2), shorts(3, 4), shorts(5, 6));
    assertReads(DataTypes.ByteType, bytes(1, 2), bytes(3, 4), bytes(5, 6));
    assertReads(DataTypes.createDecimalType(9, 2), decimals(1, 2), decimals(3, 4), decimals(5, 6));
  }

  @Test
  void readsDenseAndSparseVectors() {
    Example example =
        read(
            createArrayType(SQLDataTypes.VectorType()),
            asList(Vectors.dense(1, 0, 3), Vectors.sparse(3, new int[] {2}, new double[] {6})));
    assertArrayEquals(new float[] {1, 0, 3, 0, 0, 6}, example.values());
    assertEquals(2, example.length());
    assertEquals(3, example.width());
  }

  @Test
  void readsPlainNumbersAsOneFeature() {
    Example example = read(createArrayType(DataTypes.IntegerType), asList(7, 8, 9));
    assertArrayEquals(new float[] {7, 8, 9}, example.values());
    assertEquals(3, example.length());
    assertEquals(1, example.width());
    assertNull(example.classes());
    assertNull(example.numbers());
  }

  @Test
  void readsArraysWithoutNullsWhichSparkKeepsAsPrimitives() {
    DataType steps = createArrayType(DataTypes.createArrayType(DataTypes.DoubleType, false), false);
    Example example = read(steps, asList(asList(1d, 2d), asList(3d, 4d)));
    assertArrayEquals(new float[] {1, 2, 3, 4}, example.values());
  }

  @Test
  void readsRowsThatNeverWentThroughSpark() {
    SequenceColumns columns = columns(DOUBLES);
    var list = CollectionConverters.asScala(asList(1d, 2d)).toList();
    for (Object step : asList(list, asList(1d, 2d), new double[] {1, 2}, new int[] {1, 2})) {
      Row row = RowFactory.create("r", new Object[] {step});
      assertArrayEquals(new float[] {1, 2}, columns.read(row, "p").values());
    }
  }

  @Test
  void worksInsideTasksAndWithDotsInColumnNames() {
    StructType schema = new StructType().add("a.b c", DOUBLES).add("a.b", DataTypes.LongType);
    List<Row> rows = List.of(RowFactory.create(asList(asList(1.5, 2.5)), 42L));
    SequenceColumns columns =
        SequenceColumns.of(schema, Task.REGRESS, "a.b c", Optional.empty(), Optional.of("a.b"));
    List<String> read =
        LocalSpark.session()
            .createDataFrame(rows, schema)
            .javaRDD()
            .map(row -> columns.read(row, "p"))
            .map(example -> example.id() + " " + example.values()[1])
            .collect();
    assertEquals(List.of("42 2.5"), read);
  }

  @Test
  void aRowIsNamedByItsIdElseByItsPosition() {
    Row named = RowFactory.create("a17", new double[][] {{1}});
    Row nameless = RowFactory.create(null, new double[][] {{1}});
    assertEquals("a17", columns(DOUBLES).read(named, "f.ts:3").id());
    assertEquals("f.ts:3", columns(DOUBLES).read(nameless, "f.ts:3").id());
  }

  @Test
  void refusesMissingThings() {
    refuses(Reason.NULL_SEQUENCE, ": the sequence is null, expected at least 1 step", null);
    refuses(Reason.EMPTY_SEQUENCE, ": the sequence has no steps, expected at least 1", asList());
    refuses(
        Reason.NULL_STEP,
        ", step 1: the step is null, expected its values",
        asList(asList(1d), null));
    refuses(
        Reason.NULL_STEP,
        ", step 0: the step is null, expected its values",
        asList(null, asList(1d)));
    refuses(
        Reason.NULL_VALUE,
        ", step 1, feature 0: value is null (missing), expected a finite number",
        asList(asList(1d, 2d), asList(null, 2d)));
    refuses(
        Reason.EMPTY_STEP,
        ", step 0: the step has no values, expected at least 1",
        asList(asList(), asList(1d)));
    refuses(
        Reason.EMPTY_STEP,
        ", step 1: the step has no values, expected at least 1",
        asList(asList(1d), asList()));
  }

  @Test
  void refusesValuesThatAreNoFloats() {
    refuses(
        Reason.NAN_VALUE,
        ", step 0, feature 1: value is NaN, expected a finite number",
        asList(asList(1d, Double.NaN)));
    refuses(
        Reason.INFINITE_VALUE,
        ", step 0, feature 0: value is -Infinity, expected a finite number",
        asList(asList(Double.NEGATIVE_INFINITY, 1d)));
    refuses(
        Reason.OVERFLOW,
        ", step 0, feature 0: value is 1.0E39, too large for a 32-bit float, expected at most 3.4E38 in size",
        asList(asList(1e39)));
  }

  @Test
  void refusesRaggedSteps() {
    refuses(
        Reason.RAGGED_STEP,
        ", step 2: 3 values, expected 2 (the width of step 0)",
        asList(asList(1d, 2d), asList(1d, 2d), asList(1d, 2d, 3d)));
  }

  @Test
  void refusesBadVectorsAndBadSingleFeatures() {
    DataType vectors = createArrayType(SQLDataTypes.VectorType());
    refuses(
        vectors,
        Reason.NAN_VALUE,
        ", step 1, feature 2: value is NaN, expected a finite number",
        asList(Vectors.zeros(3), Vectors.sparse(3, new int[] {2}, new double[] {Double.NaN})));
    refuses(
        vectors,
        Reason.RAGGED_STEP,
        ", step 1: 2 values, expected 3 (the width of step 0)",
        asList(Vectors.zeros(3), Vectors.zeros(2)));
    refuses(
        createArrayType(DataTypes.FloatType),
        Reason.NULL_VALUE,
        ", step 1: value is null (missing), expected a finite number",
        asList(1f, null));
  }

  @Test
  void refusesAnotherWidth() {
    Example example = read(DOUBLES, asList(asList(1d, 2d, 3d, 4d)));
    SequenceColumns columns = columns(DOUBLES);
    assertSame(example, columns.expectWidth(example, 4, "inputSize"));
    var failure =
        assertThrows(
            InvalidRowException.class,
            () -> columns.expectWidth(example, 3, "inputSize of the model"));
    assertEquals(Reason.WIDTH_MISMATCH, failure.reason());
    assertEquals(
        "column \"x\", row a17: 4 values per step, expected 3 (inputSize of the model)" + ADVICE,
        failure.getMessage());
  }

  @Test
  void anInvalidRowIsCheapAndHasAShortReason() {
    var failure = new InvalidRowException(Reason.NULL_STEP, "x", "r", "gone");
    assertEquals(0, failure.getStackTrace().length);
    assertEquals("null-step", failure.reason().label());
  }

  private static SequenceColumns columns(DataType features) {
    return SequenceColumns.of(
        schema(features), Task.CLASSIFY, "x", Optional.empty(), Optional.of("name"));
  }

  private static StructType schema(DataType features) {
    return new StructType().add("name", DataTypes.StringType).add("x", features);
  }

  private static Example read(DataType features, Object value) {
    List<Row> rows = List.of(RowFactory.create("a17", value));
    Row row = LocalSpark.session().createDataFrame(rows, schema(features)).collectAsList().get(0);
    return columns(features).read(row, "unused");
  }

  private static void assertReads(DataType number, List<?>... steps) {
    Example example = read(createArrayType(createArrayType(number)), asList(steps));
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, example.values());
    assertEquals(3, example.length());
    assertEquals(2, example.width());
  }

  private static void refuses(Reason reason, String problem, Object value) {
    refuses(DOUBLES, reason, problem, value);
  }

  private static void refuses(DataType type, Reason reason, String problem, Object value) {
    var failure = assertThrows(InvalidRowException.class, () -> read(type, value));
    assertEquals("column \"x\", row a17" + problem + ADVICE, failure.getMessage());
    assertEquals(reason, failure.reason());
  }

  private static List<Short> shorts(int a, int b) {
    return List.of((short) a, (short) b);
  }

  private static List<Byte> bytes(int a, int b) {
    return List.of((byte) a, (byte) b);
  }

  private static List<BigDecimal> decimals(int a, int b) {
    return List.of(BigDecimal.valueOf(a), BigDecimal.valueOf(b));
  }
}
