package dev.unroll.spark;

import static java.util.Arrays.asList;
import static org.apache.spark.sql.types.DataTypes.createArrayType;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Task;
import dev.unroll.spark.InvalidRowException.Reason;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Labels through a real DataFrame; every sequence has two steps. */
class SequenceColumnsLabelTest {
  @Test
  void readsAndRestoresClassesOfEveryType() {
    assertClass("walk", DataTypes.StringType, "walk");
    assertClass("", DataTypes.StringType, "");
    assertClass("3", DataTypes.IntegerType, 3);
    assertClass("9999", DataTypes.LongType, 9999L);
    assertClass("3", DataTypes.ShortType, (short) 3);
    assertClass("3", DataTypes.ByteType, (byte) 3);
    assertClass("3.0", DataTypes.DoubleType, 3.0);
    assertClass("9999.0", DataTypes.DoubleType, 9999.0);
    assertClass("3.0", DataTypes.FloatType, 3f);
    assertClass("true", DataTypes.BooleanType, true);
    assertClass("false", DataTypes.BooleanType, false);
  }

  @Test
  void numbersThatAreNoClassIndicesAreRefused() {
    refusesClass(DataTypes.DoubleType, 0.5, "0.5");
    refusesClass(DataTypes.FloatType, 1.5f, "1.5");
    refusesClass(DataTypes.DoubleType, -1.0, "-1");
    refusesClass(DataTypes.IntegerType, -3, "-3");
    refusesClass(DataTypes.DoubleType, 10_000.0, "10000");
    refusesClass(DataTypes.LongType, 1L << 53, "9007199254740992");
    refuses(
        Task.TAG,
        createArrayType(DataTypes.IntegerType),
        asList(0, -1),
        Reason.INVALID_CLASS,
        ", step 1: class -1" + INDICES);
  }

  private static final String INDICES =
      ", expected a whole number from 0 to 9999: numeric labels are class indices; cast other names"
          + " of classes to string";

  private static void refusesClass(DataType type, Object label, String shown) {
    refuses(Task.CLASSIFY, type, label, Reason.INVALID_CLASS, ": class " + shown + INDICES);
  }

  @Test
  void minusZeroIsZero() {
    assertEquals("0.0", read(Task.CLASSIFY, DataTypes.DoubleType, -0.0).classes()[0]);
  }

  @Test
  void aNameThatIsNoValueOfTheTypeIsRefused() {
    for (DataType type :
        List.of(DataTypes.IntegerType, DataTypes.BooleanType, DataTypes.DateType)) {
      var failure =
          assertThrows(
              IllegalArgumentException.class, () -> SequenceColumns.classValue("walk", type));
      assertTrue(failure.getMessage().contains("\"walk\""), failure.getMessage());
    }
  }

  @Test
  void readsOneClassPerStep() {
    assertArrayEquals(
        new String[] {"B", "T"},
        read(Task.TAG, createArrayType(DataTypes.StringType), asList("B", "T")).classes());
    assertArrayEquals(
        new String[] {"1", "2"},
        read(Task.TAG, DataTypes.createArrayType(DataTypes.IntegerType, false), asList(1, 2))
            .classes());
    assertArrayEquals(
        new String[] {"1.0", "0.0"},
        read(Task.TAG, createArrayType(DataTypes.DoubleType), asList(1.0, 0.0)).classes());
    assertArrayEquals(
        new String[] {"true", "false"},
        read(Task.TAG, createArrayType(DataTypes.BooleanType), asList(true, false)).classes());
  }

  @Test
  void readsNumbersAndVectorsOfThem() {
    assertNumbers(DataTypes.DoubleType, 1.5, 1.5f);
    assertNumbers(DataTypes.LongType, 7L, 7);
    assertNumbers(DataTypes.createDecimalType(5, 2), new BigDecimal("2.25"), 2.25f);
    assertNumbers(createArrayType(DataTypes.DoubleType), asList(1.0, 2.0), 1, 2);
    assertNumbers(createArrayType(DataTypes.IntegerType), asList(1, 2), 1, 2);
    assertNumbers(
        SQLDataTypes.VectorType(), Vectors.sparse(3, new int[] {1}, new double[] {5}), 0, 5, 0);
  }

  @Test
  void refusesMissingLabels() {
    refuses(
        Task.CLASSIFY,
        DataTypes.StringType,
        null,
        Reason.NULL_LABEL,
        ": label is null, expected a class");
    refuses(
        Task.REGRESS,
        DataTypes.DoubleType,
        null,
        Reason.NULL_LABEL,
        ": label is null, expected a finite number");
    DataType tags = createArrayType(DataTypes.StringType);
    refuses(
        Task.TAG, tags, null, Reason.NULL_LABEL, ": label is null, expected a class for each step");
    refuses(
        Task.TAG,
        tags,
        asList("B", null),
        Reason.NULL_LABEL,
        ", step 1: label is null, expected a class");
    refuses(
        Task.REGRESS,
        createArrayType(DataTypes.FloatType),
        asList(1f, null),
        Reason.NULL_LABEL,
        ": label value 1 is null, expected a finite number");
  }

