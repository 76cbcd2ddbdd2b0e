package dev.unroll.spark.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.spark.LocalSpark;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Predictions come back to the scale of the labels, alone and in a Pipeline. */
class InverseSequenceScalerTest {
  private static Pipeline pipeline(String method, String by, String prediction) {
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              new SequenceScaler()
                  .setMethod(method)
                  .setBy(by)
                  .setLabelCol("label")
                  .setTargetFeatures(new String[] {"speed"}),
              new SQLTransformer()
                  .setStatement("SELECT *, " + prediction + " AS prediction FROM __THIS__"),
              new InverseSequenceScaler().setTargetFeatures(new String[] {"speed"})
            });
  }

  @ParameterizedTest
  @CsvSource({
    "standard, feature", "minMax, feature", "robust, feature", "meanAbs, feature",
    "standard, series", "minMax, series", "robust, series", "meanAbs, series"
  })
  void aPerfectPredictionIsTheLabel(String method, String by) {
    Dataset<Row> table = ScalerRows.table(ScalerRows.random(40));
    PipelineModel model = pipeline(method, by, "scaledLabel").fit(table);
    List<Row> result = model.transform(table).collectAsList();
    assertEquals(40, result.size());
    for (Row row : result) {
      double label = row.getAs("label");
      double[][] figures = ScalerRows.figures(row);
      double size = Math.max(Math.abs(label), Math.abs(figures[0][0]));
      assertEquals(label, row.<Double>getAs("unscaledPrediction"), 1e-12 * size);
      double scaled = (label - figures[0][0]) / figures[1][0];
      assertEquals(scaled, row.<Double>getAs("scaledLabel"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"feature", "series"})
  void pipelinesAreSavedAndLoaded(String by, @TempDir Path directory) throws Exception {
    Dataset<Row> table = ScalerRows.table(ScalerRows.random(40));
    String first = directory.resolve("pipeline").toString();
    pipeline("robust", by, "scaledLabel").write().save(first);
    PipelineModel model = Pipeline.load(first).fit(table);
    String second = directory.resolve("model").toString();
    model.write().save(second);
    List<Row> expected =
        pipeline("robust", by, "scaledLabel").fit(table).transform(table).collectAsList();
    assertEquals(expected, model.transform(table).collectAsList());
    assertEquals(expected, PipelineModel.load(second).transform(table).collectAsList());
  }

  @Test
  void severalStepsAhead() {
    Dataset<Row> table =
        LocalSpark.session()
            .sql(
                "SELECT named_struct('level', array(1d, 2d), 'scale', array(10d, 100d)) AS scale,"
                    + " array(1f, 2f, 3f, null) AS prediction"
                    + " UNION ALL SELECT null, array(1f)");
    InverseSequenceScaler inverse =
        new InverseSequenceScaler().setTargetFeatures(new String[] {"1", "0"}).setOutputCol("back");
    Dataset<Row> result = inverse.transform(table);
    assertEquals(
        inverse.transformSchema(table.schema()).asNullable(), result.schema().asNullable());
    List<Row> rows =
        result
            .selectExpr("back[0]", "get(back, 1)", "get(back, 2)", "get(back, 3)")
            .collectAsList();
    assertEquals(RowFactory.create(102.0, 21.0, 302.0, null), rows.get(0));
    assertTrue(rows.get(1).isNullAt(0));
  }

  @Test
  void theMetadataOfTheFiguresSaysWhichFeature() {
    Dataset<Row> table = ScalerRows.table(ScalerRows.random(3));
    SequenceScaler scaler =
        new SequenceScaler().setLabelCol("label").setTargetFeatures(new String[] {"heat"});
    Dataset<Row> scaled = scaler.fit(table).transform(table);
    Dataset<Row> predicted = scaled.withColumnRenamed("scaledLabel", "prediction");
    for (Row row : new InverseSequenceScaler().transform(predicted).collectAsList()) {
      assertEquals(row.<Double>getAs("label"), row.<Double>getAs("unscaledPrediction"), 1e-12);
    }
    Dataset<Row> lost = predicted.selectExpr("prediction", "if(true, scale, null) AS scale");
    String message = SequenceScalerTest.refusal(() -> new InverseSequenceScaler().transform(lost));
    assertTrue(message.contains("targetFeatures is not set"), message);
  }

  @Test
  void wrongColumnsAndFeaturesAreRefused() {
    Dataset<Row> table =
        LocalSpark.session()
            .sql(
                "SELECT named_struct('level', array(1d), 'scale', array(2d)) AS scale,"
                    + " 1d AS prediction, 'x' AS text");
    InverseSequenceScaler inverse =
        new InverseSequenceScaler().setTargetFeatures(new String[] {"0"});
    assertEquals(3.0, inverse.transform(table).first().<Double>getAs("unscaledPrediction"));
    for (InverseSequenceScaler wrong :
        List.of(
            new InverseSequenceScaler().setTargetFeatures(new String[] {"0", "0"}),
            new InverseSequenceScaler().setTargetFeatures(new String[] {"speed"}),
            new InverseSequenceScaler(),
            inverse.copy(inverse.extractParamMap().put(inverse.scaleCol(), "prediction")),
            inverse.copy(inverse.extractParamMap().put(inverse.inputCol(), "text")),
            inverse.copy(inverse.extractParamMap().put(inverse.inputCol(), "none")),
            inverse.copy(inverse.extractParamMap().put(inverse.outputCol(), "TEXT")))) {
      SequenceScalerTest.refusal(() -> wrong.transformSchema(table.schema()));
    }
    Dataset<Row> beyond = inverse.setTargetFeatures(new String[] {"1"}).transform(table);
    Exception late = assertThrows(Exception.class, beyond::collect);
    assertTrue(late.getMessage().contains("no feature 1 (counted from 0)"), late.getMessage());
  }

  @Test
  void aStreamIsScaledLikeATable(@TempDir Path directory) throws Exception {
    Dataset<Row> table = ScalerRows.table(ScalerRows.random(20));
    PipelineModel model = pipeline("standard", "feature", "scaledLabel * 2").fit(table);
    String input = directory.resolve("input").toString();
    table.write().parquet(input);
    Dataset<Row> stream = LocalSpark.session().readStream().schema(table.schema()).parquet(input);
    List<Row> found = new java.util.ArrayList<>();
    VoidFunction2<Dataset<Row>, Long> sink = (batch, id) -> found.addAll(batch.collectAsList());
    model
        .transform(stream)
        .writeStream()
        .trigger(org.apache.spark.sql.streaming.Trigger.AvailableNow())
        .option("checkpointLocation", directory.resolve("checkpoint").toString())
        .foreachBatch(sink)
        .start()
        .awaitTermination();
    found.sort(java.util.Comparator.comparing(row -> row.getString(0)));
    assertEquals(model.transform(table).orderBy("id").collectAsList(), found);
  }

  @Test
  void theExampleRuns() {
    Dataset<Row> predicted =
        LocalSpark.session()
            .sql(
                "SELECT 0.5d AS prediction, named_struct('level', array(10d), 'scale', array(4d))"
                    + " AS scale");
    Dataset<Row> result =
        new InverseSequenceScaler().setTargetFeatures(new String[] {"0"}).transform(predicted);
    assertEquals(12.0, result.first().<Double>getAs("unscaledPrediction"));
  }
}
