package dev.unroll.spark.ml;

import static dev.unroll.spark.ml.BadRowTables.GOOD;
import static dev.unroll.spark.ml.BadRowTables.estimator;
import static dev.unroll.spark.ml.BadRowsTest.POLICIES;
import static dev.unroll.spark.ml.BadRowsTest.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Task;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.LocalSpark;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tables that cannot be used as a whole, and those that look odd and can, in fit and in transform.
 * With {@link BadRowsTest}, {@link BadRowKind} and {@code BadRowsIT} these are the kinds:
 *
 * <table>
 * <caption>Where each kind is tested, and what it does with error, skip, keep</caption>
 * <tr><th>kind</th><th>test</th><th>fit</th><th>transform</th></tr>
 * <tr><td>null sequence; empty; null step; empty step; null value; NaN; infinite; overflow; ragged;
 *   width of rows; width of the model; over maxSequenceLength</td><td>BadRowKind</td>
 *   <td>refused, left out, left out</td><td>refused, left out, null and reason</td></tr>
 * <tr><td>label null, NaN, infinite, fractional, too large, negative, length; weight null,
 *   negative, NaN</td><td>BadRowKind</td><td>refused, left out, left out</td>
 *   <td>not looked at</td></tr>
 * <tr><td>constant feature; length 1; int, decimal, float; sparse vector; struct; fewer rows than
 *   shards; unsorted long table; dots in names</td><td>accepted...</td><td>works</td>
 *   <td>works</td></tr>
 * <tr><td>one class only; all weights zero; zero rows</td><td>useless...</td>
 *   <td>refused always</td><td>works</td></tr>
 * <tr><td>duplicate key and time; null time</td><td>longTable...</td><td>refused always</td>
 *   <td>refused always</td></tr>
 * <tr><td>strings; non-numeric struct field; missing column; existing output column; name clash;
 *   types of label and weight</td><td>SchemaKind</td><td>refused always, before any job</td>
 *   <td>the same where the column is read</td></tr>
 * <tr><td>truncated Parquet part</td><td>truncatedPart</td><td>Spark's error</td>
 *   <td>Spark's error</td></tr>
 * </table>
 */
class BadTablesTest {
  static final List<String> policies = POLICIES;

  private static RnnEstimator<?, ?> estimatorWith(String policy, Task task) {
    RnnEstimator<?, ?> estimator = estimator(task);
    estimator.setHandleInvalid(policy);
    return estimator;
  }

  private static RnnModel<?> modelWith(String policy, Task task) {
    RnnModel<?> model = BadRowTables.model(task).copy(ParamMap.empty());
    model.setHandleInvalid(policy);
    return model;
  }

  private static String refused(Estimator<?> estimator, Dataset<Row> table) {
    return assertThrows(InvalidDataException.class, () -> estimator.fit(table)).getMessage();
  }

  private static List<String> predictions(Dataset<Row> scored) {
    return Tables.inOrder(scored.select("prediction", "probability", "rawPrediction"));
  }

  // --- schemas ---

