package dev.unroll.spark.ml;

import dev.unroll.net.Task;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.rounds.SmallTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * A stage that is set up, and a small table for it.
 *
 * @param inputs columns of the table that the stage cannot do without
 * @param outputs columns that it adds
 */
record StageExample(
    PipelineStage stage, Dataset<Row> table, List<String> inputs, List<String> outputs) {

  /** One of each public stage, by its class; models are fitted. */
  static Map<Class<?>, StageExample> all() {
    Map<Class<?>, StageExample> all = new LinkedHashMap<>();
    withModel(all, estimator(new RnnClassifier()), CLASSES);
    withModel(all, estimator(new RnnRegressor()), List.of("prediction", "error"));
    withModel(all, estimator(new RnnTagger()), CLASSES);
    withModel(all, tuner(), List.of("prediction", "probability", "rawPrediction"));
    withModel(all, scaler(), List.of("scaled", "scale", "scaledLabel"));
    add(all, inverseScaler());
    add(all, assembler());
    add(all, windows());
    return all;
  }

  private static final List<String> CLASSES =
      List.of("prediction", "probability", "rawPrediction", "error");

  private static void add(Map<Class<?>, StageExample> all, StageExample example) {
    all.put(example.stage.getClass(), example);
  }

  private static void withModel(
      Map<Class<?>, StageExample> all, StageExample example, List<String> outputs) {
    add(all, new StageExample(example.stage, example.table, example.inputs, outputs));
    Model<?> model = (Model<?>) ((Estimator<?>) example.stage).fit(example.table);
    List<String> inputs = model instanceof SequenceScalerModel ? example.inputs.subList(0, 1) : IN;
    add(all, new StageExample(model, example.table, inputs, outputs));
  }

  private static final List<String> IN = List.of("features");

  private static <E extends RnnEstimator<E, ?>> StageExample estimator(E estimator) {
    estimator
        .setIdCol("id")
        .setWeightCol("weight")
        .setValidationIndicatorCol("heldOut")
        .setHandleInvalid("keep")
        .setHiddenSize(3)
        .setMaxIter(2)
        .setNumShards(2)
        .setSeed(7);
    Dataset<Row> table =
        SmallTable.of(estimator.task(), 24, 3)
            .withColumn("weight", functions.expr("1.0 + length(id) % 3"))
            .withColumn("heldOut", functions.expr("hash(id) % 3 = 0"));
    return new StageExample(
        estimator, table, List.of("features", "label", "id", "weight", "heldOut"), List.of());
  }

  private static StageExample tuner() {
    SequenceTuner tuner =
        new SequenceTuner()
            .setEstimator(new RnnClassifier().setMaxIter(2))
            .setSpace("hiddenSize = 2, 3")
            .setValidation("rollingOrigin")
            .setTimeCol("time")
            .setNumFolds(2)
            .setMinEpochs(1);
    Dataset<Row> table =
        SmallTable.of(Task.CLASSIFY, 40, 5)
            .withColumn("time", functions.expr("cast(substring(id, 5) as int)"));
    return new StageExample(tuner, table, List.of("features", "label", "time"), List.of());
  }

  private static StageExample scaler() {
    SequenceScaler scaler =
        new SequenceScaler()
            .setMethod("robust")
            .setLabelCol("label")
            .setTargetFeatures(new String[] {"0", "1"});
    return new StageExample(
        scaler, SmallTable.of(Task.REGRESS, 20, 9), List.of("features", "label"), List.of());
  }

  private static StageExample inverseScaler() {
    Dataset<Row> table =
        LocalSpark.session()
            .sql(
                "SELECT CAST(id AS double) AS prediction,"
                    + " named_struct('level', array(10d), 'scale', array(4d)) AS scale"
                    + " FROM range(5)");
    InverseSequenceScaler stage = new InverseSequenceScaler().setTargetFeatures(new String[] {"0"});
    return new StageExample(
        stage, table, List.of("prediction", "scale"), List.of("unscaledPrediction"));
  }

  private static StageExample assembler() {
    Dataset<Row> table =
        LocalSpark.session()
            .sql(
                "SELECT concat('series ', id % 4) AS id, id AS time, id % 2 AS tie,"
                    + " id / 3 AS speed, id % 3 = 0 AS hot, id % 4 AS label FROM range(40)");
    SequenceAssembler assembler =
        new SequenceAssembler()
            .setKeyCols(new String[] {"id"})
            .setTimeCol("time")
            .setTieCol("tie")
            .setValueCols(new String[] {"speed", "hot"})
            .setLabelCol("label");
    // It makes a new table: a column of the old one is in the way only when it is kept.
    return new StageExample(
        assembler, table, List.of("id", "time", "tie", "speed", "hot"), List.of());
  }

  private static StageExample windows() {
    Dataset<Row> table =
        LocalSpark.session()
            .sql(
                "SELECT id, transform(sequence(0, 10), t -> array(t / 3, id + t)) AS features"
                    + " FROM range(6)");
    SequenceWindows windows =
        new SequenceWindows()
            .setLength(3)
            .setHorizon(1)
            .setTargetFeatures("0")
            .setIdCol("id")
            .setValidationFraction(0.3)
            .setValidation("series");
    return new StageExample(
        windows, table, List.of("features", "id"), List.of("window_end", "label", "isValidation"));
  }
}
