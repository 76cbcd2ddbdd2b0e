package dev.unroll.spark.rounds;

import static java.util.Arrays.asList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Task;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.InvalidRowException.Reason;
import dev.unroll.spark.LocalSpark;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Data that cannot be learnt from, given to the training as a table. */
class InvalidTrainingRowsTest {
  private static final int GOOD = 20;

  /** A row's features and label, why it is refused, and how the message ends. */
  private record Bad(Object features, Object label, Reason reason, String message) {}

  private static final List<List<Double>> STEPS = List.of(List.of(1.0, 2.0), List.of(3.0, 4.0));

  /** Features that are refused whatever the task. */
  private static List<Bad> badFeatures(Object label) {
    return List.of(
        new Bad(null, label, Reason.NULL_SEQUENCE, ": the sequence is null"),
        new Bad(List.of(), label, Reason.EMPTY_SEQUENCE, ": the sequence has no steps"),
        new Bad(asList(List.of(1.0, 2.0), null), label, Reason.NULL_STEP, ", step 1: the step is"),
        new Bad(steps(1.0, null), label, Reason.NULL_VALUE, ", step 1, feature 1: value is null"),
        new Bad(
            steps(Double.NaN, 1.0), label, Reason.NAN_VALUE, ", step 1, feature 0: value is NaN"),
        new Bad(
            steps(1.0, Double.NEGATIVE_INFINITY),
            label,
            Reason.INFINITE_VALUE,
            ", step 1, feature 1: value is -Infinity"),
        new Bad(
            steps(1e39, 1.0), label, Reason.OVERFLOW, ", step 1, feature 0: value is 1.0E39, too"),
        new Bad(steps(1.0), label, Reason.RAGGED_STEP, ", step 1: 1 value, expected 2"),
        new Bad(List.of(List.of(), List.of()), label, Reason.EMPTY_STEP, ", step 0: the step has"),
        new Bad(
            List.of(List.of(1.0, 2.0, 3.0), List.of(1.0, 2.0, 3.0)),
            label,
            Reason.WIDTH_MISMATCH,
            ": 3 values per step, expected 2 (as in "));
  }

  private static List<Bad> badLabels(Task task) {
    return switch (task) {
      case CLASSIFY ->
          List.of(
              new Bad(STEPS, null, Reason.NULL_LABEL, ": label is null"),
              new Bad(STEPS, Double.NaN, Reason.NAN_LABEL, ": label is NaN"),
              new Bad(
                  STEPS, Double.POSITIVE_INFINITY, Reason.INFINITE_LABEL, ": label is Infinity"),
              new Bad(STEPS, 1.5, Reason.INVALID_CLASS, ": class 1.5, expected a whole number"));
      case REGRESS ->
          List.of(
              new Bad(STEPS, asList(1.0, null), Reason.NULL_LABEL, ": label value 1 is null"),
              new Bad(STEPS, List.of(Double.NaN, 1.0), Reason.NAN_LABEL, ": label value 0 is NaN"),
              new Bad(
                  STEPS,
                  List.of(1.0, Double.NEGATIVE_INFINITY),
                  Reason.INFINITE_LABEL,
                  ": label value 1 is -Infinity"),
              new Bad(
                  STEPS, List.of(1e300, 1.0), Reason.OVERFLOW, ": label value 0 is 1.0E300, too"),
              new Bad(
                  STEPS, List.of(1.0), Reason.LABEL_WIDTH, ": 1 label value, expected 2 (as in"),
              new Bad(STEPS, List.of(), Reason.LABEL_WIDTH, ": 0 label values, expected at least"));
      case TAG ->
          List.of(
              new Bad(STEPS, asList(1.0, null), Reason.NULL_LABEL, ", step 1: label is null"),
              new Bad(STEPS, asList(Double.NaN, 1.0), Reason.NAN_LABEL, ", step 0: label is NaN"),
              new Bad(STEPS, asList(0.0, -1.0), Reason.INVALID_CLASS, ", step 1: class -1, exp"),
              new Bad(STEPS, List.of(1.0), Reason.LABEL_LENGTH, ": 1 label, expected 2 (one per"));
    };
  }

  /** Two steps, the second with these values. */
  private static List<List<Double>> steps(Double... second) {
    return List.of(List.of(1.0, 2.0), asList(second));
  }

  private static Object goodLabel(Task task, int i) {
    return switch (task) {
      case CLASSIFY -> (double) (i % 2);
      case REGRESS -> List.of((double) i, 2.0 * i);
      case TAG -> List.of(0.0, (double) (i % 2));
    };
  }

