package dev.unroll.spark.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.ModelFormatException;
import dev.unroll.net.Task;
import dev.unroll.spark.rounds.SmallTable;
import dev.unroll.spark.rounds.StopRules.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.apache.spark.SparkException;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the estimators do beside training: columns, warm starts, checkpoints, summaries. */
class RnnEstimatorTest {
  private static final Dataset<Row> LETTERS = SmallTable.of(Task.CLASSIFY, 40, 1).cache();

  @TempDir private Path folder;

  private static RnnClassifier classifier() {
    return new RnnClassifier().setIdCol("id").setHiddenSize(4).setMaxIter(4).setStepSize(0.01);
  }

  private static Dataset<Row> heldOut(Dataset<Row> rows) {
    return rows.withColumn("heldOut", functions.expr("hash(id) % 4 = 0"));
  }

  @Test
  void labelsOfAStringIndexerSurvive() throws IOException {
    StringIndexer indexer = new StringIndexer().setInputCol("label").setOutputCol("index");
    Dataset<Row> rows = indexer.fit(LETTERS).transform(LETTERS);
    String[] letters =
        NominalAttribute.fromStructField(rows.schema().apply("index")) instanceof NominalAttribute n
            ? n.values().get()
            : null;

    RnnClassificationModel model = classifier().setLabelCol("index").fit(rows);
    model.write().save(folder.resolve("model").toString());
    for (RnnClassificationModel each :
        List.of(model, RnnClassificationModel.load(folder.resolve("model").toString()))) {
      assertEquals(List.of(letters), each.labels());
      Dataset<Row> scored = each.transform(rows.drop("label"));
      Attribute attribute = Attribute.fromStructField(scored.schema().apply("prediction"));
      assertArrayEquals(letters, ((NominalAttribute) attribute).values().get());
      Dataset<Row> named =
          new IndexToString().setInputCol("prediction").setOutputCol("letter").transform(scored);
      for (Row row : named.collectAsList()) {
        assertEquals(
            letters[(int) row.<Double>getAs("prediction").doubleValue()], row.getAs("letter"));
      }
      double accuracy =
          new MulticlassClassificationEvaluator()
              .setLabelCol("index")
              .setMetricName("accuracy")
              .evaluate(scored);
      assertTrue(accuracy > 0.3, "accuracy " + accuracy);
    }
  }

  @Test
  void weightsOfOneChangeNothingAndOthersDo() {
    String plain = classifier().fit(LETTERS).weightsSha256();
    Map<String, String> weights = new LinkedHashMap<>();
    for (String weight : List.of("1", "1 + length(id) % 2")) {
      Dataset<Row> rows = LETTERS.withColumn("weight", functions.expr(weight));
      weights.put(weight, classifier().setWeightCol("weight").fit(rows).weightsSha256());
    }
    assertEquals(plain, weights.get("1"));
    assertNotEquals(plain, weights.get("1 + length(id) % 2"));
  }

  /** With a rate of next to nothing, losses are those of the starting weights. */
  @Test
  void theObjectiveOfAnEpochIsItsRowsWeightedMeanHoweverManyRounds() {
    RnnClassifier still =
        classifier().setSolver("sgd").setStepSize(1e-30).setMaxIter(1).setWeightCol("weight");
    Dataset<Row> rows = LETTERS.withColumn("weight", functions.expr("pow(4, hash(id) % 3)"));
    double once = still.fit(rows).summary().objectiveHistory()[0];
    double[] often = still.setPeriod("steps(1)").fit(rows).summary().objectiveHistory();
    assertArrayEquals(new double[] {once}, often, 1e-6 * once);
  }

  @Test
  void heldOutRowsAreWatchedAndNotLearntFrom() {
    RnnClassifier classifier = classifier().setValidationIndicatorCol("heldOut");
    Dataset<Row> rows = heldOut(LETTERS);
    RnnTrainingSummary summary = classifier.fit(rows).summary();
    Dataset<Row> others =
        rows.withColumn(
            "features",
            functions.expr(
                "IF(heldOut, transform(features, x -> transform(x, v -> float(5 * v))),"
                    + " features)"));
    RnnTrainingSummary withOthers = classifier.fit(others).summary();

    assertEquals(4, summary.totalIterations());
    assertEquals(4, summary.validationHistory().length);
    assertArrayEquals(summary.objectiveHistory(), withOthers.objectiveHistory());
    assertFalse(Arrays.equals(summary.validationHistory(), withOthers.validationHistory()));
    double best = Arrays.stream(summary.validationHistory()).min().getAsDouble();
    assertEquals(best, summary.bestValidationLoss());
    assertEquals(best, summary.validationHistory()[summary.bestEpoch() - 1]);
    assertEquals(Ending.EPOCHS, summary.ending());
    assertEquals(40, summary.rowsUsed());
  }

