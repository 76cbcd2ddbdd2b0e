package dev.unroll.spark.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.spark.FeatureMetadata;
import dev.unroll.spark.FeatureNames;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.LocalSpark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a scaler does to rows, good and bad, and to labels. */
class SequenceScalerTest {
  private static final List<Row> ROWS = ScalerRows.random(60);

  @ParameterizedTest
  @CsvSource({
    "standard, feature", "minMax, feature", "robust, feature", "meanAbs, feature",
    "standard, series", "minMax, series", "robust, series", "meanAbs, series"
  })
  void rowsAreScaledAndTheirFiguresBringThemBack(String method, String by) {
    Dataset<Row> table = ScalerRows.table(ROWS);
    SequenceScaler scaler = new SequenceScaler().setMethod(method).setBy(by);
    SequenceScalerModel model = scaler.fit(table);
    List<Row> result = model.transform(table).collectAsList();
    assertEquals(ROWS.size(), result.size());
    for (Row row : result) {
      double[][] features = ScalerRows.steps(row, "features");
      double[][] scaled = ScalerRows.steps(row, "scaled");
      double[][] figures = ScalerRows.figures(row);
      assertFigures(by.equals("series") ? features : all(), method, by, figures);
      for (int t = 0; t < features.length; t++) {
        for (int j = 0; j < ScalerRows.WIDTH; j++) {
          double level = figures[0][j];
          double back = scaled[t][j] * figures[1][j] + level;
          double size = Math.max(Math.abs(features[t][j]), Math.abs(level));
          assertEquals(features[t][j], back, 1e-12 * size);
        }
      }
    }
    boolean learnt = by.equals("feature");
    assertArrayEquals(learnt ? ScalerRows.figures(result.get(0))[0] : new double[0], model.level());
    assertArrayEquals(learnt ? ScalerRows.figures(result.get(0))[1] : new double[0], model.scale());
  }

  private static double[][] all() {
    List<double[]> steps = new ArrayList<>();
    for (Row row : ScalerRows.table(ROWS).collectAsList()) {
      steps.addAll(Arrays.asList(ScalerRows.steps(row, "features")));
    }
    return steps.toArray(double[][]::new);
  }

  private static void assertFigures(
      double[][] steps, String method, String by, double[][] figures) {
    for (int j = 0; j < ScalerRows.WIDTH; j++) {
      int feature = j;
      double[] x = Arrays.stream(steps).mapToDouble(s -> s[feature]).sorted().toArray();
      double mean = Arrays.stream(x).average().orElseThrow();
      double squares = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum();
      double level =
          switch (method) {
            case "standard" -> mean;
            case "minMax" -> x[0];
            case "robust" -> quantile(x, 0.5);
            default -> 0;
          };
      double scale =
          switch (method) {
            case "standard" -> Math.sqrt(squares / x.length);
            case "minMax" -> x[x.length - 1] - x[0];
            case "robust" -> quantile(x, 0.75) - quantile(x, 0.25);
            default -> Arrays.stream(x).map(Math::abs).average().orElseThrow();
          };
      if (method.equals("meanAbs") && by.equals("series")) {
        scale += 1;
      }
      boolean constant = x[0] == x[x.length - 1] && !method.equals("meanAbs");
      assertEquals(level, figures[0][j], 1e-12 * Math.abs(level), "level of feature " + j);
      assertEquals(constant ? 1 : scale, figures[1][j], 1e-9, "scale of feature " + j);
    }
  }

  private static double quantile(double[] sorted, double p) {
    double position = (sorted.length - 1) * p;
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
  }

  @ParameterizedTest
  @ValueSource(strings = {"standard", "minMax", "robust", "meanAbs"})
  void orderAndPartitionsDoNotChangeABit(String method) {
    List<Row> shuffled = new ArrayList<>(ROWS);
    Collections.shuffle(shuffled, new Random(1));
    SequenceScaler scaler = new SequenceScaler().setMethod(method);
    SequenceScalerModel one = scaler.fit(ScalerRows.table(ROWS).coalesce(1));
    SequenceScalerModel other = scaler.fit(ScalerRows.table(shuffled).repartition(7));
    assertArrayEquals(one.level(), other.level());
    assertArrayEquals(one.scale(), other.scale());
  }

