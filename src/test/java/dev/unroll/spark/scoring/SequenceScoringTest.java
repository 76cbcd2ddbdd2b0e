package dev.unroll.spark.scoring;

import static org.apache.spark.sql.functions.expr;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Model;
import dev.unroll.net.Scaling;
import dev.unroll.net.Scorer;
import dev.unroll.net.Task;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.rounds.SmallTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.jdk.javaapi.CollectionConverters;

class SequenceScoringTest {
  /** More than one group of rows per partition. */
  private static final int MANY = 700;

  private static Dataset<Row> table(Task task, int rows) {
    return SmallTable.of(task, rows, 4);
  }

  private static List<Row> scored(Dataset<Row> rows, Model model) {
    return SequenceScoring.of(rows, model, TestModels.strict()).rows().collectAsList();
  }

  private static double[] doubles(Object value) {
    if (value instanceof Double number) {
      return new double[] {number};
    }
    Collection<?> elements = CollectionConverters.asJavaCollection((scala.collection.Seq<?>) value);
    return elements.stream().flatMapToDouble(e -> Arrays.stream(doubles(e))).toArray();
  }

  // --- answers ---

  @ParameterizedTest
  @EnumSource(Task.class)
  void answersAreThoseOfRowsScoredAloneToTheLastBit(Task task) {
    Model model = TestModels.of(task);
    String column = task == Task.REGRESS ? "prediction" : "probability";
    List<Row> rows = scored(table(task, MANY).coalesce(1), model);
    assertEquals(MANY, rows.size());
    for (Row row : rows) {
      double[] alone = TestModels.answer(model, row);
      assertArrayEquals(alone, doubles(row.getAs(column)), row.getString(0));
    }
  }

  @Test
  void theAnswersOfTwoRowsDiffer() {
    List<Row> rows = scored(table(Task.REGRESS, 2), TestModels.of(Task.REGRESS));
    assertTrue(
        doubles(rows.get(0).getAs("prediction"))[0] != doubles(rows.get(1).getAs("prediction"))[0]);
  }

  @Test
  void theClassIsTheMostProbableOne() {
    Model model = TestModels.of(Task.CLASSIFY);
    for (Row row : scored(table(Task.CLASSIFY, 50), model)) {
      double[] probability = doubles(row.getAs("probability"));
      assertEquals(3, probability.length);
      assertEquals(1, Arrays.stream(probability).sum(), 1e-6);
      int largest = Scorer.largest(probability, 0, 3);
      assertEquals(model.classes().get(largest), row.getAs("prediction"));
    }
  }

  @Test
  void taggingAnswersEachStep() {
    Model model = TestModels.of(Task.TAG);
    for (Row row : scored(table(Task.TAG, 50), model)) {
      List<String> tags = row.getList(row.fieldIndex("prediction"));
      assertEquals(row.getList(row.fieldIndex("features")).size(), tags.size());
      List<?> steps = row.getList(row.fieldIndex("probability"));
      assertEquals(tags.size(), steps.size());
      for (int t = 0; t < tags.size(); t++) {
        int largest = Scorer.largest(doubles(steps.get(t)), 0, 3);
        assertEquals(model.classes().get(largest), tags.get(t));
      }
    }
  }

  @Test
  void oneNumberIsADoubleAndSeveralAreAnArray() {
    Model one = TestModels.regression(new Scaling(new double[] {1000}, new double[] {0.001}));
    Dataset<Row> rows = table(Task.REGRESS, 10);
    for (Row row : scored(rows, one)) {
      assertEquals(1000, row.<Double>getAs("prediction"), 0.01, "in the unit of the labels");
    }
    assertEquals("double", predictionType(rows, one));
    assertEquals("array<double>", predictionType(rows, TestModels.of(Task.REGRESS)));
  }

  private static String predictionType(Dataset<Row> rows, Model model) {
    return SequenceScoring.of(rows, model, TestModels.strict())
        .rows()
        .schema()
        .apply("prediction")
        .dataType()
        .simpleString();
  }

