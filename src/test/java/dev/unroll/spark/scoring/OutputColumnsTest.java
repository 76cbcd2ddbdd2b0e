package dev.unroll.spark.scoring;

import static org.apache.spark.sql.functions.expr;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Model;
import dev.unroll.net.Scorer;
import dev.unroll.net.Task;
import dev.unroll.spark.ClassColumn;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.rounds.SmallTable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.ml.attribute.Attribute$;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The columns that scoring adds, beyond those that the score job has always written. */
class OutputColumnsTest {
  private static final OutputColumns SPARK_ML =
      new OutputColumns(OutputColumns.Form.SPARK_ML, "answer", "p", "raw", null);

  private static List<Row> scored(Task task, Model model) {
    Dataset<Row> rows = SmallTable.of(task, 40, 4);
    return SequenceScoring.score(rows, model, TestModels.strict(), SPARK_ML).collectAsList();
  }

  private static String types(Task task, Model model) {
    StructType schema =
        SequenceScoring.score(SmallTable.of(task, 1, 4), model, TestModels.strict(), SPARK_ML)
            .schema();
    return String.join(
        ", ",
        Stream.of(schema.fields())
            .skip(3)
            .map(field -> field.name() + " " + field.dataType().simpleString())
            .toList());
  }

  // --- as Spark ML wants them ---

