package dev.unroll.spark.scoring;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.types.DataTypes.createArrayType;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.CellType;
import dev.unroll.net.Model;
import dev.unroll.net.Network;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Scaling;
import dev.unroll.net.Task;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.InvalidRowPolicy;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.SequenceColumns.Columns;
import dev.unroll.spark.rounds.SmallTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a scored table is as a table: where its features come from, and where it goes. */
class ScoredTableTest {
  private static final int ROWS = 40;

  private static Dataset<Row> table(Task task) {
    return SmallTable.of(task, ROWS, 6);
  }

  private static Dataset<Row> scored(Dataset<Row> rows, Model model) {
    return SequenceScoring.of(rows, model, TestModels.strict()).rows();
  }

  /** The answers as text, which differs wherever a bit does. */
  private static List<String> answers(Dataset<Row> rows, Model model) {
    Dataset<Row> scored = scored(rows, model);
    boolean classes = List.of(scored.columns()).contains("probability");
    return scored.select(classes ? "probability" : "prediction").toJSON().collectAsList();
  }

  // --- types of features ---

  /** The same table with each sequence in another form. */
  private static Dataset<Row> with(DataType type, Function<List<List<Float>>, Object> form) {
    List<Row> rows = new ArrayList<>();
    for (Row row : SmallTable.rows(Task.REGRESS, ROWS, 6)) {
      List<List<Float>> sequence = row.getAs(1);
      rows.add(RowFactory.create(row.get(0), form.apply(sequence)));
    }
    StructType schema =
        new StructType().add("id", DataTypes.StringType).add("features", createArrayType(type));
    return LocalSpark.session().createDataFrame(rows, schema);
  }

  private static Object each(List<List<Float>> sequence, Function<List<Float>, Object> step) {
    return sequence.stream().map(step).toList();
  }

  @Test
  void vectorsAreScoredAsArraysAre() {
    Model model = TestModels.of(Task.REGRESS);
    Dataset<Row> vectors =
        with(
            SQLDataTypes.VectorType(),
            sequence -> each(sequence, step -> Vectors.dense(step.get(0), step.get(1))));
    assertEquals(answers(table(Task.REGRESS), model), answers(vectors, model));
    assertEquals(
        vectors.collectAsList(), scored(vectors, model).select("id", "features").collectAsList());
  }

  @Test
  void doublesAreScoredAsFloatsAre() {
    Model model = TestModels.of(Task.TAG);
    Dataset<Row> floats = table(Task.TAG);
    Dataset<Row> doubles =
        floats.withColumn("features", expr("cast(features as array<array<double>>)"));
    assertEquals(answers(floats, model), answers(doubles, model));
  }

  @Test
  void plainNumbersAreScoredAsStepsOfOneFeature() {
    Model model = oneFeature();
    Dataset<Row> plain =
        with(DataTypes.DoubleType, sequence -> each(sequence, step -> (double) step.get(0)));
    Dataset<Row> nested =
        with(
            createArrayType(DataTypes.FloatType),
            sequence -> each(sequence, step -> List.of(step.get(0))));
    List<String> answers = answers(plain, model);
    assertEquals(answers(nested, model), answers);
    assertEquals(ROWS, new HashSet<>(answers).size(), "each sequence has an answer of its own");
  }

  private static Model oneFeature() {
    NetworkConfig network = new NetworkConfig(Task.REGRESS, CellType.GRU, 1, 4, 1, false, 1);
    return like(TestModels.of(Task.REGRESS), network, Scaling.none(1), Scaling.none(1));
  }

  /** Another network or other scalings, and all else of that model. */
  private static Model like(Model model, NetworkConfig network, Scaling inputs, Scaling targets) {
    return new Model(
        network,
        new Network(network).initialWeights(3),
        inputs,
        targets,
        model.classes(),
        model.labelType(),
        model.about());
  }

  // --- scalings ---

  @Test
  void inputsAreScaledByTheModel() {
    Model model = TestModels.of(Task.TAG);
    Scaling none = Scaling.none(2);
    Model plain = like(model, model.network(), none, model.targetScaling());
    double[] mean = model.inputScaling().mean();
    double[] deviation = model.inputScaling().deviation();
    String scaled =
        "transform(features, s -> array(float((double(s[0]) - %sD) / %sD),"
            + " float((double(s[1]) - %sD) / %sD)))";
    Dataset<Row> rows = table(Task.TAG);
    Dataset<Row> ready =
        rows.withColumn(
            "features", expr(scaled.formatted(mean[0], deviation[0], mean[1], deviation[1])));
    assertEquals(answers(ready, plain), answers(rows, model));
    assertNotEquals(answers(rows, plain), answers(rows, model));
  }

