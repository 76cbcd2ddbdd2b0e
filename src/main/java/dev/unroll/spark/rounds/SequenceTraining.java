package dev.unroll.spark.rounds;

import dev.unroll.net.Model;
import dev.unroll.net.Network;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Scaling;
import dev.unroll.net.Task;
import dev.unroll.spark.InvalidRowPolicy;
import dev.unroll.spark.InvalidRows;
import dev.unroll.spark.SequenceColumns;
import dev.unroll.spark.rounds.LearnerSettings.ScalingMethod;
import dev.unroll.train.DivergedException;
import dev.unroll.train.Preprocessing;
import dev.unroll.train.TrainingState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Learns a {@link Model} from a table: {@link #prepare} checks, shuffles, packs and caches the
 * rows, {@link #train} runs the rounds. Close it to free the cache.
 *
 * <pre>{@code
 * try (SequenceTraining training = SequenceTraining.prepare(table, settings)) {
 *   Model model = training.train(report -> System.out.println(report.loss()));
 * }
 * }</pre>
 */
public final class SequenceTraining implements AutoCloseable {
  private final LearnerSettings settings;
  private final DataProfile profile;
  private final SequenceColumns columns;
  private final List<String> classes;
  private final PackedShards shards;
  private final Network network;
  private final Preprocessing preprocessing;

  private SequenceTraining(
      LearnerSettings settings,
      DataProfile profile,
      SequenceColumns columns,
      List<String> classes,
      PackedShards shards) {
    this.settings = settings;
    this.profile = profile;
    this.columns = columns;
    this.classes = classes;
    this.shards = shards;
    network = new Network(networkConfig(settings, profile, classes));
    preprocessing = preprocessing(settings, profile, shards);
  }

  /**
   * Reads the rows, checks them, and deals them to the shards.
   *
   * @throws dev.unroll.spark.InvalidDataException if columns or rows cannot be used
   */
  public static SequenceTraining prepare(Dataset<Row> dataset, LearnerSettings settings) {
    SequenceColumns columns = columns(dataset, settings);
    ValidationSplit split =
        new ValidationSplit(settings.validationFraction(), settings.training().seed());
    LearnerData.Reader reader = new LearnerData.Reader(columns, settings.placement(), null);
    LearnerData data = new LearnerData(dataset, reader);

    DataProfile profile = DataProfile.of(data, split, ShardPlan.buckets(settings.shards()));
    requireValid(profile, columns, settings);
    List<String> classes = sortedClasses(profile.classes(), columns, settings.task());
    ShardPlan plan = ShardPlan.balance(settings.shards(), profile.bucketSteps());
    PackedShards shards =
        PackedShards.pack(
            data.expecting(profile.shape()),
            split,
            plan,
            blockShape(settings, profile),
            index(classes),
            settings.training().batchSize());
    try {
      shards.requireRows(split);
      return new SequenceTraining(settings, profile, columns, classes, shards);
    } catch (RuntimeException e) {
      shards.close();
      throw e;
    }
  }

  /** The columns to learn from; all checks that need no data. */
  public static SequenceColumns columns(Dataset<Row> dataset, LearnerSettings settings) {
    return SequenceColumns.of(
        dataset.schema(),
        settings.task(),
        settings.featuresCol(),
        Optional.of(settings.labelCol()),
        settings.idCol());
  }

  private static void requireValid(
      DataProfile profile, SequenceColumns columns, LearnerSettings settings) {
    if (profile.hasUsableRows()) {
      profile.refuseOtherShapes(columns);
    }
    if (settings.invalidRows() == InvalidRowPolicy.ERROR && profile.invalid().total() > 0) {
      throw profile.invalid().asError(profile.rows());
    }
    profile.requireUsable(settings.task());
  }

  /** Numbers by value, everything else by name. */
  private static List<String> sortedClasses(
      Map<String, Long> classes, SequenceColumns columns, Task task) {
    if (task == Task.REGRESS) {
      return List.of();
    }
    Map<Object, String> byValue = new TreeMap<>();
    classes
        .keySet()
        .forEach(name -> byValue.put(SequenceColumns.classValue(name, columns.labelType()), name));
    return List.copyOf(byValue.values());
  }

  private static Map<String, Integer> index(List<String> classes) {
    Map<String, Integer> index = new HashMap<>();
    classes.forEach(name -> index.put(name, index.size()));
    return index;
  }

  private static BlockPacker.BlockShape blockShape(LearnerSettings settings, DataProfile profile) {
    LearnerData.Shape shape = profile.shape();
    return new BlockPacker.BlockShape(
        shape.width(), shape.labelWidth(), settings.task() == Task.TAG);
  }

  private static NetworkConfig networkConfig(
      LearnerSettings settings, DataProfile profile, List<String> classes) {
    LearnerData.Shape shape = profile.shape();
    return new NetworkConfig(
        settings.task(),
        settings.cell(),
        shape.width(),
        settings.hiddenSize(),
        settings.numLayers(),
        settings.bidirectional(),
        settings.task() == Task.REGRESS ? shape.labelWidth() : classes.size());
  }

  private static Preprocessing preprocessing(
      LearnerSettings settings, DataProfile profile, PackedShards shards) {
    LearnerData.Shape shape = profile.shape();
    int targets = settings.task() == Task.REGRESS ? shape.labelWidth() : 0;
    if (settings.scaling() == ScalingMethod.NONE) {
      return new Preprocessing(Scaling.none(shape.width()), Scaling.none(targets));
    }
    return new Preprocessing(shards.inputScaling(shape.width()), shards.targetScaling(targets));
  }

  /**
   * Runs all rounds.
   *
   * @param listener told of each round when it has ended
   * @throws DivergedException when a shard's result is not finite
   */
  public Model train(Consumer<RoundReport> listener) {
    ShardPass pass =
        new ShardPass(
            network.config(),
            preprocessing,
            settings.training(),
            shards.minibatches(),
            settings.kernels());
    SparkShards sparkShards = new SparkShards(shards.blocks(), pass, shards.heldOutTargetRows());
    return model(train(sparkShards, listener));
  }

  TrainingState train(Shards on, Consumer<RoundReport> listener) {
    float[] weights = network.initialWeights(settings.training().seed());
    return new ParameterAveraging(on, settings.training(), settings.patience(), listener)
        .run(TrainingState.initial(weights, settings.training().optimizer()));
  }

  /** The model with the weights of a state, such as {@link DivergedException#lastGood}. */
  public Model model(TrainingState state) {
    boolean regress = settings.task() == Task.REGRESS;
    TreeMap<String, String> about = new TreeMap<>();
    about.put("featuresCol", settings.featuresCol());
    about.put("labelCol", settings.labelCol());
    return new Model(
        network.config(),
        state.weights(),
        preprocessing.input(),
        regress ? preprocessing.target() : Scaling.none(classes.size()),
        classes,
        regress ? "double" : columns.labelType().simpleString(),
        about);
  }

  /** The architecture, which depends on the data's width and classes. */
  public NetworkConfig networkConfig() {
    return network.config();
  }

  /** Number of parameters. */
  public int parameters() {
    return network.layout().size();
  }

  Network network() {
    return network;
  }

  PackedShards shards() {
    return shards;
  }

  Preprocessing preprocessing() {
    return preprocessing;
  }

  /** Steps of the training rows in each shard. */
  public List<Long> shardSteps() {
    return new ArrayList<>(shards.statistics().stream().map(s -> s.steps).toList());
  }

  /** Training sequences in all shards. */
  public long sequences() {
    return shards.statistics().stream().mapToLong(s -> s.sequences).sum();
  }

  /** Sequences held out for validation. */
  public long heldOutSequences() {
    return shards.statistics().stream().mapToLong(s -> s.heldOutSequences).sum();
  }

  /** Bytes that go to each shard, and come back from it, in a round. */
  public long bytesPerShard() {
    float[] none = new float[network.layout().size()];
    return TrainingState.initial(none, settings.training().optimizer()).bytes();
  }

  /** Rows that were left out, by reason. */
  public InvalidRows skipped() {
    return profile.invalid();
  }

  /** Rows read in all. */
  public long rowsRead() {
    return profile.rows();
  }

  @Override
  public void close() {
    shards.close();
  }
}
