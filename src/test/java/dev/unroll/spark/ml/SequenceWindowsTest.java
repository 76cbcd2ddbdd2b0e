package dev.unroll.spark.ml;

import static dev.unroll.spark.ml.Tables.inOrder;
import static dev.unroll.spark.ml.Tables.of;
import static dev.unroll.spark.ml.Tables.row;
import static dev.unroll.spark.ml.Tables.show;
import static java.util.Arrays.asList;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.spark.FeatureNames;
import dev.unroll.spark.LocalSpark;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes out of tables of series. */
class SequenceWindowsTest {
  private static final String DDL =
      "id STRING, features ARRAY<ARRAY<DOUBLE>>, label ARRAY<STRING>, more INT";

  private static Dataset<Row> series() {
    return of(
        DDL,
        row("a", steps(5), asList("p", "q", "r", null, "t"), 1),
        row("b", steps(2), asList("x", "y"), 2),
        row("c", null, null, 3));
  }

  /** Steps [0, 0], [1, 10], [2, 20], ... */
  private static List<List<Double>> steps(int count) {
    return IntStream.range(0, count).mapToObj(i -> asList((double) i, i * 10.0)).toList();
  }

  @Test
  void exampleOfTheDocumentation() {
    SparkSession spark = LocalSpark.session();
    Dataset<Row> series =
        spark.sql(
            "SELECT * FROM VALUES ('a', array(1.0, 2.0, 3.0, 4.0, 5.0)), ('b', array(7.0, 8.0))"
                + " AS t(id, features)");
    SequenceWindows windows =
        new SequenceWindows()
            .setLength(2)
            .setStride(2)
            .setHorizon(1)
            .setTargetFeatures(new String[] {"0"});
    Dataset<Row> rows = windows.transform(series); // id, features, window_end, label
    assertEquals(List.of("a|[1.0, 2.0]|1|3.0", "a|[3.0, 4.0]|3|5.0"), inOrder(rows));
  }

  @Test
  void labelsOfStepsAreThoseAfterTheHorizon() {
    SequenceWindows windows = new SequenceWindows().setLength(2).setLabelCol("label");
    assertEquals(
        List.of(
            "a|[[0.0, 0.0], [1.0, 10.0]]|q|1|1",
            "a|[[1.0, 10.0], [2.0, 20.0]]|r|1|2",
            "a|[[2.0, 20.0], [3.0, 30.0]]|null|1|3",
            "a|[[3.0, 30.0], [4.0, 40.0]]|t|1|4",
            "b|[[0.0, 0.0], [1.0, 10.0]]|y|2|1"),
        inOrder(windows.transform(series())));
    assertEquals(
        List.of("a|[[0.0, 0.0], [1.0, 10.0]]|null|1|1", "a|[[1.0, 10.0], [2.0, 20.0]]|t|1|2"),
        inOrder(windows.setHorizon(2).transform(series())));
    assertEquals(windows.transformSchema(series().schema()), windows.transform(series()).schema());
  }

  @Test
  void shortWindowsOnlyAtTheBeginning() {
    SequenceWindows windows =
        new SequenceWindows()
            .setLength(3)
            .setMinLength(2)
            .setStride(2)
            .setLabelCol("more")
            .setEndCol("end")
            .setWindowsCol("window");
    assertEquals(
        List.of(
            "a|[[0.0, 0.0], [1.0, 10.0], [2.0, 20.0]]|1|2",
            "a|[[2.0, 20.0], [3.0, 30.0], [4.0, 40.0]]|1|4",
            "b|[[0.0, 0.0], [1.0, 10.0]]|2|1"),
        inOrder(windows.transform(series().drop("label"))));
    assertArrayEquals(
        new String[] {"id", "window", "label", "more", "end", "window_series"},
        windows.transform(series()).columns());
  }

  @Test
  void forecastsGoStepByStep() {
    SequenceWindows windows =
        new SequenceWindows()
            .setLength(1)
            .setHorizon(2)
            .setStride(2)
            .setTargetFeatures(new String[] {"1", "0"})
            .setLabelCol("future");
    Dataset<Row> table = series().drop("label");
    assertEquals(
        List.of(
            "a|[[0.0, 0.0]]|1|0|[10.0, 1.0, 20.0, 2.0]",
            "a|[[2.0, 20.0]]|1|2|[30.0, 3.0, 40.0, 4.0]"),
        inOrder(windows.transform(table)));
  }