  @Test
  void targetsAreScaledBackToTheUnitOfEachLabel() {
    Model model = TestModels.of(Task.REGRESS);
    Model plain = like(model, model.network(), model.inputScaling(), Scaling.none(2));
    List<Row> raw = scored(table(Task.REGRESS), plain).collectAsList();
    List<Row> scaled = scored(table(Task.REGRESS), model).collectAsList();
    for (int i = 0; i < ROWS; i++) {
      List<Double> expected = new ArrayList<>();
      for (int j = 0; j < 2; j++) {
        double value = raw.get(i).<Double>getList(3).get(j);
        expected.add(
            value * model.targetScaling().deviation()[j] + model.targetScaling().mean()[j]);
      }
      assertEquals(expected, scaled.get(i).getList(3));
    }
  }

  // --- a table like any other ---

  @ParameterizedTest
  @EnumSource(Task.class)
  void aTableCanBeEvaluatedTwice(Task task) {
    Dataset<Row> scored = scored(table(task).repartition(3), TestModels.of(task));
    List<Row> first = scored.collectAsList();
    assertEquals(ROWS, first.size());
    assertEquals(first, scored.collectAsList());
    assertEquals(ROWS, scored.count());
  }

  @ParameterizedTest
  @CsvSource({
    "CLASSIFY,parquet",
    "TAG,parquet",
    "REGRESS,parquet",
    "CLASSIFY,json",
    "TAG,json",
    "REGRESS,json"
  })
  void aTableSurvivesBeingWritten(Task task, String format, @TempDir Path temp) {
    Dataset<Row> scored = scored(table(task).coalesce(1), TestModels.of(task));
    String path = temp.resolve("scored").toString();
    scored.write().format(format).save(path);
    Dataset<Row> found =
        LocalSpark.session().read().schema(scored.schema()).format(format).load(path);
    assertEquals(scored.collectAsList(), found.collectAsList());
  }

  @Test
  void partitionsWithoutRowsAreScoredToo() {
    Model model = TestModels.of(Task.CLASSIFY);
    Dataset<Row> few = table(Task.CLASSIFY).limit(3);
    Dataset<Row> scored = scored(few.repartition(8), model);
    assertEquals(8, scored.javaRDD().getNumPartitions());
    assertEquals(
        new HashSet<>(scored(few, model).collectAsList()), new HashSet<>(scored.collectAsList()));
    assertEquals(3, scored.count());
  }

  @Test
  void aTableWithoutPartitionsHasItsColumns() {
    Dataset<Row> none =
        LocalSpark.session().createDataFrame(new ArrayList<>(), SmallTable.schema(Task.TAG));
    Dataset<Row> scored = scored(none, TestModels.of(Task.TAG));
    assertEquals(0, scored.count());
    assertEquals(
        List.of("id", "features", "label", "prediction", "probability"), List.of(scored.columns()));
  }

  // --- rows that cannot be used ---

  @Test
  void aBadValueIsNamedWithItsStepAndFeature() {
    Dataset<Row> rows =
        table(Task.CLASSIFY)
            .withColumn(
                "features",
                expr(
                    "if(id = 'row-9', array(array(0F, 1F), array(0F, 1F), array(0F, float('nan'))),"
                        + " features)"));
    assertEquals(
        "column \"features\", row row-9, step 2, feature 1: value is NaN, expected a finite number; fix the row, or set"
            + " handleInvalid (input.invalidRows of a job) = skip or keep",
        refused(rows, TestModels.strict()));
  }

  @Test
  void withoutAnIdColumnARowIsNamedByItsPlaceInThePartition() {
    Dataset<Row> rows =
        SmallTable.of(Task.CLASSIFY, 600, 6)
            .coalesce(1)
            .withColumn("features", expr("if(id = 'row-555', null, features)"));
    ScoringSettings unnamed =
        new ScoringSettings(
            Columns.of("features", Optional.of("label"), Optional.empty()),
            InvalidRowPolicy.ERROR,
            "scalar");
    assertTrue(
        refused(rows, unnamed).startsWith("column \"features\", row 555 of partition 0: "),
        "counted over the groups that rows are scored in");
  }

  private static String refused(Dataset<Row> rows, ScoringSettings settings) {
    Dataset<Row> scored = SequenceScoring.of(rows, TestModels.of(Task.CLASSIFY), settings).rows();
    Exception e = assertThrows(Exception.class, scored::collectAsList);
    return InvalidDataException.in(e).orElseThrow().getMessage();
  }

  @Test
  void manyRowsAreSkippedInOnePieceWithoutALimit() {
    Dataset<Row> rows =
        SmallTable.of(Task.CLASSIFY, 600, 6)
            .coalesce(1)
            .withColumn("features", expr("if(id in ('row-0', 'row-599'), features, array())"));
    SequenceScoring scoring =
        SequenceScoring.of(rows, TestModels.of(Task.CLASSIFY), TestModels.skipping());
    assertEquals(2, scoring.rows().collectAsList().size());
    assertEquals("598 (598 empty-sequence)", scoring.skipped().summary());
    assertEquals(5, scoring.skipped().messages().size());
  }
}
