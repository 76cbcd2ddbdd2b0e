package dev.unroll.spark.ml;

import dev.unroll.net.CellType;
import dev.unroll.net.Model;
import dev.unroll.net.Network;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Scaling;
import dev.unroll.net.ScalingFile;
import dev.unroll.net.Task;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.util.MLWritable;

/** Small stages of every kind that has files, made without training. */
final class SavedStages {
  private SavedStages() {}

  static Model network(long seed) {
    NetworkConfig network = new NetworkConfig(Task.CLASSIFY, CellType.GRU, 2, 3, 1, false, 3);
    return new Model(
        network,
        new Network(network).initialWeights(seed),
        new Scaling(new double[] {0.5, -1}, new double[] {2, 0.25}),
        Scaling.none(3),
        List.of("a", "b", "c"),
        "string",
        new TreeMap<>(Map.of("featuresCol", "features")));
  }

  static RnnClassificationModel model(long seed) {
    return new RnnClassificationModel("model-" + seed, network(seed))
        .setPredictionCol("answer " + seed)
        .setHandleInvalid("keep");
  }

  static RnnClassifier estimator(long seed) {
    return new RnnClassifier("estimator-" + seed).setSeed(seed).setHiddenSize(3).setIdCol("id");
  }

  static SequenceScalerModel scaler(long seed) {
    Scaling figures = new Scaling(new double[] {seed, 1e-3}, new double[] {2, 1.0 / 3});
    return new SequenceScalerModel("scaler-" + seed, new ScalingFile("standard", figures))
        .setOutputCol("scaled " + seed);
  }

  static SequenceTuner tuner(long seed) {
    return new SequenceTuner("tuner-" + seed)
        .setEstimator(estimator(seed))
        .setSpace("hiddenSize = 2, 3");
  }

  static SequenceTunerModel tuned(long seed) {
    double[] losses = {0.5, Double.NaN, 1e-300 * seed};
    TunedTrial trial =
        new TunedTrial(
            0, Map.of("hiddenSize", "3"), 2, 0.25, 0.1, losses, losses, losses, 7, "finished");
    TunedTrial diverged =
        new TunedTrial(
            1,
            Map.of(),
            1,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            new double[0],
            new double[0],
            new double[0],
            1L << 40,
            "diverged: at once");
    return new SequenceTunerModel(
        "tuned-" + seed, model(seed), List.of(trial, diverged), "take 3 units");
  }

  static void save(PipelineStage stage, String path) throws IOException {
    ((MLWritable) stage).write().overwrite().save(path);
  }
}
