package dev.unroll.spark.ml;

import static dev.unroll.spark.ml.Tables.of;
import static dev.unroll.spark.ml.Tables.row;
import static dev.unroll.spark.ml.Tables.show;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import dev.unroll.spark.FeatureNames;
import dev.unroll.spark.LocalSpark;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes out of long tables. */
class SequenceAssemblerTest {
  private static final String DDL = "id STRING, time INT, x DOUBLE, y INT, label STRING";

  private static SequenceAssembler assembler() {
    return new SequenceAssembler()
        .setKeyCols(new String[] {"id"})
        .setTimeCol("time")
        .setValueCols(new String[] {"x", "y"})
        .setLabelCol("label");
  }

  private static Dataset<Row> gappy() {
    return of(
        DDL,
        row("a", 4, 4.5, null, "u"),
        row("a", 1, null, 1, "u"),
        row("b", 2, 7.0, 7, "v"),
        row("a", 2, 2.5, 2, "w"));
  }

  @Test
  void exampleOfTheDocumentation() {
    SparkSession spark = LocalSpark.session();
    Dataset<Row> table =
        spark.sql(
            "SELECT * FROM VALUES ('a', 1, 0.5, 'walk'), ('a', 2, 0.7, 'walk'), ('b', 1, 0.1, 'run')"
                + " AS t(id, time, speed, activity)");
    SequenceAssembler assembler =
        new SequenceAssembler()
            .setKeyCols(new String[] {"id"})
            .setTimeCol("time")
            .setValueCols(new String[] {"speed"})
            .setLabelCol("activity");
    Dataset<Row> series = assembler.transform(table); // id, features, activity
    assertEquals(List.of("a|[[0.5], [0.7]]|walk", "b|[[0.1]]|run"), show(series));
  }

  @Test
  void stepsAreOrderedByTimeAndNullsStay() {
    Dataset<Row> series = assembler().setLabels("perStep").transform(gappy());
    assertEquals(
        List.of("a|[[null, 1.0], [2.5, 2.0], [4.5, null]]|[u, w, u]", "b|[[7.0, 7.0]]|[v]"),
        show(series));
    assertEquals(
        assembler().setLabels("perStep").transformSchema(gappy().schema()), series.schema());
  }

  @Test
  void forwardFillInsertsStepsAndFillsNulls() {
    assertEquals(
        List.of(
            "a|[[null, 1.0], [2.5, 2.0], [2.5, 2.0], [4.5, 2.0]]|[u, w, w, u]",
            "b|[[7.0, 7.0]]|[v]"),
        show(
            assembler()
                .setLabels("perStep")
                .setGaps("forwardFill")
                .setFrequency("1")
                .transform(gappy())));
  }

  @Test
  void indicateAddsWhatIsMissing() {
    Dataset<Row> series =
        assembler().setLabels("last").setGaps("indicate").setFrequency("1").transform(gappy());
    assertEquals(
        List.of(
            "a|[[0.0, 1.0, 1.0, 0.0], [2.5, 2.0, 0.0, 0.0], [2.5, 2.0, 1.0, 1.0], [4.5, 2.0, 0.0,"
                + " 1.0]]|u",
            "b|[[7.0, 7.0, 0.0, 0.0]]|v"),
        show(series));
    assertEquals(
        List.of("x", "y", "x_missing", "y_missing"),
        FeatureNames.of(series.schema().apply("features")));
  }

  @Test
  void longSeriesAreCutIntoPieces() {
    assertEquals(
        List.of("a|0|[[null, 1.0], [2.5, 2.0]]|w", "a|1|[[4.5, null]]|u", "b|0|[[7.0, 7.0]]|v"),
        show(assembler().setLabels("last").setMaxLength(2).transform(gappy())));
    assertEquals(
        List.of(
            "a|0|[[null, 1.0]]|[u]",
            "a|1|[[2.5, 2.0]]|[w]",
            "a|2|[[2.5, 2.0]]|[w]",
            "a|3|[[4.5, 2.0]]|[u]",
            "b|0|[[7.0, 7.0]]|[v]"),
        show(
            assembler()
                .setLabels("perStep")
                .setMaxLength(1)
                .setGaps("forwardFill")
                .setFrequency("1")
                .transform(gappy())));
  }