  /** The metric that training tells is what Spark's evaluators say of the model on those rows. */
  @Test
  void theValidationMetricIsAccuracyOrRootMeanSquaredError() {
    Dataset<Row> rows = heldOut(LETTERS);
    RnnClassificationModel letters =
        classifier().setValidationIndicatorCol("heldOut").setMaxIter(1).fit(rows);
    double right =
        letters
            .transform(rows.where("heldOut"))
            .selectExpr("avg(IF(prediction = label, 1.0D, 0.0D))")
            .head()
            .getDouble(0);
    assertEquals(right, letters.summary().validationMetricHistory()[0], 1e-12);

    Dataset<Row> numbers =
        rows.withColumn("label", functions.expr("100 * features[0][0] + size(features)"));
    RnnRegressionModel level =
        new RnnRegressor()
            .setIdCol("id")
            .setHiddenSize(4)
            .setMaxIter(1)
            .setValidationIndicatorCol("heldOut")
            .fit(numbers);
    double error =
        new RegressionEvaluator()
            .setMetricName("rmse")
            .evaluate(level.transform(numbers.where("heldOut")));
    assertTrue(error > 1, "in units of the label: " + error);
    assertEquals(error, level.summary().validationMetricHistory()[0], 1e-5 * error);
  }

  @Test
  void trainingStopsWhereTheMetricIsGoodEnough() {
    Dataset<Row> rows = heldOut(LETTERS);
    RnnClassifier classifier =
        classifier().setValidationIndicatorCol("heldOut").setMaxIter(12).setStepSize(0.05);
    double[] all = classifier.fit(rows).summary().validationMetricHistory();
    int first = 0;
    while (all[first] == 0) {
      first++;
    }
    RnnTrainingSummary stopped = classifier.setTargetMetric(all[first]).fit(rows).summary();
    assertTrue(first < 11, "too little was learnt: " + Arrays.toString(all));
    assertEquals(first + 1, stopped.totalIterations());
    assertEquals(Ending.TARGET_METRIC, stopped.ending());
  }

  @Test
  void theSummaryGoesWithTheModelButNotIntoItsFiles() throws IOException {
    RnnClassificationModel model = classifier().setPeriod("steps(1)").fit(LETTERS);
    RnnTrainingSummary summary = model.summary();
    assertEquals(4, summary.totalIterations());
    assertTrue(summary.roundSeconds().length > 4, "several rounds an epoch");
    double[] losses = summary.objectiveHistory();
    assertTrue(losses[3] < losses[0], Arrays.toString(losses));
    assertEquals(0, summary.validationHistory().length);
    assertTrue(Double.isNaN(summary.bestValidationLoss()));
    assertTrue(summary.seconds() > 0);
    assertEquals(summary, model.copy(org.apache.spark.ml.param.ParamMap.empty()).summary());

    model.write().save(folder.resolve("model").toString());
    RnnClassificationModel loaded = RnnClassificationModel.load(folder.resolve("model").toString());
    assertFalse(loaded.hasSummary());
    assertThrows(SparkException.class, loaded::summary);
  }

  @Test
  void learningGoesOnFromAModel() throws IOException {
    RnnClassificationModel first = classifier().fit(LETTERS);
    String path = folder.resolve("model").toString();
    first.write().save(path);
    Dataset<Row> two = LETTERS.where("label <> 'c'"); // its classes stay

    RnnClassificationModel second = classifier().setInitialModel(path).fit(two);

    assertEquals(first.labels(), second.labels());
    assertArrayEquals(
        first.network().inputScaling().mean(), second.network().inputScaling().mean());
    double cold = classifier().fit(two).summary().objectiveHistory()[0];
    assertNotEquals(first.weightsSha256(), second.weightsSha256());
    assertNotEquals(cold, second.summary().objectiveHistory()[0]);
    assertThrows(
        ModelFormatException.class, () -> classifier().setInitialModel(folder + "/none").fit(two));
    String message =
        assertThrows(
                ModelFormatException.class,
                () -> classifier().setHiddenSize(5).setInitialModel(path).fit(two))
            .getMessage();
    assertTrue(message.contains("hiddenSize"), message);
  }