  @Test
  void theSchemaIsAnnouncedAndMetadataStays() {
    Dataset<Row> table = ScalerRows.table(ROWS).withColumnRenamed("id", "the.i`d x");
    SequenceScaler scaler =
        new SequenceScaler()
            .setLabelCol("label")
            .setTargetFeatures(new String[] {"heat"})
            .setIdCol("the.i`d x");
    SequenceScalerModel model = scaler.fit(table);
    StructType found = model.transform(table).schema();
    assertEquals(scaler.transformSchema(table.schema()).asNullable(), found.asNullable());
    assertEquals(model.transformSchema(table.schema()).asNullable(), found.asNullable());
    assertEquals(
        List.of("the.i`d x", "features", "label", "scaled", "scale", "scaledLabel"),
        List.of(found.fieldNames()));
    assertEquals(table.schema().apply("features").metadata(), found.apply("scaled").metadata());
    assertEquals(table.schema().apply("features").metadata(), found.apply("features").metadata());
    assertEquals(table.schema().apply("label").metadata(), found.apply("label").metadata());
    assertEquals(List.of("speed", "heat", "idle"), FeatureNames.of(found.apply("scale")));
    assertArrayEquals(new int[] {1}, FeatureMetadata.targets(found.apply("scale").metadata()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "array(1, 2, 3, 6)",
        "array(1.5f, 2f)",
        "array(array(1L, 2L), array(3L, null))",
        "array(array(1d, 2d), array(4d, 8d))",
        "array(array(cast(1.25 as decimal(5,2))))"
      })
  void numbersOfEveryTypeBecomeDoubles(String sequence) {
    Dataset<Row> table =
        LocalSpark.session().sql("SELECT " + sequence.replace(", null", ", 4L") + " AS features");
    Row row = new SequenceScaler().setMethod("minMax").fit(table).transform(table).first();
    boolean one = !sequence.contains("array(array");
    DataType expected = DataTypes.createArrayType(DataTypes.DoubleType, false);
    assertEquals(
        one ? expected : DataTypes.createArrayType(expected, false),
        row.schema().apply("scaled").dataType());
    double[] last =
        one
            ? ScalerRows.numbers(row.getAs("scaled"))
            : ScalerRows.steps(row, "scaled")[ScalerRows.steps(row, "scaled").length - 1];
    assertEquals(sequence.contains("decimal") ? 0 : 1, last[last.length - 1]);
  }

  @Test
  void stepsMayBeVectors() {
    Dataset<Row> table =
        LocalSpark.session()
            .sql("SELECT array(array(1d, 5d), array(3d, 7d)) AS a")
            .selectExpr("transform(a, x -> x) AS a")
            .select(
                org.apache
                    .spark
                    .sql
                    .functions
                    .array(
                        org.apache.spark.ml.functions.array_to_vector(
                            org.apache.spark.sql.functions.expr("a[0]")),
                        org.apache.spark.ml.functions.array_to_vector(
                            org.apache.spark.sql.functions.expr("a[1]")))
                    .as("features"));
    Row row = new SequenceScaler().fit(table).transform(table).first();
    assertArrayEquals(new double[] {-1, -1}, ScalerRows.steps(row, "scaled")[0]);
    assertArrayEquals(new double[] {1, 1}, ScalerRows.steps(row, "scaled")[1]);
  }

  @Test
  void labelsAreScaledLikeTheFeaturesTheyAreOf() {
    Dataset<Row> table =
        LocalSpark.session()
            .sql(
                "SELECT array(array(0d, 100d), array(10d, 300d)) AS features,"
                    + " array(5, 200, 20, null) AS label, 7L AS one");
    SequenceScaler scaler = new SequenceScaler().setMethod("minMax").setLabelCol("label");
    Row row =
        scaler
            .setTargetFeatures(new String[] {"0", "1"})
            .fit(table)
            .transform(table)
            .selectExpr("scaledLabel[0]", "scaledLabel[1]", "scaledLabel[2]", "scaledLabel[3]")
            .first();
    assertEquals(RowFactory.create(0.5, 0.5, 2.0, null), row);
    assertEquals(
        0.7,
        scaler
            .setLabelCol("one")
            .setTargetFeatures(new String[] {"0"})
            .fit(table)
            .transform(table)
            .first()
            .<Double>getAs("scaledLabel"));
    String several = refusal(() -> scaler.setTargetFeatures(new String[] {"0", "1"}).fit(table));
    assertTrue(several.contains("names 2 features, but column \"one\" has one number"), several);
    String beyond =
        refusal(() -> scaler.setTargetFeatures(new String[] {"2"}).fit(table).transform(table));
    assertTrue(beyond.contains("no feature 2 (counted from 0)"), beyond);
    Dataset<Row> bySeries = scaler.setBy("series").fit(table).transform(table);
    Exception late = assertThrows(Exception.class, bySeries::collect);
    assertTrue(late.getMessage().contains("no feature 2 (counted from 0)"), late.getMessage());
  }

  @Test
  void rowsToPredictNeedNoLabel() {
    Dataset<Row> table = ScalerRows.table(ROWS);
    SequenceScalerModel model =
        new SequenceScaler()
            .setLabelCol("label")
            .setTargetFeatures(new String[] {"speed"})
            .fit(table);
    assertEquals(
        List.of("id", "features", "scaled", "scale"),
        List.of(model.transform(table.drop("label")).columns()));
    Dataset<Row> unknown = table.selectExpr("features", "cast(null AS double) AS label");
    assertTrue(model.transform(unknown).first().isNullAt(4));
  }

  @Test
  void theFeatureOfALabelMustBeKnown() {
    Dataset<Row> table = ScalerRows.table(ROWS);
    SequenceScaler scaler = new SequenceScaler().setLabelCol("label");
    String unset = refusal(() -> scaler.fit(table));
    assertTrue(unset.contains("targetFeatures is not set"), unset);
    assertTrue(unset.contains("speed, heat, idle"), unset);
    String unknown = refusal(() -> scaler.setTargetFeatures(new String[] {"sped"}).fit(table));
    assertTrue(unknown.contains("no feature \"sped\" in column \"features\""), unknown);
    String beyond = refusal(() -> scaler.setTargetFeatures(new String[] {"3"}).fit(table));
    assertTrue(beyond.contains("no feature \"3\""), beyond);
  }

  private static List<Row> badRows() {
    List<Row> rows = new ArrayList<>(ROWS.subList(0, 5));
    rows.add(RowFactory.create("null", null, 1.0));
    rows.add(RowFactory.create("empty", List.of(), 1.0));
    rows.add(RowFactory.create("nullValue", List.of(Arrays.asList(1.0, null, 2.0)), 1.0));
    rows.add(RowFactory.create("nan", List.of(List.of(1.0, Double.NaN, 2.0)), 1.0));
    rows.add(RowFactory.create("ragged", List.of(List.of(1.0, 2.0, 3.0), List.of(1.0)), 1.0));
    rows.add(RowFactory.create("wide", List.of(List.of(1.0, 2.0, 3.0, 4.0)), 1.0));
    return rows;
  }

  @ParameterizedTest
  @ValueSource(strings = {"feature", "series"})
  void badRowsAreLeftOutOrStayWithNull(String by) {
    Dataset<Row> table = ScalerRows.table(badRows());
    SequenceScaler scaler =
        new SequenceScaler().setBy(by).setLabelCol("label").setTargetFeatures(new String[] {"0"});
    int usable = by.equals("feature") ? 5 : 6; // a series may be of any width
    SequenceScalerModel skips = scaler.setHandleInvalid("skip").fit(table);
    assertArrayEquals(scaler.fit(ScalerRows.table(ROWS.subList(0, 5))).level(), skips.level());
    assertEquals(usable, skips.transform(table).count());
    List<Row> kept = skips.setHandleInvalid("keep").transform(table).collectAsList();
    assertEquals(11, kept.size());
    for (Row row : kept) {
      boolean bad = !row.getString(0).startsWith("r") || row.getString(0).equals("ragged");
      boolean expected = bad && !(by.equals("series") && row.getString(0).equals("wide"));
      for (String column : List.of("scaled", "scale", "scaledLabel")) {
        assertEquals(expected, row.isNullAt(row.fieldIndex(column)), row.getString(0));
      }
    }
  }

  @Test
  void badRowsAreNamed() {
    for (Row bad : badRows().subList(5, 11)) {
      List<Row> rows = new ArrayList<>(ROWS.subList(0, 5));
      rows.add(bad);
      SequenceScaler scaler = new SequenceScaler().setIdCol("id");
      String message =
          assertThrows(InvalidDataException.class, () -> scaler.fit(ScalerRows.table(rows)))
              .getMessage();
      assertTrue(message.contains("\"features\", row " + bad.getString(0)), message);
      SequenceScalerModel model = scaler.fit(ScalerRows.table(ROWS.subList(0, 5)));
      Exception late =
          assertThrows(Exception.class, model.transform(ScalerRows.table(rows))::collect);
      String again = InvalidDataException.in(late).orElseThrow().getMessage();
      assertTrue(again.contains("\"features\", row " + bad.getString(0)), again);
    }
  }

  @Test
  void withoutAUsableRowThereIsNothingToFit() {
    Dataset<Row> none = ScalerRows.table(List.of());
    String message = refusal(() -> new SequenceScaler().fit(none));
    assertTrue(message.contains("no row to fit the scaler on"), message);
    assertEquals(0, new SequenceScaler().setBy("series").fit(none).transform(none).count());
  }

  @Test
  void wrongColumnsAreRefusedBeforeAnyJob() {
    StructType schema = ScalerRows.SCHEMA;
    String missing =
        refusal(() -> new SequenceScaler().setInputCol("feature").transformSchema(schema));
    assertTrue(missing.contains("inputCol: there is no column \"feature\""), missing);
    assertTrue(missing.contains("the nearest is \"features\""), missing);
    String type = refusal(() -> new SequenceScaler().setInputCol("id").transformSchema(schema));
    assertTrue(type.contains("\"id\" has type string"), type);
    for (SequenceScaler taken :
        List.of(
            new SequenceScaler().setOutputCol("LABEL"),
            new SequenceScaler().setScaleCol("id"),
            new SequenceScaler().setScaleCol("scaled"))) {
      String message = refusal(() -> taken.transformSchema(schema));
      assertTrue(message.contains("the result has two columns"), message);
    }
    SequenceScaler labelled = new SequenceScaler().setTargetFeatures(new String[] {"0"});
    String noLabel = refusal(() -> labelled.setLabelCol("no").transformSchema(schema));
    assertTrue(noLabel.contains("labelCol: there is no column \"no\""), noLabel);
    String text = refusal(() -> labelled.setLabelCol("id").transformSchema(schema));
    assertTrue(text.contains("labelCol: column \"id\" has type string"), text);
    assertThrows(IllegalArgumentException.class, () -> labelled.setMethod("none"));
    assertThrows(IllegalArgumentException.class, () -> labelled.setBy("row"));
  }

  @Test
  void copiesAreIndependentAndKeepTheFigures() {
    Dataset<Row> table = ScalerRows.table(ROWS);
    SequenceScaler scaler = new SequenceScaler().setMethod("robust").setIdCol("id");
    SequenceScaler changed = scaler.copy(new ParamMap().put(scaler.method(), "minMax"));
    assertEquals("robust", scaler.getMethod());
    assertEquals("minMax", changed.getMethod());
    assertEquals("id", changed.getIdCol());
    SequenceScalerModel model = scaler.fit(table);
    SequenceScalerModel copy = model.copy(ParamMap.empty());
    assertNotSame(model, copy);
    assertEquals(scaler, copy.parent());
    assertArrayEquals(model.level(), copy.level());
    assertEquals(model.transform(table).collectAsList(), copy.transform(table).collectAsList());
    String other =
        refusal(() -> model.copy(new ParamMap().put(model.method(), "minMax")).transform(table));
    assertTrue(other.contains("fitted with by = feature, method = robust"), other);
    SequenceScalerModel bySeries = model.copy(new ParamMap().put(model.by(), "series"));
    assertEquals(ROWS.size(), bySeries.transform(table).count());
    assertTrue(scaler.explainParams().contains("targetFeatures: Which feature"));
    assertFalse(scaler.isDefined(scaler.labelCol()));
  }

  static String refusal(Runnable action) {
    RuntimeException e = assertThrows(RuntimeException.class, action::run);
    assertTrue(
        e instanceof InvalidDataException || e instanceof IllegalArgumentException, e.toString());
    return e.getMessage();
  }
}
