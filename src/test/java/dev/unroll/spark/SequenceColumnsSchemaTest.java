package dev.unroll.spark;

import static org.apache.spark.sql.types.DataTypes.createArrayType;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Task;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** What is checked before any data is read. */
class SequenceColumnsSchemaTest {
  private static final DataType VECTOR = SQLDataTypes.VectorType();
  private static final List<DataType> NUMBERS =
      List.of(
          DataTypes.FloatType,
          DataTypes.DoubleType,
          DataTypes.IntegerType,
          DataTypes.LongType,
          DataTypes.ShortType,
          DataTypes.ByteType,
          DataTypes.createDecimalType(12, 3));
  private static final DataType SEQUENCE = createArrayType(createArrayType(DataTypes.FloatType));
  private static final StructType ROWS =
      new StructType()
          .add("id", DataTypes.LongType)
          .add("features", SEQUENCE)
          .add("label", DataTypes.StringType);

  @Test
  void acceptsEveryFeatureShape() {
    for (DataType number : NUMBERS) {
      accept(Task.CLASSIFY, createArrayType(createArrayType(number)), DataTypes.StringType);
      accept(Task.CLASSIFY, createArrayType(number), DataTypes.StringType);
    }
    accept(Task.CLASSIFY, createArrayType(VECTOR), DataTypes.StringType);
  }

  @Test
  void acceptsEveryLabelOfEveryTask() {
    List<DataType> classes =
        List.of(
            DataTypes.StringType,
            DataTypes.ByteType,
            DataTypes.ShortType,
            DataTypes.IntegerType,
            DataTypes.LongType,
            DataTypes.FloatType,
            DataTypes.DoubleType,
            DataTypes.BooleanType);
    for (DataType type : classes) {
      accept(Task.CLASSIFY, SEQUENCE, type);
      accept(Task.TAG, SEQUENCE, createArrayType(type));
    }
    for (DataType number : NUMBERS) {
      accept(Task.REGRESS, SEQUENCE, number);
      accept(Task.REGRESS, SEQUENCE, createArrayType(number));
    }
    accept(Task.REGRESS, SEQUENCE, VECTOR);
  }

  @Test
  void refusesOtherFeatureTypesAndListsTheAcceptedOnes() {
    for (DataType type :
        List.of(
            DataTypes.StringType,
            DataTypes.DoubleType,
            VECTOR,
            createArrayType(DataTypes.StringType),
            createArrayType(createArrayType(DataTypes.StringType)),
            createArrayType(createArrayType(createArrayType(DataTypes.DoubleType))))) {
      String message = refusal(Task.CLASSIFY, type, DataTypes.StringType);
      assertTrue(message.contains("\"features\" has type " + type.simpleString()), message);
      assertTrue(message.contains("array<array<NUMBER>>, array<vector>"), message);
    }
  }

  @Test
  void refusesOtherLabelTypesAndListsTheAcceptedOnes() {
    refusesLabel(Task.CLASSIFY, DataTypes.createDecimalType(5, 0), "string, int");
    refusesLabel(Task.CLASSIFY, createArrayType(DataTypes.StringType), "string, int");
    refusesLabel(Task.REGRESS, DataTypes.StringType, "NUMBER, array<NUMBER> or vector");
    refusesLabel(Task.REGRESS, DataTypes.BooleanType, "NUMBER, array<NUMBER> or vector");
    refusesLabel(Task.TAG, DataTypes.StringType, "array<string>");
    refusesLabel(Task.TAG, createArrayType(VECTOR), "array<string>");
  }

  @Test
  void aMissingColumnNamesTheNearestAndThePresentOnes() {
    var failure =
        assertThrows(
            InvalidDataException.class,
            () -> SequenceColumns.of(ROWS, Task.CLASSIFY, "feature", none(), none()));
    assertEquals(
        "featuresCol (input.featuresCol of a job): there is no column \"feature\"; the nearest is \"features\"; columns"
            + " present: id, features, label",
        failure.getMessage());
  }

  @Test
  void missingLabelAndIdColumnsAreNamedByTheirKeys() {
    assertStarts(
        "labelCol (input.labelCol of a job): there is no column \"y\"; columns",
        Optional.of("y"),
        none());
    assertStarts(
        "idCol (input.idCol of a job): there is no column \"ID\"; the nearest",
        none(),
        Optional.of("ID"));
  }

  @Test
  void refusesOneColumnForFeaturesAndLabel() {
    var failure =
        assertThrows(
            InvalidDataException.class,
            () -> SequenceColumns.of(ROWS, Task.TAG, "features", Optional.of("features"), none()));
    assertTrue(failure.getMessage().contains("both name column \"features\""));
  }

  @Test
  void refusesAnIdThatIsNoPlainValue() {
    assertStarts(
        "idCol (input.idCol of a job): column \"features\" has type array<array<float>>, expected string",
        none(),
        Optional.of("features"));
  }

  @Test
  void refusesAnAmbiguousName() {
    StructType twice = ROWS.add("label", DataTypes.StringType);
    var failure =
        assertThrows(
            InvalidDataException.class,
            () ->
                SequenceColumns.of(twice, Task.CLASSIFY, "features", Optional.of("label"), none()));
    assertTrue(failure.getMessage().contains("\"label\" occurs 2 times"), failure.getMessage());
  }

  @Test
  void describesItself() {
    var columns =
        SequenceColumns.of(
            ROWS, Task.CLASSIFY, "features", Optional.of("label"), Optional.of("id"));
    assertEquals(
        "features \"features\" array<array<float>>, label \"label\" string, id \"id\" bigint",
        columns.describe());
    assertEquals(DataTypes.StringType, columns.labelType());
  }

  @Test
  void theLabelTypeOfTagsIsThatOfOneStep() {
    StructType schema =
        new StructType().add("x", SEQUENCE).add("y", createArrayType(DataTypes.IntegerType));
    var columns = SequenceColumns.of(schema, Task.TAG, "x", Optional.of("y"), none());
    assertEquals(DataTypes.IntegerType, columns.labelType());
    var unlabelled = SequenceColumns.of(schema, Task.TAG, "x", none(), none());
    assertThrows(IllegalStateException.class, unlabelled::labelType);
  }

  private static void accept(Task task, DataType features, DataType label) {
    assertDoesNotThrow(() -> columns(task, features, label));
  }

  private static String refusal(Task task, DataType features, DataType label) {
    return assertThrows(InvalidDataException.class, () -> columns(task, features, label))
        .getMessage();
  }

  private static void refusesLabel(Task task, DataType label, String accepted) {
    String message = refusal(task, SEQUENCE, label);
    assertTrue(
        message.startsWith("labelCol (input.labelCol of a job): column \"label\" has type "),
        message);
    assertTrue(message.contains("expected " + accepted), message);
    assertTrue(message.contains("task = " + task.label()), message);
  }

  private static SequenceColumns columns(Task task, DataType features, DataType label) {
    StructType schema = new StructType().add("features", features).add("label", label);
    return SequenceColumns.of(schema, task, "features", Optional.of("label"), none());
  }

  private static void assertStarts(String start, Optional<String> label, Optional<String> id) {
    var failure =
        assertThrows(
            InvalidDataException.class,
            () -> SequenceColumns.of(ROWS, Task.CLASSIFY, "features", label, id));
    assertTrue(failure.getMessage().startsWith(start), failure.getMessage());
  }

  private static Optional<String> none() {
    return Optional.empty();
  }
}
