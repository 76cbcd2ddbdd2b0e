package dev.unroll.spark.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unroll.spark.LocalSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/**
 * Remaining life of the engines of C-MAPSS FD001, where they are at hand (-Dunroll.data=DIR): all
 * stages in one Pipeline. Training targets are capped at 125 cycles, the truth of the test is not.
 */
class EngineLifeIT {
  private static final Path DATA =
      Path.of(System.getProperty("unroll.data", "../shared/data"), "rul-cmapss-fd001");
  private static final String[] VALUES =
      IntStream.range(2, 26).mapToObj(i -> "_c" + i).toArray(String[]::new);

  private final SparkSession spark = LocalSpark.session();

  private Dataset<Row> engines(String file) {
    return spark
        .read()
        .format("csv")
        .option("sep", " ")
        .option("inferSchema", "true")
        .load(DATA.resolve(file).toString());
  }

  private Dataset<Row> train() {
    engines("train_FD001.txt.gz").createOrReplaceTempView("train_engines");
    return spark.sql(
        "SELECT *, least(125, max(_c1) OVER (PARTITION BY _c0) - _c1) AS life FROM train_engines");
  }

  private Dataset<Row> test() throws Exception {
    engines("test_FD001.txt.gz").createOrReplaceTempView("test_engines");
    List<String> left = Files.readAllLines(DATA.resolve("RUL_FD001.txt"));
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      if (!left.get(i).isBlank()) {
        rows.add("(" + (i + 1) + ", " + left.get(i).strip() + ")");
      }
    }
    return spark.sql(
        "SELECT e.*, k.left + max(_c1) OVER (PARTITION BY _c0) - _c1 AS life FROM test_engines e"
            + " JOIN (VALUES "
            + String.join(", ", rows)
            + ") AS k(engine, left) ON k.engine = e._c0");
  }

  private static Pipeline pipeline(int seed) {
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              new SequenceAssembler()
                  .setKeyCols("_c0")
                  .setTimeCol("_c1")
                  .setValueCols(VALUES)
                  .setLabelCol("life")
                  .setLabels("perStep"),
              new SequenceWindows().setLength(30).setMinLength(1).setLabelCol("life"),
              new SequenceScaler().setMethod("minMax"),
              new RnnRegressor()
                  .setFeaturesCol("scaled")
                  .setLabelCol("life")
                  .setScaling("minMax")
                  .setHiddenSize(32)
                  .setMaxIter(12)
                  .setBatchSize(16)
                  .setSolver("adamw")
                  .setStepSize(0.005)
                  .setWeightDecay(0.01)
                  .setSchedule("cosine")
                  .setWarmupFraction(0.1)
                  .setNumShards(2)
                  .setSeed(seed)
            });
  }

  @Test
  void windowsOfSensorsTellTheLifeLeft() throws Exception {
    assumeTrue(Files.isDirectory(DATA), DATA + " is not here");
    Dataset<Row> train = train().cache();
    Dataset<Row> test = test().cache();
    ParamMap lastWindow = new ParamMap();
    double sum = 0;
    List<Double> all = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      PipelineModel model = pipeline(seed).fit(train);
      SequenceWindows windows = (SequenceWindows) model.stages()[1];
      lastWindow.put(windows.windows().w("last"));
      Dataset<Row> scored = model.transform(test, lastWindow);
      assertEquals(100, scored.count());
      double rmse = new RegressionEvaluator().setLabelCol("life").evaluate(scored);
      all.add(rmse);
      sum += rmse;
    }
    System.out.println("C-MAPSS FD001, seeds 1-3: mean test RMSE " + sum / 3 + " of " + all);
    assertTrue(sum / 3 <= 16.0, "mean " + sum / 3 + " of " + all);
  }
}
