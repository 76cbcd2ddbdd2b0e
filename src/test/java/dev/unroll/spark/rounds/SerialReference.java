package dev.unroll.spark.rounds;

import dev.unroll.math.Kernels;
import dev.unroll.net.Network;
import dev.unroll.net.Scaling;
import dev.unroll.net.SequenceBlock;
import dev.unroll.net.Task;
import dev.unroll.spark.ExactMoments;
import dev.unroll.spark.Example;
import dev.unroll.spark.ScalingMethod;
import dev.unroll.spark.SequenceColumns;
import dev.unroll.train.LossEvaluator;
import dev.unroll.train.Preprocessing;
import dev.unroll.train.SampleBlocks;
import dev.unroll.train.SerialTraining;
import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingState;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Plain serial training of the rows of a table, in the order of their hashes, in one block: a loop
 * over {@link dev.unroll.train.LocalTrainer} without shards, rounds or Spark.
 */
final class SerialReference {
  private final LearnerSettings settings;
  private final SerialTraining training;
  private final SequenceBlock rows;
  private final SequenceBlock heldOut;

  SerialReference(Dataset<Row> table, LearnerSettings settings, SequenceTraining prepared) {
    this.settings = settings;
    List<Placed> placed = placed(table, settings);
    List<String> classes = classes(placed);
    rows = block(placed.stream().filter(p -> !p.key.heldOut()).toList(), classes);
    heldOut = block(placed.stream().filter(p -> p.key.heldOut()).toList(), classes);
    boolean regress = settings.task() == Task.REGRESS;
    Preprocessing preprocessing =
        new Preprocessing(
            scaling(rows.values(), rows.inputSize()),
            regress ? scaling(rows.targets(), rows.targetSize()) : Scaling.none(0));
    training = new SerialTraining(prepared.network().config(), preprocessing, settings.training());
  }

  private record Placed(RowKey key, Example example) {}

  private static List<Placed> placed(Dataset<Row> table, LearnerSettings settings) {
    SequenceColumns columns = SequenceTraining.columns(table, settings);
    ValidationSplit split =
        new ValidationSplit(settings.validationFraction(), settings.training().seed());
    return table.collectAsList().stream()
        .map(row -> columns.read(row, "-"))
        .map(example -> new Placed(RowKey.of(example, settings.placement(), split), example))
        .sorted(Comparator.comparing(Placed::key, RowKey.ORDER))
        .toList();
  }

  private static List<String> classes(List<Placed> placed) {
    TreeSet<String> classes = new TreeSet<>();
    placed.stream()
        .filter(p -> p.example.classes() != null)
        .forEach(p -> classes.addAll(List.of(p.example.classes())));
    return List.copyOf(classes);
  }

  private SequenceBlock block(List<Placed> placed, List<String> classes) {
    SampleBlocks.Rows block = new SampleBlocks.Rows();
    placed.forEach(p -> block.add(steps(p.example), targets(p.example, classes)));
    return block.block(settings.task() == Task.TAG);
  }

  private static float[][] steps(Example example) {
    int width = example.width();
    return IntStream.range(0, example.length())
        .mapToObj(t -> Arrays.copyOfRange(example.values(), t * width, (t + 1) * width))
        .toArray(float[][]::new);
  }

  private static float[] targets(Example example, List<String> classes) {
    if (example.numbers() != null) {
      return example.numbers();
    }
    float[] targets = new float[example.classes().length];
    for (int j = 0; j < targets.length; j++) {
      targets[j] = classes.indexOf(example.classes()[j]);
    }
    return targets;
  }

  private Scaling scaling(float[] values, int size) {
    if (settings.scaling() == ScalingMethod.NONE) {
      return Scaling.none(size);
    }
    ExactMoments moments = new ExactMoments(size);
    for (int at = 0; at < values.length; at += size) {
      moments.add(values, at);
    }
    return new Scaling(moments.mean(), moments.deviation());
  }

  /** The last state or, with held-out rows, the one with the lowest loss on them. */
  float[] train() {
    TrainingState state = training.initial();
    TrainingState best = state;
    double lowest = Double.POSITIVE_INFINITY;
    while (state.position().epoch() < settings.training().epochs()) {
      ShardResult result = training.epoch(0, List.of(rows), state);
      state = SerialTraining.at(state.position().epoch() + 1, result.weights(), result.optimizer());
      double loss = heldOut.size() == 0 ? Double.NEGATIVE_INFINITY : loss(state.weights());
      best = heldOut.size() == 0 || loss < lowest ? state : best;
      lowest = Math.min(loss, lowest);
    }
    return best.weights();
  }

  private double loss(float[] weights) {
    return new LossEvaluator(
            new Network(training.network()),
            training.preprocessing(),
            settings.training().batchSize(),
            Kernels.best())
        .lossSum(weights, heldOut);
  }

  int heldOutSequences() {
    return heldOut.size();
  }
}