  @Test
  void withoutTargetsWindowsGoToTheEnd() {
    SequenceWindows windows =
        new SequenceWindows()
            .setLength(2)
            .setHorizon(2)
            .setTargetFeatures(new String[] {"0"})
            .setWindows("last")
            .setTargets("none");
    List<String> expected =
        List.of("a|[[3.0, 30.0], [4.0, 40.0]]|1|4", "b|[[0.0, 0.0], [1.0, 10.0]]|2|1");
    assertEquals(expected, inOrder(windows.transform(series().drop("label"))));
    SequenceWindows labelled =
        new SequenceWindows()
            .setLength(2)
            .setHorizon(2)
            .setLabelCol("label")
            .setWindows("last")
            .setTargets("none");
    assertEquals(expected, inOrder(labelled.transform(series())));
    assertEquals(expected, inOrder(labelled.transform(series().drop("label"))));
  }

  @Test
  void seriesOfEveryTypeHaveWindowsAndForecasts() {
    DataType numbers = DataTypes.FloatType;
    assertForecast(numbers, asList(1f, null, 2f, 4f), "0", "[1.0, null]|1|2.0;[null, 2.0]|2|4.0");
    assertForecast(
        new ArrayType(DataTypes.IntegerType, true),
        asList(asList(1, 2), null, asList(3, null), asList(5, 6)),
        "1",
        "[[1, 2], null]|1|null;[null, [3, null]]|2|6.0");
    assertForecast(
        SQLDataTypes.VectorType(),
        asList(
            Vectors.dense(1, 2),
            Vectors.dense(3, 4),
            Vectors.sparse(2, new int[] {0}, new double[] {5}),
            null),
        "1",
        "[[1.0,2.0], [3.0,4.0]]|1|0.0;[[3.0,4.0], (2,[0],[5.0])]|2|null");
    assertForecast(
        StructType.fromDDL("s INT, `t.u` DECIMAL(5,1)"),
        asList(row(1, decimal(2)), row(2, null), row(3, decimal(4)), row(4, null)),
        "t.u",
        "[[1,2.0], [2,null]]|1|4.0;[[2,null], [3,4.0]]|2|null");
  }

  private static BigDecimal decimal(int value) {
    return BigDecimal.valueOf(value);
  }

  private static void assertForecast(DataType step, List<?> steps, String target, String expected) {
    for (boolean nullable : new boolean[] {true, steps.contains(null)}) {
      StructType schema = new StructType().add("my.series", new ArrayType(step, nullable));
      Dataset<Row> table = LocalSpark.session().createDataFrame(List.of(row(steps)), schema);
      SequenceWindows windows =
          new SequenceWindows()
              .setFeaturesCol("my.series")
              .setWindowsCol("my.series")
              .setLength(2)
              .setHorizon(1)
              .setTargetFeatures(new String[] {target});
      assertEquals(asList(expected.split(";")), inOrder(windows.transform(table)));
    }
  }

  @Test
  void validationIsTheEndOfEachSeries() {
    SequenceWindows windows =
        new SequenceWindows().setLength(2).setLabelCol("more").setValidationFraction(0.4);
    assertEquals(
        List.of(
            "a|[[0.0, 0.0], [1.0, 10.0]]|1|1|false",
            "a|[[1.0, 10.0], [2.0, 20.0]]|1|2|false",
            "a|[[3.0, 30.0], [4.0, 40.0]]|1|4|true"),
        inOrder(windows.transform(series().drop("label"))));
  }