  private static Stream<Arguments> labelTypes() {
    return Stream.of(
        Arguments.of("string", new String[] {"x", "y"}, List.of("x", "y")),
        Arguments.of("int", new String[] {"-1", "7"}, List.of(-1, 7)),
        Arguments.of("bigint", new String[] {"-1", "9007199254740993"}, longs()),
        Arguments.of("smallint", new String[] {"1", "2"}, List.of((short) 1, (short) 2)),
        Arguments.of("tinyint", new String[] {"1", "2"}, List.of((byte) 1, (byte) 2)),
        Arguments.of("double", new String[] {"0.5", "3.0"}, List.of(0.5, 3.0)),
        Arguments.of("float", new String[] {"0.5", "3.0"}, List.of(0.5f, 3f)),
        Arguments.of("boolean", new String[] {"false", "true"}, List.of(false, true)));
  }

  private static List<Long> longs() {
    return List.of(-1L, 9007199254740993L);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("labelTypes")
  void classesComeBackInTheTypeOfTheLabels(String type, String[] names, List<Object> values) {
    Model model = TestModels.classes(Task.CLASSIFY, type, names);
    Dataset<Row> rows = table(Task.CLASSIFY, 40);
    assertEquals(type, predictionType(rows, model));
    for (Row row : scored(rows, model)) {
      int largest = Scorer.largest(doubles(row.getAs("probability")), 0, 2);
      assertEquals(values.get(largest), row.getAs("prediction"));
    }
    Model tags = TestModels.classes(Task.TAG, type, names);
    assertEquals("array<" + type + ">", predictionType(rows, tags));
  }

  @Test
  void tagsComeBackInTheTypeOfTheLabelsToo() {
    Model model = TestModels.classes(Task.TAG, "bigint", "-1", "9007199254740993");
    Set<Object> found = new HashSet<>();
    for (Row row : scored(table(Task.TAG, 40), model)) {
      found.addAll(row.getList(row.fieldIndex("prediction")));
    }
    assertTrue(longs().containsAll(found) && !found.isEmpty(), found + "");
  }

  // --- rows and columns ---

  @Test
  void allColumnsAndTheOrderOfTheRowsStay() {
    Dataset<Row> rows =
        table(Task.CLASSIFY, MANY)
            .repartition(3)
            .withColumn("nothing", expr("cast(null as string)"))
            .withColumn("price", expr("cast(length(id) as decimal(20, 3))"))
            .withColumn("at", expr("timestamp '2024-02-29 12:34:56.789012'"))
            .withColumn("day", expr("date '1500-02-03'"))
            .withColumn("bytes", expr("cast(id as binary)"))
            .withColumn("nested", expr("struct(id, array(1, null) as numbers)"))
            .withColumn("pairs", expr("map(id, label)"))
            .cache();
    try {
      Dataset<Row> scored =
          SequenceScoring.of(rows, TestModels.of(Task.CLASSIFY), TestModels.strict()).rows();
      List<String> names = new ArrayList<>(List.of(rows.columns()));
      names.addAll(List.of("prediction", "probability"));
      assertEquals(names, List.of(scored.columns()));
      assertEquals(rows.schema().json(), scored.select(columns(rows)).schema().json());
      assertEquals(
          rows.toJSON().collectAsList(), scored.select(columns(rows)).toJSON().collectAsList());
    } finally {
      rows.unpersist();
    }
  }

  private static Column[] columns(Dataset<Row> rows) {
    return Arrays.stream(rows.columns()).map(functions::col).toArray(Column[]::new);
  }

  @Test
  void aLabelIsNotNeeded() {
    Dataset<Row> unlabelled = table(Task.CLASSIFY, 10).drop("label");
    assertEquals(10, scored(unlabelled, TestModels.of(Task.CLASSIFY)).size());
  }

  @Test
  void aTableWithoutRowsStaysWithoutRows() {
    assertEquals(
        List.of(), scored(table(Task.CLASSIFY, 5).where("false"), TestModels.of(Task.CLASSIFY)));
  }

  @ParameterizedTest
  @CsvSource({"prediction,CLASSIFY", "Probability,CLASSIFY", "PREDICTION,REGRESS"})
  void aColumnThatIsThereAlreadyIsRefused(String name, Task task) {
    Dataset<Row> rows = table(task, 1).withColumn(name, expr("1"));
    InvalidDataException e = refused(rows, TestModels.of(task));
    assertEquals(
        "the result has two columns of the name \"%s\"; name another column or rename one"
            .formatted(name),
        e.getMessage());
  }

  @Test
  void aColumnNamedProbabilityIsNoneOfRegressionsBusiness() {
    Dataset<Row> rows = table(Task.REGRESS, 3).withColumn("probability", expr("1"));
    assertEquals(3, scored(rows, TestModels.of(Task.REGRESS)).size());
  }

  @Test
  void aMissingColumnAndAWrongTypeAreRefusedBeforeAnythingIsRead() {
    Dataset<Row> rows = table(Task.CLASSIFY, 1);
    String missing =
        refused(rows.withColumnRenamed("features", "feature"), TestModels.of(Task.CLASSIFY))
            .getMessage();
    assertEquals(
        "featuresCol (input.featuresCol of a job): there is no column \"features\"; the nearest is \"feature\"; columns"
            + " present: id, feature, label",
        missing);
    String type =
        refused(rows.withColumn("features", expr("id")), TestModels.of(Task.CLASSIFY)).getMessage();
    assertTrue(
        type.startsWith(
            "featuresCol (input.featuresCol of a job): column \"features\" has type string,"),
        type);
  }

  private static InvalidDataException refused(Dataset<Row> rows, Model model) {
    return assertThrows(
        InvalidDataException.class, () -> SequenceScoring.of(rows, model, TestModels.strict()));
  }

  // --- rows that cannot be used ---

  /** Of 100 rows, every tenth has no sequence and every twenty-fifth another width. */
  private static Dataset<Row> dirty() {
    return table(Task.CLASSIFY, 100)
        .withColumn("n", expr("int(substr(id, 5))"))
        .withColumn("wide", expr("array(array(float(1), float(2), float(3)))"))
        .withColumn(
            "features",
            expr("case when n % 10 = 3 then null when n % 25 = 4 then wide else features end"))
        .drop("wide");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void skippedRowsAreLeftOutAndCounted(int partitions) {
    Dataset<Row> rows = dirty().repartition(partitions);
    Model model = TestModels.of(Task.CLASSIFY);
    SequenceScoring scoring = SequenceScoring.of(rows, model, TestModels.skipping());
    assertEquals(0, scoring.skipped().total(), "nothing was read yet");
    List<Row> scored = scoring.rows().collectAsList();
    assertEquals(86, scored.size());
    assertEquals(Map.of("null-sequence", 10L, "width-mismatch", 4L), scoring.skipped().counts());
    for (Row row : scored) {
      int n = row.getAs("n");
      assertTrue(n % 10 != 3 && n % 25 != 4, "row " + n);
      assertArrayEquals(TestModels.answer(model, row), doubles(row.getAs("probability")));
    }
    String messages = String.join("\n", scoring.skipped().messages());
    assertTrue(messages.contains("column \"features\", row row-"), messages);
  }

  @Test
  void aRowThatCannotBeUsedEndsTheJobOtherwise() {
    Dataset<Row> rows = dirty().where("n = 4 or n > 90 and n < 93");
    SequenceScoring scoring =
        SequenceScoring.of(rows, TestModels.of(Task.CLASSIFY), TestModels.strict());
    Exception e = assertThrows(Exception.class, () -> scoring.rows().collectAsList());
    assertEquals(
        "column \"features\", row row-4: 3 values per step, expected 2 (inputSize of the model);"
            + " fix the row, or set handleInvalid (input.invalidRows of a job) = skip or keep",
        InvalidDataException.in(e).orElseThrow().getMessage());
    assertEquals(0, scoring.skipped().total());
  }
}
