package dev.unroll.spark.rounds;

import dev.unroll.net.Model;
import dev.unroll.net.ModelFormatException;
import dev.unroll.net.Network;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Scaling;
import dev.unroll.net.Task;
import dev.unroll.spark.ClassColumn;
import dev.unroll.spark.FeatureNames;
import dev.unroll.spark.InvalidRows;
import dev.unroll.spark.SequenceColumns;
import dev.unroll.train.DivergedException;
import dev.unroll.train.Position;
import dev.unroll.train.Preprocessing;
import dev.unroll.train.RoundPlan;
import dev.unroll.train.TrainingConfig;
import dev.unroll.train.TrainingState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
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
  private final Optional<Model> initial;
  private final TrainingConfig config;

  private SequenceTraining(PreparedRows prepared, PackedShards shards) {
    settings = prepared.settings();
    profile = prepared.profile();
    columns = prepared.columns();
    classes = prepared.classes();
    initial = prepared.initial();
    this.shards = shards;
    config = settings.training().settled(shards.minibatches());
    network = new Network(prepared.networkConfig(settings));
    preprocessing =
        initial
            .map(model -> new Preprocessing(model.inputScaling(), targetScaling(model)))
            .orElseGet(() -> prepared.preprocessing(List.of(shards)));
  }

  private static Scaling targetScaling(Model model) {
    return model.network().task() == Task.REGRESS ? model.targetScaling() : Scaling.none(0);
  }

  /**
   * Reads the rows, checks them, and deals them to the shards.
   *
   * @throws dev.unroll.spark.InvalidDataException if columns or rows cannot be used
   */
  public static SequenceTraining prepare(Dataset<Row> dataset, LearnerSettings settings) {
    return prepare(dataset, settings, Optional.empty());
  }

  /**
   * The same, to go on learning from a model that is there already. Its scaling and its classes
   * stay: the weights were learnt with them. The rows may lack some of the classes, but not have
   * others.
   *
   * @param initial the model to start from
   * @throws ModelFormatException if the settings or the rows ask for another network
   */
  public static SequenceTraining prepare(
      Dataset<Row> dataset, LearnerSettings settings, Optional<Model> initial) {
    PreparedRows prepared = PreparedRows.of(dataset, settings, initial);
    PackedShards shards = prepared.pack(dataset);
    try {
      shards.requireRows(prepared.split(), settings.columns().validation());
      return new SequenceTraining(prepared, shards);
    } catch (RuntimeException e) {
      shards.close();
      throw e;
    }
  }

  /** The columns to learn from; all checks that need no data. */
  public static SequenceColumns columns(Dataset<Row> dataset, LearnerSettings settings) {
    return PreparedRows.columns(dataset, settings, Optional.empty());
  }

  /**
   * Runs all rounds, without checkpoints.
   *
   * @param listener told of each round when it has ended
   * @throws DivergedException when a shard's result is not finite
   */
  public Model train(Consumer<RoundReport> listener) {
    return model(run(sparkShards(), start(), (report, state) -> listener.accept(report)));
  }

  /**
   * Runs all rounds or, with checkpoints, those that are left after the newest one.
   *
   * @param checkpoints where they are; none are looked for or left without
   * @throws CheckpointException if the run may not start from what is there
   * @throws DivergedException when a shard's result is not finite
   */
  public Trained train(
      Optional<CheckpointSettings> checkpoints, Configuration hadoop, Listener listener)
      throws IOException {
    Optional<Checkpoints> store = Optional.empty();
    if (checkpoints.isPresent()) {
      store =
          Optional.of(
              new Checkpoints(
                  checkpoints.get(), hadoop, identity(), parameters(), listener::skipped));
    }
    return train(sparkShards(), store, listener);
  }

  Trained train(Shards on, Optional<Checkpoints> checkpoints, Listener listener)
      throws IOException {
    Optional<RunState> found =
        checkpoints.isPresent() ? checkpoints.get().resume() : Optional.empty();
    RunState start = found.orElseGet(this::start);
    listener.starts(start.current().position().round());
    ParameterAveraging.Ended ended =
        run(
            on,
            start,
            (report, state) -> {
              listener.ended(report);
              checkpoints.ifPresent(store -> store.offer(state));
            });
    if (ended.ending() == StopRules.Ending.TIME) {
      checkpoints.ifPresent(store -> store.write(ended.state()));
    }
    RunState state = ended.state();
    double loss = state.best().map(RunState.Kept::loss).orElse(Double.NaN);
    return new Trained(model(ended), ended.ending(), state.position(), loss, state.leftOut());
  }

  /** Hears how a run goes. */
  public interface Listener {
    /** A checkpoint was passed over, and why. */
    void skipped(String message);

    /** The run begins after that many rounds; 0 when it starts afresh. */
    void starts(long round);

    /** A round has ended; its checkpoint is still to be written. */
    void ended(RoundReport report);
  }

  /**
   * A model and how its run ended.
   *
   * @param position where the model's weights were reached
   * @param validationLoss of the model; NaN without held-out rows
   * @param leftOut results of shards that were left out of the whole run
   */
  public record Trained(
      Model model,
      StopRules.Ending ending,
      Position position,
      double validationLoss,
      long leftOut) {}

  /** What must be the same where a run goes on. */
  RunIdentity identity() {
    return RunIdentity.of(
        settings, profile, shards, classes, initial.map(Model::weightsSha256).orElse("none"));
  }

  RunState start() {
    float[] weights =
        initial.map(Model::weights).orElseGet(() -> network.initialWeights(config.seed()));
    return RunState.start(TrainingState.initial(weights, config));
  }

  SparkShards sparkShards() {
    return new SparkShards(shards, pass(), settings.rounds(), exchange());
  }

  ShardPass pass() {
    return new ShardPass(
        network.config(),
        preprocessing,
        config,
        shards.minibatches(),
        shards.checksums(),
        settings.kernels());
  }

  ParameterAveraging.Ended run(
      Shards on, RunState start, BiConsumer<RoundReport, RunState> listener) {
    return new ParameterAveraging(
            on, config, settings.stop(), settings.rounds().divergedShard(), listener)
        .run(start);
  }

  private Model model(ParameterAveraging.Ended ended) {
    return model(ended.state().weights());
  }

  /** The model with some weights, such as those of {@link DivergedException#weights}. */
  public Model model(float[] weights) {
    boolean regress = settings.task() == Task.REGRESS;
    TreeMap<String, String> about = new TreeMap<>();
    about.put("featuresCol", settings.columns().features());
    about.put("labelCol", settings.columns().label().orElseThrow());
    if (!columns.featureNames().isEmpty()) {
      about.put(FeatureNames.ABOUT, FeatureNames.text(columns.featureNames()));
    }
    if (!columns.labelNames().isEmpty()) {
      about.put(ClassColumn.ABOUT, FeatureNames.text(columns.labelNames()));
    }
    return new Model(
        network.config(),
        weights,
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

  /** How shards are trained and put together. */
  public TrainingConfig config() {
    return config;
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
    return settings.bytesPerShard(parameters());
  }

  /** Bytes that the driver needs for weights and the like in a round. */
  public long driverBytes() {
    return settings.driverBytes(parameters(), isLocal());
  }

  /** How the results of a round come together. */
  public Exchange exchange() {
    return settings.exchange(parameters(), isLocal());
  }

  private boolean isLocal() {
    return shards.blocks().context().isLocal();
  }

  /** Rounds that the run makes if nothing stops it early. */
  public long rounds() {
    return RoundPlan.rounds(config, shards.minibatches());
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