  /** What can be wrong before any row is read. */
  enum SchemaKind {
    STRINGS(
        "features ARRAY<ARRAY<STRING>>, label DOUBLE",
        stage -> {},
        true,
        "featuresCol (input.featuresCol of a job): column \"features\" has type"
            + " array<array<string>>, expected array<array<NUMBER>>, array<vector>",
        "convert it or name another column"),
    TEXT(
        "features STRING, label DOUBLE",
        stage -> {},
        true,
        "column \"features\" has type string, expected array<array<NUMBER>>",
        "convert it or name another column"),
    STRUCT_WITH_TEXT(
        "features ARRAY<STRUCT<speed: DOUBLE, name: STRING>>, label DOUBLE",
        stage -> {},
        true,
        "column \"features\" has type array<struct<speed:double,name:string>>, expected",
        "array<struct<NUMBER, ...>>",
        "convert it or name another column"),
    NO_FEATURES(
        "featurs ARRAY<ARRAY<DOUBLE>>, label DOUBLE",
        stage -> {},
        true,
        "featuresCol (input.featuresCol of a job): there is no column \"features\"",
        "the nearest is \"featurs\"",
        "columns present: featurs, label"),
    NO_LABEL(
        "features ARRAY<ARRAY<DOUBLE>>, class DOUBLE",
        stage -> {},
        false,
        "labelCol (input.labelCol of a job): there is no column \"label\"",
        "columns present: features, class"),
    NO_ID(
        "features ARRAY<ARRAY<DOUBLE>>, label DOUBLE",
        stage -> stage.setIdCol("key"),
        true,
        "idCol (input.idCol of a job): there is no column \"key\""),
    NO_WEIGHT(
        "features ARRAY<ARRAY<DOUBLE>>, label DOUBLE",
        stage -> stage.setWeightCol("w"),
        false,
        "weightCol (input.weightCol of a job): there is no column \"w\""),
    WEIGHT_IS_TEXT(
        "features ARRAY<ARRAY<DOUBLE>>, label DOUBLE, w STRING",
        stage -> stage.setWeightCol("w"),
        false,
        "weightCol (input.weightCol of a job): column \"w\" has type string, expected float"),
    LABEL_IS_ARRAY(
        "features ARRAY<ARRAY<DOUBLE>>, label ARRAY<DOUBLE>",
        stage -> {},
        false,
        "labelCol (input.labelCol of a job): column \"label\" has type array<double>, expected",
        "task = classify"),
    LABEL_IS_FEATURES(
        "features ARRAY<ARRAY<DOUBLE>>",
        stage -> stage.setLabelCol("features"),
        false,
        "both name column \"features\"; a label must be a column of its own"),
    TWO_COLUMNS_OF_A_NAME(
        "features ARRAY<ARRAY<DOUBLE>>, label DOUBLE, features ARRAY<ARRAY<DOUBLE>>",
        stage -> {},
        true,
        "column \"features\" occurs 2 times; rename all but one"),
    PREDICTION_IS_THERE(
        "features ARRAY<ARRAY<DOUBLE>>, label DOUBLE, Prediction DOUBLE",
        stage -> {},
        true,
        "the result has two columns of the name \"Prediction\"; name another column or rename one"),
    PROBABILITY_IS_THERE(
        "features ARRAY<ARRAY<DOUBLE>>, label DOUBLE, p DOUBLE",
        stage -> ((RnnClassColumns<?>) stage).setProbabilityCol("p"),
        true,
        "the result has two columns of the name \"p\"; name another column or rename one"),
    RAW_IS_THERE(
        "features ARRAY<ARRAY<DOUBLE>>, label DOUBLE, rawPrediction DOUBLE",
        stage -> {},
        true,
        "the result has two columns of the name \"rawPrediction\"; name another column or rename one"),
    TWO_OUTPUTS_OF_A_NAME(
        "features ARRAY<ARRAY<DOUBLE>>, label DOUBLE",
        stage -> stage.setPredictionCol("probability"),
        true,
        "the result has two columns of the name \"probability\"; name another column or rename");

    private final String ddl;
    private final Consumer<RnnColumns<?>> set;
    private final boolean inTransform;
    private final String[] says;

    SchemaKind(String ddl, Consumer<RnnColumns<?>> set, boolean inTransform, String... says) {
      this.ddl = ddl;
      this.set = set;
      this.inTransform = inTransform;
      this.says = says;
    }
  }

  /** Any job that reads this table fails, and not with a data error of ours. */
  private static Dataset<Row> untouchable(String ddl) {
    StructType schema = StructType.fromDDL(ddl);
    Dataset<Row> one = LocalSpark.session().range(1).toDF();
    return one.select(
        Arrays.stream(schema.fields())
            .map(
                field ->
                    functions
                        .raise_error(functions.lit("a job ran"))
                        .cast(field.dataType())
                        .as(field.name()))
            .toArray(Column[]::new));
  }

