package dev.unroll.spark.scoring;

import dev.unroll.math.Kernels;
import dev.unroll.net.CellType;
import dev.unroll.net.Model;
import dev.unroll.net.Network;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Scaling;
import dev.unroll.net.Scorer;
import dev.unroll.net.SequenceBlock;
import dev.unroll.net.Task;
import dev.unroll.spark.InvalidRowPolicy;
import dev.unroll.spark.SequenceColumns.Columns;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/** Models that nobody trained, for sequences of two features as in {@code SmallTable}. */
final class TestModels {
  private TestModels() {}

  /** A model for classes a, b, c; or, to regress, for two numbers far from 0 and 1. */
  static Model of(Task task) {
    return task == Task.REGRESS
        ? regression(new Scaling(new double[] {-3, 100}, new double[] {7, 0.25}))
        : classes(task, "string", "a", "b", "c");
  }

  static Model regression(Scaling target) {
    return model(Task.REGRESS, target, List.of(), "double");
  }

  static Model classes(Task task, String labelType, String... names) {
    return model(task, Scaling.none(names.length), List.of(names), labelType);
  }

  private static Model model(Task task, Scaling target, List<String> classes, String labelType) {
    NetworkConfig network = new NetworkConfig(task, CellType.LSTM, 2, 5, 1, true, target.size());
    return new Model(
        network,
        new Network(network).initialWeights(3),
        new Scaling(new double[] {0.1, 0.5}, new double[] {0.5, 0.2}),
        target,
        classes,
        labelType,
        Collections.unmodifiableSortedMap(new TreeMap<>()));
  }

  static ScoringSettings strict() {
    return settings(InvalidRowPolicy.ERROR);
  }

  static ScoringSettings skipping() {
    return settings(InvalidRowPolicy.SKIP);
  }

  static ScoringSettings keeping() {
    return settings(InvalidRowPolicy.KEEP);
  }

  private static ScoringSettings settings(InvalidRowPolicy policy) {
    return new ScoringSettings(
        Columns.of("features", Optional.of("label"), Optional.of("id")), policy, "auto");
  }

  /** The answer for the features of one row, scored without Spark and without other rows. */
  static double[] answer(Model model, Row row) {
    List<? extends scala.collection.Seq<Number>> steps = row.getList(row.fieldIndex("features"));
    float[] values = new float[2 * steps.size()];
    for (int j = 0; j < values.length; j++) {
      values[j] = steps.get(j / 2).apply(j % 2).floatValue();
    }
    int[] starts = {0, steps.size()};
    SequenceBlock block = new SequenceBlock(2, starts, values, 0, false, new float[0]);
    return new Scorer(model, Kernels.best()).score(block)[0];
  }
}