  @ParameterizedTest
  @EnumSource(Task.class)
  void columnsHaveTheTypesOfSparkMl(Task task) {
    assertEquals(
        switch (task) {
          case CLASSIFY -> "answer string, p vector, raw vector";
          case REGRESS -> "answer array<double>";
          case TAG -> "answer array<string>, p array<vector>, raw array<vector>";
        },
        types(task, TestModels.of(task)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tinyint", "smallint", "int", "bigint", "float", "double"})
  void numericClassesAreDoubles(String type) {
    String suffix = type.equals("float") || type.equals("double") ? ".0" : "";
    String[] names = {"0" + suffix, "1" + suffix, "2" + suffix};
    Model model = TestModels.classes(Task.CLASSIFY, type, names);
    assertEquals("answer double, p vector, raw vector", types(Task.CLASSIFY, model));
    for (Row row : scored(Task.CLASSIFY, model)) {
      Vector probability = row.getAs("p");
      assertEquals((double) probability.argmax(), row.<Double>getAs("answer"));
    }
    Model tags = TestModels.classes(Task.TAG, type, names);
    assertEquals("answer array<double>, p array<vector>, raw array<vector>", types(Task.TAG, tags));
  }

  @Test
  void rawPredictionsAreWhatTheProbabilitiesAreMadeOf() {
    Model model = TestModels.of(Task.CLASSIFY);
    for (Row row : scored(Task.CLASSIFY, model)) {
      assertSoftmax(row.getAs("raw"), row.getAs("p"));
      double[] answer = row.<Vector>getAs("p").toArray();
      assertArrayEquals(TestModels.answer(model, row), answer);
      assertEquals(model.classes().get(Scorer.largest(answer, 0, 3)), row.getAs("answer"));
    }
  }

  @Test
  void tagsHaveThemForEachStep() {
    for (Row row : scored(Task.TAG, TestModels.of(Task.TAG))) {
      List<Vector> raw = row.getList(row.fieldIndex("raw"));
      List<Vector> probability = row.getList(row.fieldIndex("p"));
      assertEquals(row.getList(row.fieldIndex("features")).size(), raw.size());
      for (int t = 0; t < raw.size(); t++) {
        assertSoftmax(raw.get(t), probability.get(t));
      }
    }
  }

  private static void assertSoftmax(Vector raw, Vector probability) {
    double[] expected = Arrays.stream(raw.toArray()).map(Math::exp).toArray();
    double total = Arrays.stream(expected).sum();
    for (int j = 0; j < expected.length; j++) {
      assertEquals(expected[j] / total, probability.apply(j), 1e-6);
    }
  }

  @Test
  void namesOfNumericClassesStandInTheMetadata() {
    Model plain = TestModels.classes(Task.CLASSIFY, "double", "0.0", "1.0");
    Model named =
        new Model(
            plain.network(),
            plain.weights(),
            plain.inputScaling(),
            plain.targetScaling(),
            plain.classes(),
            plain.labelType(),
            new TreeMap<>(Map.of(ClassColumn.ABOUT, "[\"no\",\"yes\"]")));
    var field = SPARK_ML.addTo(SmallTable.schema(Task.CLASSIFY), named).apply("answer");
    NominalAttribute attribute = (NominalAttribute) Attribute$.MODULE$.fromStructField(field);
    assertArrayEquals(new String[] {"no", "yes"}, attribute.values().get());
  }

  @ParameterizedTest
  @CsvSource({"ANSWER", "p", "Raw"})
  void aColumnThatIsThereAlreadyIsRefused(String name) {
    Dataset<Row> rows = SmallTable.of(Task.CLASSIFY, 1, 4).withColumn(name, expr("1"));
    var failure =
        assertThrows(
            InvalidDataException.class,
            () ->
                SequenceScoring.score(
                    rows, TestModels.of(Task.CLASSIFY), TestModels.strict(), SPARK_ML));
    assertTrue(
        failure.getMessage().contains("two columns of the name \"" + name), failure.getMessage());
  }

  // --- rows that stay without an answer ---

  /** Of 600 rows, every tenth has no sequence and every twenty-fifth another width. */
  private static Dataset<Row> dirty(Task task, int partitions) {
    return SmallTable.of(task, 600, 4)
        .withColumn("n", expr("int(substr(id, 5))"))
        .repartitionByRange(partitions, expr("n"))
        .sortWithinPartitions("n")
        .withColumn("wide", expr("array(array(float(1), float(2), float(3)))"))
        .withColumn(
            "features",
            expr("case when n % 10 = 3 then null when n % 25 = 4 then wide else features end"))
        .drop("wide");
  }

  @ParameterizedTest
  @CsvSource({"CLASSIFY,1", "TAG,3", "REGRESS,2"})
  void keptRowsHaveNoAnswerButTheReasonAndTheirPlace(Task task, int partitions) {
    Dataset<Row> rows = dirty(task, partitions);
    SequenceScoring scoring = SequenceScoring.of(rows, TestModels.of(task), TestModels.keeping());
    List<Row> scored = scoring.rows().collectAsList();
    assertEquals(
        rows.collectAsList(),
        scoring.rows().select("id", "features", "label", "n").collectAsList());
    for (int i = 0; i < 600; i++) {
      Row row = scored.get(i);
      String error = row.getAs("error");
      if (i % 10 == 3) {
        assertEquals(
            "null-sequence: column \"features\", row row-"
                + i
                + ": the sequence is null, expected at least 1 step",
            error);
      } else if (i % 25 == 4) {
        assertTrue(error.startsWith("width-mismatch: column \"features\", row row-" + i), error);
      } else {
        assertNull(error);
        assertNotNull(row.getAs("prediction"));
        continue;
      }
      assertNull(row.getAs("prediction"));
      assertNull(task == Task.REGRESS ? null : row.getAs("probability"));
    }
  }

  @Test
  void keptRowsAreCounted() {
    SequenceScoring scoring =
        SequenceScoring.of(
            dirty(Task.CLASSIFY, 3), TestModels.of(Task.CLASSIFY), TestModels.keeping());
    assertEquals(600, scoring.rows().collectAsList().size());
    assertEquals(Map.of("null-sequence", 60L, "width-mismatch", 24L), scoring.skipped().counts());
  }

  @Test
  void aTableOfKeptRowsAloneIsScoredToo() {
    Dataset<Row> rows = dirty(Task.TAG, 2).where("n % 10 = 3");
    List<Row> scored =
        SequenceScoring.of(rows, TestModels.of(Task.TAG), TestModels.keeping())
            .rows()
            .where("prediction is null and probability is null and error is not null")
            .collectAsList();
    assertEquals(60, scored.size());
  }

  @Test
  void keptRowsHaveNoVectorsEither() {
    OutputColumns output = SPARK_ML.withError("why");
    Dataset<Row> scored =
        SequenceScoring.score(
            dirty(Task.CLASSIFY, 1), TestModels.of(Task.CLASSIFY), TestModels.keeping(), output);
    assertEquals(84, scored.where("why is not null").count());
    assertEquals(84, scored.where("answer is null and p is null and raw is null").count());
  }

  @Test
  void evaluationLeavesOutWhatItCannotCompare() {
    Evaluation evaluation =
        Evaluation.of(dirty(Task.CLASSIFY, 2), TestModels.of(Task.CLASSIFY), TestModels.keeping());
    assertEquals(516, evaluation.metrics().count());
    assertEquals(84, evaluation.skipped().total());
  }
}