  static Stream<Arguments> schemas() {
    return Arrays.stream(SchemaKind.values())
        .flatMap(kind -> POLICIES.stream().map(policy -> Arguments.of(kind, policy)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("schemas")
  void schemaInFit(SchemaKind kind, String policy) {
    RnnClassifier classifier = new RnnClassifier().setHandleInvalid(policy);
    kind.set.accept(classifier);
    Dataset<Row> table = untouchable(kind.ddl);
    StructType schema = table.schema();
    assertSays(
        assertThrows(InvalidDataException.class, () -> classifier.transformSchema(schema))
            .getMessage(),
        kind.says);
    assertSays(refused(classifier, table), kind.says);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("schemas")
  void schemaInTransform(SchemaKind kind, String policy) {
    RnnClassificationModel model =
        new RnnClassificationModel("m", BadRowTables.model(Task.CLASSIFY).network())
            .setHandleInvalid(policy);
    kind.set.accept(model);
    Dataset<Row> table = untouchable(kind.ddl);
    StructType schema = table.schema();
    if (!kind.inTransform) {
      assertTrue(model.transformSchema(schema).length() > schema.length());
      return;
    }
    assertSays(
        assertThrows(InvalidDataException.class, () -> model.transformSchema(schema)).getMessage(),
        kind.says);
    assertSays(
        assertThrows(InvalidDataException.class, () -> model.transform(table)).getMessage(),
        kind.says);
  }

  @Test
  void anErrorColumnIsInTheWayOnlyWhereOneIsAdded() {
    StructType schema =
        StructType.fromDDL("features ARRAY<ARRAY<DOUBLE>>, label DOUBLE, error STRING");
    for (String policy : POLICIES) {
      RnnClassifier classifier = new RnnClassifier().setHandleInvalid(policy);
      if (policy.equals("keep")) {
        assertSays(
            assertThrows(InvalidDataException.class, () -> classifier.transformSchema(schema))
                .getMessage(),
            "the result has two columns of the name \"error\"; name another column or rename one");
      } else {
        assertEquals(6, classifier.transformSchema(schema).length());
      }
    }
  }

  // --- what is accepted ---

  static Stream<Arguments> accepted() {
    String cast = "transform(features, s -> transform(s, v -> cast(v as %s)))";
    return Stream.of(
            cast.formatted("float"),
            cast.formatted("decimal(10,2)"),
            cast.formatted("decimal(38,18)"),
            cast.formatted("int"),
            cast.formatted("bigint"),
            cast.formatted("smallint"),
            cast.formatted("tinyint"),
            "transform(features, s -> struct(s[0] as speed, cast(s[1] as int) as turn))")
        .flatMap(sql -> POLICIES.stream().map(policy -> Arguments.of(sql, policy)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("accepted")
  void acceptedTypeIsTheSameNumbers(String sql, String policy) {
    assertSameAsDoubles(
        BadRowTables.clean(Task.CLASSIFY).withColumn("features", functions.expr(sql)), policy);
  }

  @ParameterizedTest
  @FieldSource("policies")
  void acceptedSparseVectorsAreTheSameNumbers(String policy) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < GOOD; i++) {
      Row good = BadRowTables.good(Task.CLASSIFY, i);
      List<Object> steps = new ArrayList<>();
      for (Object step : (List<?>) good.get(1)) {
        double[] values =
            ((List<?>) step).stream().mapToDouble(v -> ((Number) v).doubleValue()).toArray();
        steps.add(Vectors.dense(values).toSparse());
      }
      rows.add(Tables.row(good.get(0), steps, good.get(2), good.get(3)));
    }
    StructType schema =
        new StructType()
            .add("id", DataTypes.StringType)
            .add("features", DataTypes.createArrayType(SQLDataTypes.VectorType()))
            .add("label", DataTypes.DoubleType)
            .add("weight", DataTypes.DoubleType);
    assertSameAsDoubles(
        BadRowTables.withClasses(LocalSpark.session().createDataFrame(rows, schema)), policy);
  }

  private static void assertSameAsDoubles(Dataset<Row> table, String policy) {
    RnnModel<?> expected = BadRowTables.model(Task.CLASSIFY);
    RnnModel<?> model = estimatorWith(policy, Task.CLASSIFY).fit(table);
    assertEquals(expected.weightsSha256(), model.weightsSha256());
    assertEquals(Map.of(), model.summary().rowsSkipped());
    assertEquals(
        predictions(expected.transform(BadRowTables.clean(Task.CLASSIFY))),
        predictions(model.transform(table)));
    assertEquals(predictions(model.transform(table)), predictions(expected.transform(table)));
  }

  @ParameterizedTest
  @FieldSource("policies")
  void acceptedShapes(String policy) {
    Dataset<Row> clean = BadRowTables.clean(Task.CLASSIFY);
    for (Dataset<Row> table :
        List.of(
            clean.withColumn( // a feature that does not vary
                "features", functions.expr("transform(features, s -> array(s[0], 7.5D))")),
            clean.withColumn( // features that do not vary at all
                "features", functions.expr("array(array(1D, -1D), array(1D, -1D))")),
            clean.withColumn("features", functions.expr("slice(features, 1, 1)")), // length 1
            clean.withColumn("features", functions.expr("features[0]")), // one feature
            clean.where("id IN ('good-0', 'good-1')").coalesce(1))) { // fewer rows than shards
      RnnEstimator<?, ?> estimator = estimatorWith(policy, Task.CLASSIFY);
      estimator.setNumShards(4);
      RnnModel<?> model = estimator.fit(table);
      assertEquals(table.count(), model.summary().rowsUsed());
      assertEquals(Map.of(), model.summary().rowsSkipped());
      List<Row> scored = model.transform(table).collectAsList();
      assertEquals(table.count(), scored.size());
      for (Row row : scored) {
        double[] p = row.<Vector>getAs("probability").toArray();
        assertEquals(1, p[0] + p[1], 1e-6);
      }
    }
  }

  @ParameterizedTest
  @FieldSource("policies")
  void acceptedNames(String policy) {
    String features = "a.b `c` [d]";
    Dataset<Row> table =
        BadRowTables.with(BadRowKind.NAN_CLASS)
            .withColumnRenamed("features", features)
            .withColumnRenamed("id", "row.id")
            .withColumnRenamed("label", "la`bel")
            .withColumnRenamed("weight", "weight.")
            .withColumn("x.y", functions.lit(1));
    RnnEstimator<?, ?> estimator = estimatorWith(policy, Task.CLASSIFY);
    rename(estimator, features);
    if (policy.equals("error")) {
      assertSays(
          refused(estimator, table),
          "column \"la`bel\", row bad-0: label is NaN, expected a class");
    } else {
      RnnModel<?> model = estimator.fit(table);
      assertEquals(BadRowTables.model(Task.CLASSIFY).weightsSha256(), model.weightsSha256());
    }
    RnnModel<?> model = modelWith(policy, Task.CLASSIFY);
    rename(model, features);
    assertEquals(
        predictions(
            BadRowTables.model(Task.CLASSIFY).transform(BadRowTables.with(BadRowKind.NAN_CLASS))),
        Tables.inOrder(
            model.transform(table).select("`pre.diction`", "probability", "rawPrediction")));
  }

  private static void rename(RnnColumns<?> stage, String features) {
    stage.setFeaturesCol(features);
    stage.setIdCol("row.id");
    stage.setLabelCol("la`bel");
    stage.setWeightCol("weight.");
    stage.setPredictionCol("pre.diction");
  }

  // --- tables that are of no use ---

  @ParameterizedTest
  @FieldSource("policies")
  void uselessOneClass(String policy) {
    for (Task task : List.of(Task.CLASSIFY, Task.TAG)) {
      Dataset<Row> clean = BadRowTables.clean(task);
      Dataset<Row> table =
          task == Task.TAG
              ? clean.withColumn("label", functions.expr("array(1D, 1D)"))
              : clean.where("label = 1");
      assertSays(
          refused(estimatorWith(policy, task), table),
          "column \"label\": all labels are \"1.0\", expected at least two classes to tell apart",
          "add rows of other classes, or name another column (labelCol, input.labelCol of a job)");
      assertEquals(table.count(), modelWith(policy, task).transform(table).count());
    }
  }

  @ParameterizedTest
  @FieldSource("policies")
  void uselessWeights(String policy) {
    for (Task task : Task.values()) {
      Dataset<Row> table = BadRowTables.clean(task).withColumn("weight", functions.lit(0.0));
      assertEquals(
          "all 8 rows have weight 0, expected at least 1 with more; correct the weights, or name no"
              + " column of weights (weightCol, input.weightCol of a job)",
          refused(estimatorWith(policy, task), table));
      assertEquals(GOOD, modelWith(policy, task).transform(table).count());
    }
  }

  @ParameterizedTest
  @FieldSource("policies")
  void uselessWithoutRows(String policy) {
    for (Task task : Task.values()) {
      Dataset<Row> table = BadRowTables.clean(task).where("id = 'none'");
      assertEquals(
          "the training data has no rows, expected at least 1; check where it comes from"
              + " (input.train.path of a job)",
          refused(estimatorWith(policy, task), table));
      RnnModel<?> model = modelWith(policy, task);
      Dataset<Row> scored = model.transform(table);
      assertEquals(List.of(), scored.collectAsList());
      assertEquals(model.transformSchema(table.schema()), scored.schema());
    }
  }

  // --- a model of another width ---

  @ParameterizedTest
  @FieldSource("policies")
  void aTableOfAnotherWidthThanTheModel(String policy) {
    Dataset<Row> table =
        BadRowTables.clean(Task.REGRESS)
            .withColumn("features", functions.expr("transform(features, s -> array(s[0]))"));
    Dataset<Row> scored = modelWith(policy, Task.REGRESS).transform(table);
    String problem =
        "column \"features\", row good-0: 1 value per step, expected 2 (inputSize of the model)";
    switch (policy) {
      case "error" -> assertSays(Tables.refusal(scored.coalesce(1)), problem, "; fix the row, or");
      case "skip" -> assertEquals(0, scored.count());
      default -> {
        assertEquals(GOOD, scored.where("prediction IS NULL").count());
        assertEquals("width-mismatch: " + problem, scored.first().getAs("error"));
      }
    }
  }

  // --- long tables ---

  private static final String LONG = "id STRING, time INT, x DOUBLE, y DOUBLE, label DOUBLE";

  private static List<Row> longRows() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < GOOD; i++) {
      for (int t = 0; t < 3; t++) {
        rows.add(Tables.row("s" + i, t, (double) i * t, (double) (i - t), (double) (i % 2)));
      }
    }
    return rows;
  }

  private static Pipeline pipeline(String policy, SequenceAssembler assembler) {
    RnnClassifier classifier = (RnnClassifier) estimatorWith(policy, Task.CLASSIFY);
    classifier.clear(classifier.weightCol());
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              assembler
                  .setKeyCols("id")
                  .setTimeCol("time")
                  .setValueCols("x", "y")
                  .setLabelCol("label"),
              classifier
            });
  }

  private static String sha(PipelineModel model) {
    return ((RnnModel<?>) model.stages()[1]).weightsSha256();
  }

  private static String dataError(Runnable action) {
    Exception failure = assertThrows(Exception.class, action::run);
    return InvalidDataException.in(failure)
        .orElseThrow(() -> new AssertionError("no data error", failure))
        .getMessage();
  }

  @ParameterizedTest
  @FieldSource("policies")
  void longTableInAnyOrder(String policy) {
    Dataset<Row> sorted = Tables.of(LONG, longRows().toArray(Row[]::new));
    List<Row> mixed = longRows();
    Collections.shuffle(mixed, new Random(3));
    Dataset<Row> shuffled = Tables.of(LONG, mixed.toArray(Row[]::new)).repartition(5);
    PipelineModel model = pipeline(policy, new SequenceAssembler()).fit(sorted);
    PipelineModel other = pipeline(policy, new SequenceAssembler()).fit(shuffled);
    assertEquals(sha(model), sha(other));
    assertEquals(
        Tables.show(model.transform(sorted).drop("features", "error")),
        Tables.show(other.transform(shuffled).drop("features", "error")));
  }

  @ParameterizedTest
  @FieldSource("policies")
  void longTableWithATimeTwice(String policy) {
    Dataset<Row> good = Tables.of(LONG, longRows().toArray(Row[]::new));
    List<Row> rows = longRows();
    rows.add(4, Tables.row("s3", 1, 9.0, 9.0, 1.0));
    Dataset<Row> table = Tables.of(LONG, rows.toArray(Row[]::new));
    String[] says = {
      "id = s3", "column \"time\" (timeCol) has the value 1 more than once", "name a tieCol"
    };
    assertSays(refused(pipeline(policy, new SequenceAssembler()), table), says);
    PipelineModel model = pipeline(policy, new SequenceAssembler()).fit(good);
    assertSays(dataError(() -> model.transform(table).collectAsList()), says);
    PipelineModel tied = pipeline(policy, new SequenceAssembler().setTieCol("x")).fit(table);
    assertEquals(GOOD, tied.transform(table).count());
  }

  @ParameterizedTest
  @FieldSource("policies")
  void longTableWithoutATime(String policy) {
    Dataset<Row> good = Tables.of(LONG, longRows().toArray(Row[]::new));
    List<Row> rows = longRows();
    rows.add(4, Tables.row("s3", null, 9.0, 9.0, 1.0));
    Dataset<Row> table = Tables.of(LONG, rows.toArray(Row[]::new));
    String says = "id = s3: column \"time\" (timeCol) is null; give each row a time or leave such";
    assertSays(refused(pipeline(policy, new SequenceAssembler()), table), says);
    PipelineModel model = pipeline(policy, new SequenceAssembler()).fit(good);
    assertSays(dataError(() -> model.transform(table).collectAsList()), says);
  }

  // --- the scaler, whose column is called by another param ---

  @Test
  void theScalerNamesItsOwnParam() {
    SequenceScaler scaler = new SequenceScaler().setInputCol("x");
    assertSays(
        assertThrows(
                InvalidDataException.class, () -> scaler.fit(untouchable("x ARRAY<ARRAY<STRING>>")))
            .getMessage(),
        "inputCol: column \"x\" has type array<array<string>>, expected array<array<NUMBER>>");
  }

  @ParameterizedTest
  @FieldSource("policies")
  void theScalerDoesAsTheEstimatorsDo(String policy) {
    SequenceScaler scaler = new SequenceScaler().setIdCol("id").setHandleInvalid(policy);
    Dataset<Row> bad = BadRowTables.with(BadRowKind.NAN_VALUE);
    Dataset<Row> clean = BadRowTables.clean(Task.TAG);
    String problem = BadRowKind.NAN_VALUE.says(0);
    if (policy.equals("error")) {
      assertSays(dataError(() -> scaler.fit(bad.where("id != 'bad-1'"))), problem, "; fix the row");
      Dataset<Row> scaled = scaler.fit(clean).transform(bad.where("id != 'bad-1'"));
      assertSays(dataError(scaled::collectAsList), problem, "; fix the row");
      return;
    }
    List<String> expected =
        Tables.inOrder(scaler.fit(clean).transform(clean).select("id", "scaled"));
    Dataset<Row> scaled = scaler.fit(bad).transform(bad);
    assertEquals(expected, Tables.inOrder(scaled.where("id LIKE 'good%'").select("id", "scaled")));
    assertEquals(
        policy.equals("keep") ? 2 : 0, scaled.where("id LIKE 'bad%' AND scaled IS NULL").count());
    assertEquals(policy.equals("keep") ? GOOD + 2 : GOOD, scaled.count());
  }

  // --- files ---

  @ParameterizedTest
  @EnumSource
  void truncatedPart(Damage damage, @TempDir Path directory) throws IOException {
    Path files = directory.resolve("rows");
    BadRowTables.clean(Task.REGRESS).repartition(2).write().parquet(files.toString());
    Path victim;
    try (Stream<Path> parts = Files.list(files)) {
      victim =
          parts
              .filter(file -> file.getFileName().toString().matches("part-.*\\.parquet"))
              .max(Path::compareTo)
              .orElseThrow();
    }
    try (FileChannel channel = FileChannel.open(victim, StandardOpenOption.WRITE)) {
      channel.truncate(damage == Damage.HALF ? channel.size() / 2 : channel.size() - 1);
    }
    // Spark's checksum beside the file would tell sooner; object stores have none.
    Files.deleteIfExists(files.resolve("." + victim.getFileName() + ".crc"));
    Dataset<Row> table =
        LocalSpark.session()
            .read()
            .schema(BadRowTables.clean(Task.REGRESS).schema())
            .parquet(files.toString());
    for (String policy : POLICIES) {
      assertNames(victim, () -> estimatorWith(policy, Task.REGRESS).fit(table));
      assertNames(victim, () -> modelWith(policy, Task.REGRESS).transform(table).collectAsList());
    }
  }

  /** What is left of the file. */
  enum Damage {
    HALF,
    ALL_BUT_A_BYTE
  }

  private static void assertNames(Path file, Runnable action) {
    Throwable failure = assertThrows(Exception.class, action::run);
    List<String> messages = new ArrayList<>();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      messages.add(String.valueOf(cause.getMessage()));
    }
    assertSays(messages.toString(), file.getFileName().toString());
  }
}
