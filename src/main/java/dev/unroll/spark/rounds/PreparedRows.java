package dev.unroll.spark.rounds;

import dev.unroll.net.Model;
import dev.unroll.net.ModelFormatException;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Scaling;
import dev.unroll.net.Task;
import dev.unroll.spark.FeatureNames;
import dev.unroll.spark.FeatureScaling;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.InvalidRowPolicy;
import dev.unroll.spark.SequenceColumns;
import dev.unroll.spark.TimedJob;
import dev.unroll.spark.Words;
import dev.unroll.train.Preprocessing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.NumericType;

/**
 * A table that has been read and checked once: all that is known of it before rows are packed, and
 * what settings make of it.
 *
 * @param rows the table
 * @param profile what the check found
 * @param classes in the order of the outputs
 * @param initial the model to start from, if there is one
 */
record PreparedRows(
    Dataset<Row> rows,
    LearnerSettings settings,
    SequenceColumns columns,
    DataProfile profile,
    List<String> classes,
    Optional<Model> initial) {

  /**
   * Reads all rows once.
   *
   * @throws InvalidDataException if columns or rows cannot be used
   * @throws ModelFormatException if the settings or the rows ask for another network than the
   *     initial model's
   */
  static PreparedRows of(Dataset<Row> rows, LearnerSettings settings, Optional<Model> initial) {
    SequenceColumns columns = columns(rows, settings, initial);
    double maxSeconds = settings.rounds().maxSeconds();
    TimedJob.awaitExecutor(
        rows.sparkSession().sparkContext(), Math.min(maxSeconds, TimedJob.MAX_START_SECONDS));
    LearnerData data = new LearnerData(rows, reader(columns, settings));
    DataProfile profile =
        DataProfile.of(data, split(settings), ShardPlan.buckets(settings.shards()), maxSeconds);
    requireValid(profile, columns, settings, initial);
    List<String> classes =
        initial
            .map(Model::classes)
            .orElseGet(() -> sortedClasses(profile.classes(), columns, settings.task()));
    PreparedRows prepared = new PreparedRows(rows, settings, columns, profile, classes, initial);
    initial.ifPresent(prepared::requireFit);
    return prepared;
  }

  /** The columns to learn from; all checks that need no data. */
  static SequenceColumns columns(
      Dataset<Row> rows, LearnerSettings settings, Optional<Model> initial) {
    List<String> features = initial.map(FeatureNames::of).orElse(List.of());
    return SequenceColumns.of(
        rows.schema(), settings.task(), settings.columns().withFeatures(features));
  }

  private static LearnerData.Reader reader(SequenceColumns columns, LearnerSettings settings) {
    return new LearnerData.Reader(columns, settings.placement(), null);
  }

  private static ValidationSplit split(LearnerSettings settings) {
    return new ValidationSplit(settings.validationFraction(), settings.training().seed());
  }

  private static void requireValid(
      DataProfile profile,
      SequenceColumns columns,
      LearnerSettings settings,
      Optional<Model> initial) {
    if (profile.hasUsableRows()) {
      profile.refuseOtherShapes(columns);
    }
    if (settings.invalidRows() == InvalidRowPolicy.ERROR && profile.invalid().total() > 0) {
      throw profile.invalid().asError(profile.rows());
    }
    profile.requireUsable(
        settings.task(), settings.columns().label().orElseThrow(), initial.isEmpty());
  }

  /** Classes that are numbers are 0, 1, ... up to the largest; others are in order of name. */
  private static List<String> sortedClasses(
      SortedMap<String, Long> classes, SequenceColumns columns, Task task) {
    if (task == Task.REGRESS) {
      return List.of();
    }
    return columns.labelType() instanceof NumericType
        ? indices(classes, columns)
        : List.copyOf(classes.keySet());
  }

  private static List<String> indices(SortedMap<String, Long> classes, SequenceColumns columns) {
    int count = columns.labelNames().size();
    for (String name : classes.keySet()) {
      Number value = (Number) SequenceColumns.classValue(name, columns.labelType());
      count = Math.max(count, value.intValue() + 1);
    }
    List<String> indices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      indices.add(SequenceColumns.className(i, columns.labelType()));
    }
    return indices;
  }

  private void requireFit(Model model) {
    NetworkConfig asked = networkConfig(settings);
    if (!model.network().equals(asked)) {
      throw new ModelFormatException(
          "training.initialModel has %s, but the settings and the rows make %s; set network.* and task as in its network.json, or start without it"
              .formatted(model.network(), asked));
    }
    List<String> unknown =
        profile.classes().keySet().stream().filter(name -> !classes.contains(name)).toList();
    if (settings.task() != Task.REGRESS && !unknown.isEmpty()) {
      throw new InvalidDataException(
          "column \"%s\" has classes that training.initialModel does not know: %s; it knows %s. Train a new model, or leave these rows out"
              .formatted(
                  settings.columns().label().orElseThrow(),
                  Words.list(unknown),
                  Words.list(classes)));
    }
  }

  /** Which rows are held out where no column says so. */
  ValidationSplit split() {
    return split(settings);
  }

  /** Deals rows, all or some of those that were checked, to the shards. */
  PackedShards pack(Dataset<Row> some) {
    return PackedShards.pack(
        new LearnerData(some, reader(columns, settings)).expecting(profile.shape()),
        split(),
        ShardPlan.balance(settings.shards(), profile.bucketSteps()),
        blockShape(),
        classIndex(),
        settings.training().batchSize(),
        settings.rounds().maxSeconds());
  }

  private BlockPacker.BlockShape blockShape() {
    LearnerData.Shape shape = profile.shape();
    return new BlockPacker.BlockShape(
        shape.width(), shape.labelWidth(), settings.task() == Task.TAG);
  }

  private Map<String, Integer> classIndex() {
    Map<String, Integer> index = new HashMap<>();
    classes.forEach(name -> index.put(name, index.size()));
    return index;
  }

  /** The architecture that settings make of these rows. */
  NetworkConfig networkConfig(LearnerSettings wanted) {
    LearnerData.Shape shape = profile.shape();
    return new NetworkConfig(
        wanted.task(),
        wanted.cell(),
        shape.width(),
        wanted.hiddenSize(),
        wanted.numLayers(),
        wanted.bidirectional(),
        wanted.task() == Task.REGRESS ? shape.labelWidth() : classes.size());
  }

  /** The scaling that some of the rows ask for. */
  Preprocessing preprocessing(List<PackedShards> trainOn) {
    LearnerData.Shape shape = profile.shape();
    return new Preprocessing(
        scaling(trainOn, PackedShards.Part.VALUES, shape.width()),
        settings.task() == Task.REGRESS
            ? scaling(trainOn, PackedShards.Part.TARGETS, shape.labelWidth())
            : Scaling.none(0));
  }

  private Scaling scaling(List<PackedShards> trainOn, PackedShards.Part part, int width) {
    return switch (settings.scaling()) {
      case NONE -> Scaling.none(width);
      case STANDARD -> FeatureScaling.standard(PackedShards.moments(trainOn, part, width));
      case MIN_MAX, ROBUST, MEAN_ABS ->
          FeatureScaling.of(
              PackedShards.values(trainOn, part),
              width,
              settings.scaling(),
              settings.rounds().maxSeconds());
    };
  }
}