  @Test
  void refusesLabelsThatAreNoNumbers() {
    DataType type = DataTypes.DoubleType;
    refuses(
        Task.CLASSIFY,
        type,
        Double.NaN,
        Reason.NAN_LABEL,
        ": label is NaN, expected a class index");
    refuses(
        Task.REGRESS,
        type,
        Double.NaN,
        Reason.NAN_LABEL,
        ": label is NaN, expected a finite number");
    refuses(
        Task.REGRESS,
        type,
        Double.POSITIVE_INFINITY,
        Reason.INFINITE_LABEL,
        ": label is Infinity, expected a finite number");
    refuses(
        Task.REGRESS,
        type,
        -1e300,
        Reason.OVERFLOW,
        ": label is -1.0E300, too large for a 32-bit float, expected at most 3.4E38 in size");
    refuses(
        Task.TAG,
        createArrayType(type),
        asList(1.0, Double.POSITIVE_INFINITY),
        Reason.INFINITE_LABEL,
        ", step 1: label is Infinity, expected a class index");
    refuses(
        Task.REGRESS,
        SQLDataTypes.VectorType(),
        Vectors.dense(1, Double.NaN),
        Reason.NAN_LABEL,
        ": label value 1 is NaN, expected a finite number");
  }

  @Test
  void refusesTagsThatAreNotOnePerStep() {
    refuses(
        Task.TAG,
        createArrayType(DataTypes.StringType),
        asList("B", "T", "S"),
        Reason.LABEL_LENGTH,
        ": 3 labels, expected 2 (one per step)");
  }

  @Test
  void refusesAnEmptyOrAnotherLabelWidth() {
    DataType type = createArrayType(DataTypes.DoubleType);
    refuses(
        Task.REGRESS, type, asList(), Reason.LABEL_WIDTH, ": 0 label values, expected at least 1");
    Example example = read(Task.REGRESS, type, asList(1.0, 2.0));
    SequenceColumns columns = columns(Task.REGRESS, type);
    assertSame(example, columns.expectLabelWidth(example, 2, "the model"));
    var failure =
        assertThrows(
            InvalidRowException.class,
            () -> columns.expectLabelWidth(example, 3, "outputSize of the model"));
    assertRefusal(
        failure, Reason.LABEL_WIDTH, ": 2 label values, expected 3 (outputSize of the model)");
  }

  @Test
  void refusesAnUnknownClass() {
    SequenceColumns columns = columns(Task.CLASSIFY, DataTypes.StringType);
    Example example = read(Task.CLASSIFY, DataTypes.StringType, "jump");
    assertSame(example, columns.expectClasses(example, List.of("walk", "jump")));
    assertRefusal(
        assertThrows(
            InvalidRowException.class,
            () -> columns.expectClasses(example, List.of("walk", "run"))),
        Reason.UNKNOWN_CLASS,
        ": class \"jump\", expected one of walk, run (the classes seen in training)");
  }

  @Test
  void anUnknownTagNamesItsStepAndALongListIsCut() {
    DataType type = createArrayType(DataTypes.StringType);
    Example example = read(Task.TAG, type, asList("c1", "x"));
    List<String> known = IntStream.range(0, 30).mapToObj(i -> "c" + i).toList();
    var failure =
        assertThrows(
            InvalidRowException.class, () -> columns(Task.TAG, type).expectClasses(example, known));
    assertTrue(failure.getMessage().contains(", step 1: class \"x\""), failure.getMessage());
    assertTrue(failure.getMessage().contains("c19 and 10 more"), failure.getMessage());
  }

  private static SequenceColumns columns(Task task, DataType label) {
    return SequenceColumns.of(schema(label), task, "x", Optional.of("y"), Optional.empty());
  }

  private static StructType schema(DataType label) {
    return new StructType().add("x", createArrayType(DataTypes.DoubleType)).add("y", label);
  }

  private static Example read(Task task, DataType type, Object label) {
    List<Row> rows = List.of(RowFactory.create(asList(1.0, 2.0), label));
    Row row = LocalSpark.session().createDataFrame(rows, schema(type)).collectAsList().get(0);
    return columns(task, type).read(row, "a17");
  }

  private static void assertClass(String name, DataType type, Object label) {
    Example example = read(Task.CLASSIFY, type, label);
    assertArrayEquals(new String[] {name}, example.classes());
    assertNull(example.numbers());
    assertEquals(label, SequenceColumns.classValue(name, type));
  }

  private static void assertNumbers(DataType type, Object label, float... numbers) {
    Example example = read(Task.REGRESS, type, label);
    assertArrayEquals(numbers, example.numbers());
    assertNull(example.classes());
  }

  private static void refuses(
      Task task, DataType type, Object label, Reason reason, String problem) {
    assertRefusal(
        assertThrows(InvalidRowException.class, () -> read(task, type, label)), reason, problem);
  }

  private static void assertRefusal(InvalidRowException failure, Reason reason, String problem) {
    assertEquals(
        "column \"y\", row a17"
            + problem
            + "; fix the row, or set handleInvalid (input.invalidRows of a job) = skip or keep",
        failure.getMessage());
    assertEquals(reason, failure.reason());
  }
}