  @Test
  void aRunOutOfTimeGoesOnToTheSameWeights() throws IOException {
    for (String period : List.of("epoch", "steps(1)")) {
      for (UnaryOperator<RnnClassifier> kind : kinds()) {
        Dataset<Row> rows = heldOut(LETTERS);
        RnnClassificationModel whole = kind.apply(classifier().setPeriod(period)).fit(rows);
        String directory = Files.createTempDirectory(folder, "checkpoints").toString();
        RnnClassifier stopping =
            kind.apply(classifier().setPeriod(period))
                .setCheckpointDir(directory)
                .setCheckpointInterval(3)
                .setMaxSeconds(1e-9);
        RnnClassificationModel part = stopping.fit(rows);
        assertEquals(Ending.TIME, part.summary().ending());
        assertNotEquals(whole.weightsSha256(), part.weightsSha256());
        int stops = 1;
        while (part.summary().ending() == Ending.TIME && stops++ < 4) {
          part = stopping.setResume("required").fit(rows);
        }
        RnnClassificationModel resumed = stopping.setMaxSeconds(0).fit(rows);
        assertEquals(whole.weightsSha256(), resumed.weightsSha256(), period);
        assertEquals(whole.summary().bestEpoch(), resumed.summary().bestEpoch());
        assertEquals(whole.summary().bestValidationLoss(), resumed.summary().bestValidationLoss());
      }
    }
  }

  private static List<UnaryOperator<RnnClassifier>> kinds() {
    return List.of(UnaryOperator.identity(), each -> each.setValidationIndicatorCol("heldOut"));
  }

  @Test
  void otherSettingsOrRowsMayNotGoOn() {
    RnnClassifier stopping =
        classifier().setCheckpointDir(folder.resolve("c").toString()).setMaxSeconds(1e-9);
    stopping.fit(LETTERS);
    for (RuntimeException e :
        List.of(
            assertThrows(
                RuntimeException.class, () -> copy(stopping).setStepSize(0.5).fit(LETTERS)),
            assertThrows(
                RuntimeException.class, () -> stopping.fit(LETTERS.where("id <> 'row-1'"))))) {
      assertTrue(e.getMessage().contains(folder.toString()), e.getMessage());
    }
    String cold = classifier().fit(LETTERS).weightsSha256();
    assertEquals(
        cold, copy(stopping).setResume("never").setMaxSeconds(0).fit(LETTERS).weightsSha256());
    assertThrows(
        RuntimeException.class,
        () ->
            classifier()
                .setCheckpointDir(folder.resolve("nothing").toString())
                .setResume("required")
                .fit(LETTERS));
  }

  private static RnnClassifier copy(RnnClassifier estimator) {
    return estimator.copy(org.apache.spark.ml.param.ParamMap.empty());
  }

  @Test
  void contradictionsAreRefusedBeforeAnyJob() {
    Map<RnnClassifier, String> wrong = new LinkedHashMap<>();
    wrong.put(classifier().setPatience(2), "patience");
    wrong.put(classifier().setTargetLoss(0.1), "targetLoss");
    wrong.put(classifier().setTargetMetric(0.9), "targetMetric");
    wrong.put(classifier().setTargetMetric(95).setValidationFraction(0.1), "such as 0.95");
    wrong.put(classifier().setMaxSeconds(1), "checkpointDir");
    wrong.put(classifier().setResume("required"), "checkpointDir");
    wrong.put(classifier().setPredictionCol("probability"), "probability");
    wrong.put(classifier().setPredictionCol("id"), "\"id\"");
    wrong.put(classifier().setFeaturesCol("label"), "\"label\"");
    wrong.put(classifier().setLabelCol("features"), "\"features\"");
    wrong.forEach(
        (estimator, part) -> {
          SparkJobs.Counted<String> refused =
              SparkJobs.count(
                  () ->
                      assertThrows(RuntimeException.class, () -> estimator.fit(LETTERS))
                          .getMessage());
          assertEquals(0, refused.jobs(), part);
          assertTrue(refused.result().contains(part), refused.result());
        });
  }

  @Test
  void fitsSideBySideAndOnOtherPartitionsGiveTheSameBits() {
    String expected = classifier().fit(LETTERS).weightsSha256();
    List<CompletableFuture<String>> fits =
        List.of(1, 3, 5).stream()
            .map(
                parts ->
                    CompletableFuture.supplyAsync(
                        () -> classifier().fit(LETTERS.repartition(parts)).weightsSha256()))
            .toList();
    fits.forEach(fit -> assertEquals(expected, fit.join()));
  }
}