  @Test
  void validationOfWholeSeriesGoesByNameOrValues() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      rows.add(row("s" + i / 2, asList((double) i, 1.0, 2.0)));
    }
    Dataset<Row> table = of("id STRING, features ARRAY<DOUBLE>", rows.toArray(Row[]::new));
    SequenceWindows windows =
        new SequenceWindows()
            .setLength(2)
            .setValidation("series")
            .setValidationFraction(0.3)
            .setValidationCol("v.s");
    List<String> byValues = show(windows.transform(table));
    assertEquals(600, byValues.size());
    assertEquals(byValues, show(windows.transform(table.repartition(5))));
    assertShare(byValues);
    List<String> byName = show(windows.setIdCol("id").transform(table));
    assertShare(byName);
    assertEquals(150, byName.stream().map(r -> r.replaceAll("\\|.*\\|", "|")).distinct().count());
    assertTrue(!byName.equals(show(windows.setSeed(2).transform(table))));
  }

  private static void assertShare(List<String> rows) {
    double share = rows.stream().filter(r -> r.endsWith("true")).count() / (double) rows.size();
    assertEquals(0.3, share, 0.1);
  }

  @Test
  void namesOfTheAssemblerAreTargetsAndStay(@TempDir Path directory) throws Exception {
    Dataset<Row> table =
        LocalSpark.session()
            .range(8)
            .selectExpr("id % 2 as k", "id as t", "id * 0.5 as `x.1`", "id * 2 as y");
    SequenceAssembler assembler =
        new SequenceAssembler()
            .setKeyCols(new String[] {"k"})
            .setTimeCol("t")
            .setValueCols(new String[] {"x.1", "y"});
    SequenceWindows windows =
        new SequenceWindows().setLength(2).setHorizon(1).setTargetFeatures(new String[] {"x.1"});
    PipelineModel model =
        new Pipeline().setStages(new PipelineStage[] {assembler, windows}).fit(table);
    model.save(directory.resolve("p").toString());
    PipelineModel loaded = PipelineModel.load(directory.resolve("p").toString());
    Dataset<Row> rows = loaded.transform(table);
    assertEquals(
        List.of(
            "0|[[0.0, 0.0], [1.0, 4.0]]|1|2.0",
            "0|[[1.0, 4.0], [2.0, 8.0]]|2|3.0",
            "1|[[0.5, 2.0], [1.5, 6.0]]|1|2.5",
            "1|[[1.5, 6.0], [2.5, 10.0]]|2|3.5"),
        show(rows));
    assertEquals(List.of("x.1", "y"), FeatureNames.of(rows.schema().apply("features")));
    Dataset<Row> scoring = loaded.transform(table, new ParamMap().put(windows.targets(), "none"));
    assertEquals(6, scoring.count());
  }

  @Test
  void streamsHaveTheSameWindows(@TempDir Path directory) throws Exception {
    String input = directory.resolve("in").toString();
    series().write().parquet(input);
    SequenceWindows windows =
        new SequenceWindows()
            .setLength(2)
            .setLabelCol("label")
            .setValidation("series")
            .setIdCol("id")
            .setValidationFraction(0.5);
    Dataset<Row> stream =
        LocalSpark.session().readStream().schema(series().schema()).parquet(input);
    StreamingQuery query =
        windows.transform(stream).writeStream().format("memory").queryName("windows").start();
    query.processAllAvailable();
    query.stop();
    assertEquals(show(windows.transform(series())), show(LocalSpark.session().table("windows")));
  }

  /** A million windows of a hundred steps each would be 800 MB if they were held. */
  @Test
  void windowsOfALongSeriesAreMadeWhenTheyAreAskedFor() {
    Dataset<Row> table =
        LocalSpark.session()
            .range(1)
            .select(
                functions
                    .expr("transform(sequence(1, 1000000), i -> array(double(i)))")
                    .as("features"));
    SequenceWindows windows =
        new SequenceWindows().setLength(100).setHorizon(1).setTargetFeatures(new String[] {"0"});
    Dataset<Row> rows = windows.transform(table);
    assertEquals(3, rows.limit(3).collectAsList().size());
    Row sums =
        rows.select(functions.expr("count(*)"), functions.expr("sum(label - features[99][0])"))
            .first();
    assertEquals(999_900, sums.getLong(0));
    assertEquals(999_900.0, sums.getDouble(1));
  }

  @Test
  void savedLoadedAndCopiedStagesHaveTheSameParams(@TempDir Path directory) throws Exception {
    SequenceWindows stage =
        new SequenceWindows()
            .setLength(9)
            .setSeed(1L << 40)
            .setValidationFraction(0.25)
            .setTargetFeatures(new String[] {"a.b", "c,d"});
    String path = directory.resolve("stage").toString();
    stage.save(path);
    SequenceWindows loaded = SequenceWindows.load(path);
    assertEquals(stage.uid(), loaded.uid());
    assertEquals(Tables.params(stage), Tables.params(loaded));
    SequenceWindows copy = stage.copy(new ParamMap().put(stage.targets(), "none"));
    assertEquals("required", stage.getTargets());
    assertEquals("none", copy.getTargets());
    assertEquals(9, copy.getLength());
  }
}
