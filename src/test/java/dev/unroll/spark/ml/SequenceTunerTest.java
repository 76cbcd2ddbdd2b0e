package dev.unroll.spark.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.rounds.SerialTrials.Fold;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Test;

class SequenceTunerTest {

  /** Rising or falling sequences, with a time each. */
  private static Dataset<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      List<Double> features = new ArrayList<>();
      for (int t = 0; t < 4 + i % 5; t++) {
        features.add((i % 2 == 0 ? t : -t) * 0.3 + Math.sin(i * 7 + t) * 0.5);
      }
      rows.add(RowFactory.create(i, features, i % 2 == 0 ? "up" : "down"));
    }
    StructType schema = StructType.fromDDL("time int, features array<double>, label string");
    return LocalSpark.session().createDataFrame(rows, schema);
  }

  private static RnnClassifier estimator() {
    return new RnnClassifier().setCell("gru").setMaxIter(9).setBatchSize(4).setStepSize(0.05);
  }

  private static SequenceTuner tuner() {
    return new SequenceTuner()
        .setEstimator(estimator())
        .setSpace("hiddenSize = 2, 4, 8", "stepSize = 0.002, 0.05");
  }

  private static String text(SequenceTunerModel model) throws Exception {
    return new ObjectMapper().writeValueAsString(model.trials());
  }

  @Test
  void theSameSeedGivesTheSameTableHoweverTheRowsCome() throws Exception {
    SequenceTunerModel one = tuner().fit(rows());
    SequenceTunerModel other =
        tuner().fit(rows().orderBy(functions.col("time").desc()).repartition(7));

    assertEquals(text(one), text(other));
    assertEquals(one.verdict(), other.verdict());
    assertEquals(one.bestModel().weightsSha256(), other.bestModel().weightsSha256());
  }

  @Test
  void aFinishedCandidateHasTheNumbersThatItHasWhenAllAreTrainedToTheEnd() {
    SequenceTunerModel halved = tuner().fit(rows());
    SequenceTunerModel full = tuner().setMinEpochs(9).fit(rows());

    long finished = halved.trials().stream().filter(TunedTrial::finished).count();
    assertTrue(finished >= 1 && finished < 6, finished + " finished");
    for (TunedTrial trial : halved.trials()) {
      TunedTrial whole = full.trials().get(trial.trial());
      assertEquals(trial.values(), whole.values());
      double[] begun = java.util.Arrays.copyOf(whole.validation(), trial.epochs());
      assertArrayEquals(begun, trial.validation());
    }
    long steps = halved.trials().stream().mapToLong(TunedTrial::steps).sum();
    long all = full.trials().stream().mapToLong(TunedTrial::steps).sum();
    assertTrue(steps < all, steps + " of " + all);
  }

  @Test
  void aGridOfSparksIsTakenAndDivergingCandidatesAreLeftBehind() {
    RnnClassifier estimator = estimator().setSolver("sgd").setClipNorm(0);
    SequenceTunerModel model =
        new SequenceTuner()
            .setEstimator(estimator)
            .setEstimatorParamMaps(
                new ParamGridBuilder()
                    .addGrid(estimator.stepSize(), new double[] {0.05, 1e38})
                    .build())
            .setMinEpochs(9)
            .fit(rows());

    assertEquals(2, model.trials().size());
    assertTrue(model.trials().get(0).finished());
    assertTrue(model.trials().get(1).status().startsWith("diverged"), model.trials().toString());
    assertEquals(2, model.table().count());
  }

  @Test
  void whenAllDivergeItIsSaid() {
    SequenceTuner tuner =
        new SequenceTuner()
            .setEstimator(estimator().setSolver("sgd").setClipNorm(0).setStepSize(1e38));
    IllegalStateException failure =
        assertThrows(IllegalStateException.class, () -> tuner.fit(rows()));
    assertTrue(failure.getMessage().contains("diverged"), failure.getMessage());
  }

  @Test
  void eachFoldJudgesItsOwnRowsAndTrainsOnAllOthers() {
    TuningFolds folds = TuningFolds.byHash(List.of("features", "label"), 3, 1);
    List<Integer> parts =
        rows().select(folds.part().cast("int")).collectAsList().stream()
            .map(row -> row.getInt(0))
            .toList();

    assertEquals(new TreeSet<>(List.of(0, 1, 2)), new TreeSet<>(parts));
    for (int fold = 0; fold < 3; fold++) {
      Fold it = folds.folds().get(fold);
      assertEquals(List.of(fold), it.judge());
      assertEquals(2, it.trainOn().size());
      assertTrue(!it.trainOn().contains(fold));
    }
  }

  @Test
  void rollingOriginsTrainOnThePastOnlyAndKeepTheEmbargo() {
    double embargo = 3;
    Dataset<Row> rows = rows();
    TuningFolds folds = TuningFolds.rollingOrigin(rows, "time", 3, embargo);
    List<Row> timed = rows.select(functions.col("time"), folds.part()).collectAsList();

    int judged = 0;
    int previousEnd = -1;
    for (Fold fold : folds.folds()) {
      TreeSet<Integer> train = times(timed, fold.trainOn());
      TreeSet<Integer> judge = times(timed, fold.judge());
      assertTrue(train.last() + embargo <= judge.first(), train.last() + " and " + judge.first());
      assertTrue(judge.first() > previousEnd);
      // All of the past but the embargo is trained on.
      assertEquals(0, train.first());
      assertEquals(train.last() + 1, train.size());
      assertEquals(judge.first() - embargo, train.last() + 1);
      previousEnd = judge.last();
      judged += judge.size();
    }
    assertEquals(45, judged, 1);
    assertEquals(59, previousEnd);
  }

  private static TreeSet<Integer> times(List<Row> timed, List<Integer> parts) {
    return timed.stream()
        .filter(row -> parts.contains(row.getInt(1)))
        .map(row -> row.getInt(0))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void rollingOriginTunes() {
    SequenceTunerModel model =
        tuner().setValidation("rollingOrigin").setTimeCol("time").setEmbargo(2).fit(rows());
    assertTrue(model.trials().stream().anyMatch(TunedTrial::finished));
    assertEquals(60, model.transform(rows()).count());
  }

  @Test
  void anEmbargoLongerThanAStretchIsRefused() {
    Dataset<Row> rows = rows();
    SequenceTuner tuner = tuner().setValidation("rollingOrigin").setTimeCol("time").setEmbargo(40);
    InvalidDataException failure = assertThrows(InvalidDataException.class, () -> tuner.fit(rows));
    assertTrue(failure.getMessage().contains("embargo of 40"), failure.getMessage());
    assertEquals(StorageLevel.NONE(), rows.storageLevel(), "nothing is left cached");
  }

  @Test
  void windowsOfOneSeriesJudgeTogether() {
    Dataset<Row> windows =
        new SequenceWindows().setLength(3).setLabelCol("label").transform(rows());
    SequenceTunerModel model = tuner().fit(windows);
    Dataset<Row> hashes = windows.select("window_series").distinct();
    assertEquals(60, hashes.count());
    TuningFolds folds = TuningFolds.byHash(List.of("window_series"), 3, 1);
    long seriesInSeveralParts =
        windows
            .select(functions.col("time"), folds.part().as("part"))
            .groupBy("time")
            .agg(functions.countDistinct("part").as("parts"))
            .where("parts > 1")
            .count();
    assertEquals(0, seriesInSeveralParts);
    assertTrue(model.verdict().contains("hidden units"), model.verdict());
  }

  @Test
  void whatCannotBeTunedIsRefusedBeforeAnyJob() {
    StructType schema = rows().schema();
    IllegalArgumentException unknown =
        assertThrows(
            IllegalArgumentException.class,
            () -> tuner().setSpace("numShards = 2, 4").transformSchema(schema));
    assertTrue(unknown.getMessage().contains("cannot be tuned"), unknown.getMessage());
    assertThrows(
        InvalidDataException.class,
        () -> tuner().setValidation("rollingOrigin").setTimeCol("tim").transformSchema(schema));
    assertThrows(IllegalStateException.class, () -> new SequenceTuner().transformSchema(schema));
  }
}