  /** Else a series longer than memory would not work. */
  @Test
  void piecesAreMadeFromNoMoreRowsThanTheyNeed() {
    SeriesLayout layout =
        new SeriesLayout(List.of(), "t", null, List.of("x"), null, "perSeries", "ignore", null, 3);
    int[] read = {0};
    Iterator<Row> endless = Stream.generate(() -> row(read[0]++, 0.5)).iterator();
    Iterator<Row> pieces = layout.pieces(endless);
    for (int piece = 0; piece < 1_000; piece++) {
      assertEquals(piece, pieces.next().getInt(0));
      assertEquals(3 * (piece + 1) + 1, read[0]);
    }
  }

  @Test
  void withoutKeysTheTableIsOneSeries() {
    SequenceAssembler assembler =
        new SequenceAssembler().setTimeCol("time").setValueCols(new String[] {"time"});
    assertEquals(
        List.of("[[1.0], [2.0], [3.0]]"),
        show(assembler.transform(of("time INT", row(3), row(1), row(2)))));
  }

  @Test
  void orderAndPartitionsOfTheInputDoNotMatter() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      rows.add(row("s" + i % 7, i % 7 == 3 ? 0.0 : -0.0, i / 7, i / 14, i * 0.25, i % 3 == 0));
    }
    String ddl = "id STRING, part DOUBLE, time INT, tie INT, x DOUBLE, y BOOLEAN";
    SequenceAssembler assembler =
        new SequenceAssembler()
            .setKeyCols(new String[] {"id", "part"})
            .setTimeCol("time")
            .setTieCol("tie")
            .setValueCols(new String[] {"x", "y"})
            .setMaxLength(9);
    List<String> expected = show(assembler.transform(of(ddl, rows.toArray(Row[]::new))));
    assertEquals(7 * 7, expected.size());
    for (int seed = 0; seed < 3; seed++) {
      Collections.shuffle(rows, new Random(seed));
      Dataset<Row> shuffled = of(ddl, rows.toArray(Row[]::new)).repartition(3 + seed);
      assertEquals(expected, show(assembler.transform(shuffled)));
    }
  }

  @Test
  void zeroAndMinusZeroAreOneKey() {
    SequenceAssembler assembler =
        new SequenceAssembler()
            .setKeyCols(new String[] {"k"})
            .setTimeCol("t")
            .setValueCols(new String[] {"t"});
    assertEquals(
        1,
        assembler.transform(of("k DOUBLE, t INT", row(0.0, 1), row(-0.0, 2), row(0.0, 3))).count());
  }

  @Test
  void tiesOrderRowsOfEqualTime() {
    SequenceAssembler assembler =
        new SequenceAssembler()
            .setTimeCol("t")
            .setTieCol("n")
            .setGaps("error")
            .setFrequency("1")
            .setValueCols(new String[] {"n"});
    assertEquals(
        List.of("[[1.0], [2.0], [0.0]]"),
        show(assembler.transform(of("t INT, n INT", row(1, 2), row(2, 0), row(1, 1)))));
  }

  @Test
  void timesOfEveryTypeHaveAFrequency() {
    assertFilled("TINYINT", "2", (byte) 1, (byte) 5);
    assertFilled("BIGINT", "2", 1L << 60, (1L << 60) + 4);
    assertFilled("DOUBLE", "0.1", 0.1, 0.30000000000000004);
    assertFilled("FLOAT", "0.1", 100.1f, 100.3f);
    assertFilled("DECIMAL(9,2)", "0.25", new BigDecimal("1.25"), new BigDecimal("1.75"));
    assertFilled("DATE", "1 week", Date.valueOf("2024-02-26"), Date.valueOf("2024-03-11"));
    assertFilled(
        "TIMESTAMP",
        "30 minutes",
        Timestamp.valueOf("2024-03-31 12:00:00"),
        Timestamp.valueOf("2024-03-31 13:00:00"));
    assertFilled(
        "TIMESTAMP_NTZ",
        "1 day 12 hours",
        LocalDateTime.parse("2024-03-30T00:00"),
        LocalDateTime.parse("2024-04-02T00:00"));
  }

  private static void assertFilled(String type, String frequency, Object first, Object last) {
    SequenceAssembler assembler =
        new SequenceAssembler()
            .setTimeCol("t")
            .setValueCols(new String[] {"x"})
            .setGaps("forwardFill")
            .setFrequency(frequency);
    Dataset<Row> table = of("t " + type + ", x INT", row(last, 2), row(first, 1));
    assertEquals(List.of("[[1.0], [1.0], [2.0]]"), show(assembler.transform(table)), type);
  }

  @Test
  void namesMayHoldDotsAndBackticks() {
    Dataset<Row> table =
        LocalSpark.session()
            .createDataFrame(
                List.of(row("a", 1, 0.5, 3), row("a", 0, 1.5, 3)),
                new StructType()
                    .add("my.id", DataTypes.StringType)
                    .add("a`time", DataTypes.IntegerType)
                    .add("x.y z", DataTypes.DoubleType)
                    .add("la.bel", DataTypes.IntegerType));
    SequenceAssembler assembler =
        new SequenceAssembler()
            .setKeyCols(new String[] {"my.id"})
            .setTimeCol("a`time")
            .setValueCols(new String[] {"x.y z"})
            .setLabelCol("la.bel")
            .setFeaturesCol("f.s");
    Dataset<Row> series = assembler.transform(table);
    assertEquals(List.of("a|[[1.5], [0.5]]|3"), show(series));
    assertArrayEquals(new String[] {"my.id", "f.s", "la.bel"}, series.columns());
  }

  @Test
  void namesAndLabelAttributesSurviveAPipelineThatWasSaved(@TempDir Path directory)
      throws Exception {
    SequenceAssembler stage =
        assembler().setLabelCol("index").setLabels("perStep").setFeaturesCol("sequence");
    StringIndexer indexer = new StringIndexer().setInputCol("label").setOutputCol("index");
    PipelineModel model =
        new Pipeline().setStages(new PipelineStage[] {indexer, stage}).fit(gappy());
    String path = directory.resolve("pipeline").toString();
    model.save(path);
    Dataset<Row> series = PipelineModel.load(path).transform(gappy());
    assertEquals(show(model.transform(gappy())), show(series));
    assertEquals(List.of("x", "y"), FeatureNames.of(series.schema().apply("sequence")));
    assertEquals(
        "[\"u\",\"v\",\"w\"]",
        series.schema().apply("index").metadata().json().replaceAll(".*\"vals\":(.*?]).*", "$1"));
  }

  @Test
  void savedLoadedAndCopiedStagesHaveTheSameParams(@TempDir Path directory) throws Exception {
    SequenceAssembler stage =
        assembler().setGaps("indicate").setFrequency("2").setMaxLength(5).setTieCol("y");
    String path = directory.resolve("stage").toString();
    stage.save(path);
    SequenceAssembler loaded = SequenceAssembler.load(path);
    assertEquals(stage.uid(), loaded.uid());
    assertEquals(Tables.params(stage), Tables.params(loaded));
    SequenceAssembler copy = stage.copy(new ParamMap().put(stage.gaps(), "error"));
    assertNotSame(stage, copy);
    assertEquals("indicate", stage.getGaps());
    assertEquals("error", copy.getGaps());
    assertEquals("2", copy.getFrequency());
    assertNotEquals(stage.uid(), new SequenceAssembler().uid());
  }
}
