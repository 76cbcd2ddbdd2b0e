package dev.unroll.spark.rounds;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What decides the model beside the state: a run may go on from a checkpoint only when both have
 * the same. Names are those of the configuration.
 *
 * @param values by name
 */
record RunIdentity(SortedMap<String, String> values) {

  static RunIdentity of(
      LearnerSettings settings,
      DataProfile profile,
      PackedShards shards,
      List<String> classes,
      String initialWeights) {
    TreeMap<String, String> values = new TreeMap<>();
    var training = settings.training();
    values.put("task", settings.task().label());
    values.put("input.featuresCol", settings.columns().features());
    values.put("input.labelCol", label(settings.columns().label()));
    values.put("input.idCol", label(settings.columns().id()) + " " + settings.placement());
    values.put("input.weightCol", label(settings.columns().weight()));
    values.put("input.validationIndicatorCol", label(settings.columns().validation()));
    values.put("input.maxSequenceLength", "" + settings.columns().maxLength());
    values.put("input.invalidRows", settings.invalidRows().toString());
    values.put("input.scaling", settings.scaling().toString());
    values.put("network.cell", settings.cell().label());
    values.put("network.hiddenSize", "" + settings.hiddenSize());
    values.put("network.numLayers", "" + settings.numLayers());
    values.put("network.bidirectional", "" + settings.bidirectional());
    values.put("training.epochs", "" + training.epochs());
    values.put("training.batchSize", "" + training.batchSize());
    values.put("training.optimizer", "" + training.optimizer());
    values.put("training.learningRate", "" + training.learningRate());
    values.put("training.schedule", "" + training.schedule());
    values.put("training.clipNorm", "" + training.clipNorm());
    values.put("training.seed", "" + training.seed());
    values.put("training.period", "" + training.period());
    values.put("training.outer", "" + training.outer());
    values.put("training.learningRateScaling", "" + training.scaling());
    values.put("training.warmupSteps", "" + training.warmupSteps());
    values.put("training.shards", "" + settings.shards());
    values.put("training.validationFraction", "" + settings.validationFraction());
    values.put("training.patience", "" + settings.stop().patience());
    values.put("training.targetLoss", "" + settings.stop().targetLoss().orElse(0));
    values.put(
        "training.targetMetric",
        "" + settings.stop().targetMetric().map(StopRules.Target::value).orElse(0.0));
    values.put("training.divergedShard", "" + settings.rounds().divergedShard());
    values.put("training.kernels", settings.kernels().equals("blas") ? "blas" : "equal bits");
    values.put("training.initialModel", initialWeights);
    values.put("the data: usable rows", "" + (profile.rows() - profile.invalid().total()));
    // Not in the fingerprint: the same classes may be numbered otherwise, as words and as numbers.
    values.put("the data: classes", classes.size() + ", hash " + classes.hashCode());
    values.put("the data: fingerprint", shards.fingerprint());
    return new RunIdentity(values);
  }

  private static String label(Optional<String> column) {
    return column.orElse("");
  }

  /** What is not the same, each as {@code name: found here, found there}. */
  List<String> differences(RunIdentity there) {
    TreeMap<String, String> names = new TreeMap<>(values);
    names.putAll(there.values);
    List<String> differences = new ArrayList<>();
    for (String name : names.keySet()) {
      String mine = values.getOrDefault(name, "nothing");
      String other = there.values.getOrDefault(name, "nothing");
      if (!mine.equals(other)) {
        differences.add(name + " is " + mine + ", the checkpoint has " + other);
      }
    }
    return differences;
  }
}