  private static List<Bad> allBad(Task task) {
    List<Bad> bad = new ArrayList<>(badFeatures(goodLabel(task, 1)));
    bad.addAll(badLabels(task));
    return bad;
  }

  private static Row row(int i, Bad bad) {
    return RowFactory.create("bad-" + i, bad.features, bad.label);
  }

  private static List<Row> goodRows(Task task, int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<List<Double>> features = List.of(List.of(i * 0.1, 2.0), List.of(3.0, i * 0.2));
      rows.add(RowFactory.create("good-" + i, features, goodLabel(task, i)));
    }
    return rows;
  }

  private static Dataset<Row> table(Task task, List<Row> rows) {
    DataType label =
        task == Task.CLASSIFY
            ? DataTypes.DoubleType
            : DataTypes.createArrayType(DataTypes.DoubleType);
    return LocalSpark.session()
        .createDataFrame(rows, SmallTable.schema(DataTypes.DoubleType, label));
  }

  private static List<Row> dirtyRows(Task task) {
    List<Row> rows = goodRows(task, GOOD);
    List<Bad> bad = allBad(task);
    for (int i = 0; i < bad.size(); i++) {
      rows.add((i * 7) % rows.size(), row(i, bad.get(i)));
    }
    return rows;
  }

  private static String refused(Dataset<Row> table, LearnerSettings settings) {
    return assertThrows(
            InvalidDataException.class, () -> SequenceTraining.prepare(table, settings).close())
        .getMessage();
  }

  // --- rows ---

  @ParameterizedTest
  @EnumSource(Task.class)
  void skippedRowsAreCountedByReason(Task task) {
    Map<String, Long> expected = new TreeMap<>();
    allBad(task).forEach(bad -> expected.merge(bad.reason.label(), 1L, Long::sum));
    LearnerSettings settings = new SettingsBuilder(task).skipInvalidRows().build();
    try (SequenceTraining training =
        SequenceTraining.prepare(table(task, dirtyRows(task)), settings)) {
      assertEquals(expected, training.skipped().counts());
      assertEquals(GOOD, training.sequences());
      assertEquals(GOOD + allBad(task).size(), training.rowsRead());
    }
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void skippingARowIsTheSameAsNotHavingIt(Task task) {
    LearnerSettings settings =
        new SettingsBuilder(task).skipInvalidRows().validation(0.2, 0).build();
    assertEquals(
        TrainedHash.of(table(task, goodRows(task, GOOD)), settings),
        TrainedHash.of(table(task, dirtyRows(task)), settings));
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void eachInvalidRowIsNamedInTheError(Task task) {
    List<Bad> bad = allBad(task);
    // A message shows five rows.
    for (int from = 0; from < bad.size(); from += 5) {
      List<Row> rows = goodRows(task, GOOD);
      int to = Math.min(from + 5, bad.size());
      for (int i = from; i < to; i++) {
        rows.add(row(i, bad.get(i)));
      }
      String message = refused(table(task, rows), new SettingsBuilder(task).build());
      String start = "%d of %d rows cannot be used, by reason: ".formatted(to - from, rows.size());
      assertTrue(message.startsWith(start), message);
      for (int i = from; i < to; i++) {
        assertTrue(message.contains("row bad-" + i + bad.get(i).message), message);
      }
      assertTrue(
          message.contains(
              "; fix the row, or set handleInvalid (input.invalidRows of a job) = skip or keep"),
          message);
    }
  }

  @Test
  void everyReasonThatCanOccurInTrainingIsTested() {
    Set<Reason> tested = EnumSet.noneOf(Reason.class);
    for (Task task : Task.values()) {
      allBad(task).forEach(bad -> tested.add(bad.reason));
    }
    // Weights, indicators and lengths are those of SequenceColumnsExtrasTest.
    Set<Reason> elsewhere =
        EnumSet.of(
            Reason.UNKNOWN_CLASS,
            Reason.TOO_LONG,
            Reason.NULL_WEIGHT,
            Reason.INVALID_WEIGHT,
            Reason.NULL_INDICATOR);
    assertEquals(EnumSet.complementOf(EnumSet.copyOf(elsewhere)), tested);
  }

  @Test
  void moreThanFiveInvalidRowsAreSummedUp() {
    List<Row> rows = dirtyRows(Task.CLASSIFY);
    String message =
        refused(table(Task.CLASSIFY, rows), new SettingsBuilder(Task.CLASSIFY).build());
    assertTrue(
        message.endsWith("\n  and " + (allBad(Task.CLASSIFY).size() - 5) + " more"), message);
    assertTrue(message.contains("14 (1 empty-sequence, 1 empty-step, 1 infinite-label"), message);
  }

  @Test
  void withoutAnIdColumnARowIsNamedByItsPlace() {
    List<Row> rows = goodRows(Task.CLASSIFY, 3);
    rows.add(row(0, allBad(Task.CLASSIFY).get(0)));
    Dataset<Row> table = table(Task.CLASSIFY, rows).coalesce(1);
    String message = refused(table, new SettingsBuilder(Task.CLASSIFY).withoutId().build());
    assertTrue(message.contains("column \"features\", row 3 of partition 0: the se"), message);
  }

  // --- shapes ---

  @Test
  void theWidthOfMostRowsIsExpectedOfAll() {
    List<Row> rows = goodRows(Task.CLASSIFY, 6);
    for (int i = 0; i < 8; i++) {
      rows.add(RowFactory.create("wide-" + i, List.of(List.of(1.0, 2.0, 3.0)), (double) (i % 2)));
    }
    LearnerSettings settings = new SettingsBuilder(Task.CLASSIFY).skipInvalidRows().build();
    try (SequenceTraining training =
        SequenceTraining.prepare(table(Task.CLASSIFY, rows), settings)) {
      assertEquals(3, training.networkConfig().inputSize());
      assertEquals(8, training.sequences());
      assertEquals(Map.of("width-mismatch", 6L), training.skipped().counts());
    }
    String message =
        refused(table(Task.CLASSIFY, rows), new SettingsBuilder(Task.CLASSIFY).build());
    assertTrue(message.contains("2 values per step, expected 3 (as in 8 of the rows)"), message);
  }

  @Test
  void ofEquallyFrequentWidthsTheSmallestIsExpected() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      List<Double> step = i < 2 ? List.of(1.0, 2.0, 3.0) : List.of(1.0, 2.0);
      rows.add(RowFactory.create("r" + i, List.of(step), (double) (i % 2)));
    }
    LearnerSettings settings = new SettingsBuilder(Task.CLASSIFY).skipInvalidRows().build();
    try (SequenceTraining training =
        SequenceTraining.prepare(table(Task.CLASSIFY, rows), settings)) {
      assertEquals(2, training.networkConfig().inputSize());
    }
  }

  @Test
  void classesOfSkippedRowsAreNotLearnt() {
    List<Row> rows = goodRows(Task.CLASSIFY, 6);
    rows.add(RowFactory.create("wide", List.of(List.of(1.0, 2.0, 3.0)), 7.0));
    LearnerSettings settings = new SettingsBuilder(Task.CLASSIFY).skipInvalidRows().build();
    try (SequenceTraining training =
        SequenceTraining.prepare(table(Task.CLASSIFY, rows), settings)) {
      assertEquals(List.of("0.0", "1.0"), training.train(report -> {}).classes());
    }
  }

  // --- classes ---

  @Test
  void classesAreAllUpToTheLargestForNumbersAndThoseFoundByNameForText() {
    List<Row> rows = new ArrayList<>();
    for (double label : new double[] {10, 9, 2, 10}) {
      rows.add(RowFactory.create("r" + label, STEPS, label));
    }
    Dataset<Row> table = table(Task.CLASSIFY, rows);
    List<String> upToTen = IntStream.rangeClosed(0, 10).mapToObj(i -> i + ".0").toList();
    assertEquals(upToTen, classes(table));
    assertEquals(
        upToTen.stream().map(name -> name.replace(".0", "")).toList(),
        classes(table.withColumn("label", table.col("label").cast("tinyint"))));
    assertEquals(
        List.of("10.0", "2.0", "9.0"),
        classes(table.withColumn("label", table.col("label").cast("string"))));
  }

  @Test
  void thereAreAsManyClassesAsTheLabelColumnHasNamesFor() {
    Dataset<Row> table = table(Task.CLASSIFY, goodRows(Task.CLASSIFY, 6));
    Metadata names =
        NominalAttribute.defaultAttr().withValues(new String[] {"a", "b", "c"}).toMetadata();
    assertEquals(
        List.of("0.0", "1.0", "2.0"),
        classes(table.withColumn("label", table.col("label").as("label", names))));
    Column text = table.col("label").cast("string").as("label", names);
    assertEquals(List.of("0.0", "1.0"), classes(table.withColumn("label", text)));
    Dataset<Row> more = table.withColumn("label", table.col("label").plus(2).as("label", names));
    String message = refused(more, new SettingsBuilder(Task.CLASSIFY).build());
    assertTrue(message.contains(": class 3, expected a whole number from 0 to 2: "), message);
  }

  private static List<String> classes(Dataset<Row> table) {
    LearnerSettings settings = new SettingsBuilder(Task.CLASSIFY).epochs(1).build();
    try (SequenceTraining training = SequenceTraining.prepare(table, settings)) {
      return training.train(report -> {}).classes();
    }
  }

  @Test
  void oneClassAloneCannotBeLearnt() {
    Dataset<Row> table = table(Task.CLASSIFY, goodRows(Task.CLASSIFY, 6)).where("label = 1");
    assertEquals(
        "column \"label\": all labels are \"1.0\", expected at least two classes to tell apart; add"
            + " rows of other classes, or name another column (labelCol, input.labelCol of a job)",
        refused(table, new SettingsBuilder(Task.CLASSIFY).build()));
  }

  @Test
  void oneUsableClassBesideSkippedOnesCannotBeLearntEither() {
    List<Row> rows = goodRows(Task.CLASSIFY, 6).stream().filter(r -> r.getDouble(2) == 1).toList();
    List<Row> more = new ArrayList<>(rows);
    more.add(RowFactory.create("wide", List.of(List.of(1.0, 2.0, 3.0)), 0.0));
    assertEquals(
        "column \"label\": all labels are \"1.0\", expected at least two classes to tell apart; add"
            + " rows of other classes, or name another column (labelCol, input.labelCol of a job)",
        refused(
            table(Task.CLASSIFY, more),
            new SettingsBuilder(Task.CLASSIFY).skipInvalidRows().build()));
  }

  @Test
  void tooManyClassesAreToldByTheirNumber() {
    Dataset<Row> table =
        LocalSpark.session()
            .range(10_001)
            .selectExpr("array(array(double(id))) as features", "string(id) as label");
    Exception e =
        assertThrows(
            Exception.class,
            () ->
                SequenceTraining.prepare(
                        table, new SettingsBuilder(Task.CLASSIFY).withoutId().build())
                    .close());
    assertEquals(
        "the label has more than 10000 different values, too many for classes; for numbers use a"
            + " regressor (task = regress), or name another label column",
        InvalidDataException.in(e).orElseThrow().getMessage());
  }

  // --- tables ---

  @Test
  void aTableWithoutRowsIsRefused() {
    assertEquals(
        "the training data has no rows, expected at least 1; check where it comes from (input.train.path of a job)",
        refused(
            table(Task.CLASSIFY, List.of()),
            new SettingsBuilder(Task.CLASSIFY).skipInvalidRows().build()));
  }

  @Test
  void aTableWithoutUsableRowsIsRefused() {
    List<Row> rows = List.of(row(0, badFeatures(1.0).get(0)), row(1, badFeatures(1.0).get(1)));
    String message =
        refused(
            table(Task.CLASSIFY, rows),
            new SettingsBuilder(Task.CLASSIFY).skipInvalidRows().build());
    String start =
        "none of the 2 rows can be used, by reason: 2 (1 empty-sequence, 1 null-sequence)\n  column";
    assertTrue(message.startsWith(start), message);
  }

  @Test
  void rowsMustBeLeftToTrainOn() {
    Dataset<Row> two = table(Task.CLASSIFY, goodRows(Task.CLASSIFY, 2));
    assertEquals(
        "all rows fell into the validation part; give more rows or lower"
            + " training.validationFraction",
        refused(two, new SettingsBuilder(Task.CLASSIFY).validation(0.999, 0).build()));
  }

  @Test
  void anUnknownColumnIsToldWithTheNearest() {
    Dataset<Row> table = table(Task.CLASSIFY, goodRows(Task.CLASSIFY, 2));
    assertEquals(
        "labelCol (input.labelCol of a job): there is no column \"lable\"; the nearest is \"label\"; columns present:"
            + " id, features, label",
        refused(table, new SettingsBuilder(Task.CLASSIFY).labelCol("lable").build()));
    assertTrue(
        refused(table, new SettingsBuilder(Task.CLASSIFY).featuresCol("x").build())
            .startsWith(
                "featuresCol (input.featuresCol of a job): there is no column \"x\"; columns present: id, "));
  }

  @Test
  void aColumnOfAWrongTypeIsToldWithTheAcceptedOnes() {
    Dataset<Row> table = table(Task.CLASSIFY, goodRows(Task.CLASSIFY, 2));
    String message = refused(table, new SettingsBuilder(Task.TAG).build());
    assertTrue(
        message.startsWith(
            "labelCol (input.labelCol of a job): column \"label\" has type double, expected array<"),
        message);
    message = refused(table, new SettingsBuilder(Task.CLASSIFY).featuresCol("id").build());
    assertTrue(
        message.startsWith(
            "featuresCol (input.featuresCol of a job): column \"id\" has type string, expected array<"),
        message);
  }
}
