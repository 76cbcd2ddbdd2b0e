package dev.unroll.spark.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Task;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.rounds.SmallTable;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

/** Spark's own tuning: side by side as one by one, and nothing is left behind. */
class ModelSelectionTest {
  /** Less than the weights that are sent, and more than the code of a task. */
  private static final long LARGE_BLOCK = 200_000;

  private static final JavaSparkContext CONTEXT =
      JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());

  private static final Dataset<Row> ROWS =
      SmallTable.of(Task.CLASSIFY, 45, 1)
          .withColumn("label", functions.expr("double(ascii(label) - 97)"));

  private static RnnClassifier classifier() {
    return new RnnClassifier().setMaxIter(2).setNumShards(2).setStepSize(0.01);
  }

  private static ParamMap[] sizes(RnnClassifier classifier) {
    return new ParamGridBuilder().addGrid(classifier.hiddenSize(), new int[] {130, 160}).build();
  }

  private static MulticlassClassificationEvaluator logLoss() {
    return new MulticlassClassificationEvaluator().setMetricName("logLoss");
  }

  private static CrossValidatorModel crossValidated(int parallelism) {
    RnnClassifier classifier = classifier();
    return new CrossValidator()
        .setEstimator(classifier)
        .setEstimatorParamMaps(sizes(classifier))
        .setEvaluator(logLoss())
        .setNumFolds(3)
        .setSeed(5)
        .setParallelism(parallelism)
        .fit(ROWS);
  }

  private static TrainValidationSplitModel split(int parallelism) {
    RnnClassifier classifier = classifier();
    return new TrainValidationSplit()
        .setEstimator(classifier)
        .setEstimatorParamMaps(sizes(classifier))
        .setEvaluator(logLoss())
        .setSeed(5)
        .setParallelism(parallelism)
        .fit(ROWS);
  }

  @Test
  void crossValidationSideBySideIsTheSame() throws InterruptedException {
    Left before = Left.now();
    CrossValidatorModel serial = crossValidated(1);
    CrossValidatorModel parallel = crossValidated(2);
    assertEquals(2, serial.avgMetrics().length);
    assertArrayEquals(serial.avgMetrics(), parallel.avgMetrics());
    assertSame(serial.bestModel(), parallel.bestModel());
    assertNothingLeft(before);
  }

  @Test
  void aSplitSideBySideIsTheSame() throws InterruptedException {
    Left before = Left.now();
    TrainValidationSplitModel serial = split(1);
    TrainValidationSplitModel parallel = split(2);
    assertArrayEquals(serial.validationMetrics(), parallel.validationMetrics());
    assertSame(serial.bestModel(), parallel.bestModel());
    assertNothingLeft(before);
  }

  @Test
  void theTunerLeavesNothing() throws InterruptedException {
    Left before = Left.now();
    SequenceTunerModel tuned =
        new SequenceTuner()
            .setEstimator(classifier())
            .setEstimatorParamMaps(sizes(classifier()))
            .fit(ROWS);
    tuned.transform(ROWS).count();
    assertEquals(2, tuned.trials().size());
    assertNothingLeft(before);
  }

  private static void assertSame(Model<?> one, Model<?> other) {
    RnnClassificationModel expected = (RnnClassificationModel) one;
    RnnClassificationModel found = (RnnClassificationModel) other;
    assertEquals(expected.network().network(), found.network().network());
    assertEquals(expected.weightsSha256(), found.weightsSha256());
  }

  /** Cached tables, and broadcasts as large as weights. */
  private record Left(Set<Integer> cached, Set<String> broadcasts) {
    static Left now() {
      BlockManager manager = SparkEnv.get().blockManager();
      Set<String> large = new HashSet<>();
      CollectionConverters.asJava(manager.getMatchingBlockIds(BlockId::isBroadcast)).stream()
          .filter(id -> manager.getStatus(id).exists(status -> status.memSize() > LARGE_BLOCK))
          .forEach(id -> large.add(id.name()));
      return new Left(new TreeSet<>(CONTEXT.getPersistentRDDs().keySet()), large);
    }

    /** What was not there before. */
    Left without(Left before) {
      cached.removeAll(before.cached);
      broadcasts.removeAll(before.broadcasts);
      return this;
    }

    boolean nothing() {
      return cached.isEmpty() && broadcasts.isEmpty();
    }
  }

  /** Spark's cleaner works in the background, after the garbage collector. */
  private static void assertNothingLeft(Left before) throws InterruptedException {
    assertTrue(Left.now().without(before).cached.isEmpty(), "tables are freed at once");
    for (int attempt = 0; attempt < 100; attempt++) {
      System.gc();
      if (Left.now().without(before).nothing()) {
        return;
      }
      Thread.sleep(100);
    }
    assertEquals(new Left(Set.of(), Set.of()), Left.now().without(before));
  }
}
