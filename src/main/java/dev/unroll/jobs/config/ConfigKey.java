package dev.unroll.jobs.config;

import dev.unroll.jobs.config.ValueRule.Choice;
import dev.unroll.jobs.config.ValueRule.Form;
import dev.unroll.jobs.config.ValueRule.Free;
import dev.unroll.jobs.config.ValueRule.Paths;
import dev.unroll.jobs.config.ValueRule.Real;
import dev.unroll.jobs.config.ValueRule.Switch;
import dev.unroll.jobs.config.ValueRule.Text;
import dev.unroll.jobs.config.ValueRule.Whole;
import dev.unroll.net.CellType;
import dev.unroll.net.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The one table of all keys of the configuration; loader, help text and {@code conf/reference.conf}
 * come from it. A line holds path, what is accepted, default or example, unit (if any), meaning.
 * Where the values go in a {@link JobConfig} is said in {@link ConfigBinding}.
 */
public enum ConfigKey {
  TASK(
      "task",
      new Choice(Arrays.stream(Task.values()).map(Task::label).toList()),
      Preset.none("classify"),
      "What the network learns: a class per sequence, a number or vector per sequence, or a class"
          + " per step."),
  TRAIN_FORMAT(
      "input.train.format",
      new Text(),
      Preset.none("json"),
      "Format of the training data: any Spark source (parquet, json, csv, orc, ...) or ts, the"
          + " UCR/UEA format."),
  TRAIN_PATH(
      "input.train.path",
      new Paths(),
      Preset.none("data/train.json"),
      "Where the training data is: a file, directory or glob, or a list of them."),
  TRAIN_OPTIONS(
      "input.train.options",
      new Free(),
      Preset.none("{ multiLine = true }"),
      "Options handed to the Spark source as they are."),
  TEST_FORMAT(
      "input.test.format",
      new Text(),
      Preset.none("json"),
      "Format of the test data, which evaluate reads, and train after training."),
  TEST_PATH(
      "input.test.path", new Paths(), Preset.none("data/test.json"), "Where the test data is."),
  TEST_OPTIONS(
      "input.test.options",
      new Free(),
      Preset.none("{ multiLine = true }"),
      "Options handed to the Spark source as they are."),
  SCORE_FORMAT(
      "input.score.format",
      new Text(),
      Preset.none("parquet"),
      "Format of the data to score; a label column is not needed."),
  SCORE_PATH(
      "input.score.path",
      new Paths(),
      Preset.none("data/new.parquet"),
      "Where the data to score is."),
  SCORE_OPTIONS(
      "input.score.options",
      new Free(),
      Preset.none("{ mergeSchema = true }"),
      "Options handed to the Spark source as they are."),
  FEATURES_COL(
      "input.featuresCol",
      new Text(),
      Preset.of("features"),
      "The column that holds the sequences."),
  LABEL_COL("input.labelCol", new Text(), Preset.of("label"), "The column that holds the labels."),
  ID_COL(
      "input.idCol",
      new Text(),
      Preset.none("id"),
      "A column that names each row, used in messages and to place rows on shards; without it a"
          + " row's content decides."),
  INVALID_ROWS(
      "input.invalidRows",
      new Choice(List.of("error", "skip")),
      Preset.of("error"),
      "What a row that cannot be used does: stop the job, or be left out and counted."),
  SCALING(
      "input.scaling",
      new Choice(List.of("standard", "none")),
      Preset.of("standard"),
      "Whether features are brought to mean 0 and deviation 1; the figures come from the training"
          + " data and stay in the model."),
  CELL(
      "network.cell",
      new Choice(Arrays.stream(CellType.values()).map(CellType::label).toList()),
      Preset.of(CellType.LSTM.label()),
      "The recurrent cell."),
  HIDDEN_SIZE(
      "network.hiddenSize",
      new Whole(1, 65_536),
      Preset.of("64"),
      "numbers per step",
      "Size of the hidden state of each layer and direction."),
  NUM_LAYERS(
      "network.numLayers",
      new Whole(1, 64),
      Preset.of("1"),
      "layers",
      "Recurrent layers stacked upon one another."),
  BIDIRECTIONAL(
      "network.bidirectional",
      new Switch(),
      Preset.of("false"),
      "Whether each layer also reads its sequence from end to start."),
  EPOCHS(
      "training.epochs",
      new Whole(1, Integer.MAX_VALUE),
      Preset.of("20"),
      "passes",
      "How many times to go through the training data."),
  BATCH_SIZE(
      "training.batchSize",
      new Whole(1, Integer.MAX_VALUE),
      Preset.of("8"),
      "sequences",
      "Sequences per step of the optimizer, on each shard. N shards with minibatches of B / N and"
          + " the learning rate times N learn like one with minibatches of B."),
  OPTIMIZER(
      "training.optimizer",
      new Choice(List.of("sgd", "momentum", "adam", "adamw")),
      Preset.of("adam"),
      "How gradients change the weights."),
  LEARNING_RATE(
      "training.learningRate",
      Real.above(0),
      Preset.of("0.001"),
      "Step size of the optimizer, at its highest."),
  MOMENTUM(
      "training.momentum",
      Real.share(),
      Preset.of("0.9"),
      "Share of the last step kept by optimizer momentum; others ignore it."),
  SCHEDULE(
      "training.schedule",
      new Choice(List.of("constant", "cosine")),
      Preset.of("constant"),
      "How the learning rate goes after warm-up: stays, or falls to zero along half a cosine."),
  WARMUP_FRACTION(
      "training.warmupFraction",
      Real.share(),
      Preset.of("0.0"),
      "share of all steps",
      "How long the learning rate rises from zero at the start."),
  CLIP_NORM(
      "training.clipNorm",
      Real.atLeast(0),
      Preset.of("1.0"),
      "Gradients with a larger norm are scaled down to this one; 0 leaves them."),
  WEIGHT_DECAY(
      "training.weightDecay",
      Real.atLeast(0),
      Preset.of("0.0"),
      "Pull of the weights towards zero: added to the gradient, with adamw apart from it."),
  SEED(
      "training.seed",
      new Whole(Long.MIN_VALUE, Long.MAX_VALUE),
      Preset.of("1"),
      "Start of all randomness; the same seed, data and settings give the same model."),
  SHARDS(
      "training.shards",
      new Whole(1, 1_000_000),
      Preset.of("4"),
      "shards",
      "Parts of the data trained side by side and averaged every round. Part of what decides the"
          + " model, so it does not follow the machine: give a cluster as many as it has cores."),
  PERIOD(
      "training.period",
      new Form("epoch|steps\\([1-9][0-9]{0,8}\\)", "epoch or steps(k)"),
      Preset.of("epoch"),
      "How long shards train between two rounds: a whole pass over their rows, or k steps of the"
          + " optimizer, such as steps(8)."),
  OUTER(
      "training.outer",
      new Choice(List.of("average", "nesterov")),
      Preset.of("average"),
      "What is made of the shards' results: their mean, weights and optimizer state alike, or a"
          + " step with momentum towards the mean of the weights (BMUF, DiLoCo), each round with a"
          + " new optimizer state."),
  OUTER_LEARNING_RATE(
      "training.outerLearningRate",
      Real.above(0),
      Preset.of("1.0"),
      "Step size of outer nesterov; average ignores it."),
  OUTER_MOMENTUM(
      "training.outerMomentum",
      new Form("auto|0|0?\\.[0-9]+", "auto or a number at least 0 and below 1"),
      Preset.of("auto"),
      "Momentum of outer nesterov: auto is the least of 1 - 1/shards, 1 - 8/rounds and 0.9."),
  LEARNING_RATE_SCALING(
      "training.learningRateScaling",
      new Choice(List.of("none", "sqrt", "linear")),
      Preset.of("none"),
      "Raises the learning rate with the number of shards N, times its root or N: the mean of N"
          + " shards at the same rate learns as slowly as N times the batch."),
  WARMUP_STEPS(
      "training.warmupSteps",
      new Whole(0, 1_000_000_000),
      Preset.of("0"),
      "minibatches",
      "Steps that one shard trains alone before the first epoch, at the rate as it stands."),
  DIVERGED_SHARD(
      "training.divergedShard",
      new Choice(List.of("stop", "leaveOut")),
      Preset.of("stop"),
      "What a shard does whose result is not finite: it stops the run, or is left out of that"
          + " round, told and counted."),
  COMBINE_ON_DRIVER(
      "training.combineOnDriver",
      new Whole(0, 1_000_000),
      Preset.of("256"),
      "MB",
      "Results of a round up to this size are averaged by the driver, larger ones by executors;"
          + " the model is the same."),
  MAX_ROUND_SECONDS(
      "training.maxRoundSeconds",
      Real.above(0),
      Preset.of("21600"),
      "seconds",
      "A round that takes longer fails, with a message, instead of waiting for executors that never"
          + " come; so does the preparation of the rows."),
  INITIAL_MODEL(
      "training.initialModel",
      new Text(),
      Preset.none("runs/letters/model"),
      "A model directory to go on learning from. Its scaling and classes stay; the network must be"
          + " the same."),
  CHECKPOINT_INTERVAL(
      "training.checkpointInterval",
      new Whole(0, Integer.MAX_VALUE),
      Preset.of("10"),
      "rounds",
      "How often what the run needs to go on is stored below run.dir; 0 never does."),
  CHECKPOINTS_KEPT(
      "training.checkpointsKept",
      new Whole(1, 1_000_000),
      Preset.of("2"),
      "checkpoints",
      "How many of the last ones stay while the run goes on."),
  VALIDATION_FRACTION(
      "training.validationFraction",
      Real.share(),
      Preset.of("0.0"),
      "share of the rows",
      "Rows of the training data kept apart to watch the loss on."),
  PATIENCE(
      "training.patience",
      new Whole(0, Integer.MAX_VALUE),
      Preset.of("0"),
      "epochs",
      "Stops after so many epochs without a better validation loss; 0 never does. Needs"
          + " training.validationFraction."),
  TARGET_LOSS(
      "training.targetLoss",
      Real.atLeast(0),
      Preset.of("0.0"),
      "Stops when the validation loss is no higher; 0 never does. Needs"
          + " training.validationFraction."),
  MAX_SECONDS(
      "training.maxSeconds",
      Real.atLeast(0),
      Preset.of("0"),
      "seconds",
      "Stops after the round in which so much time of training is over, with a checkpoint to go on"
          + " from; 0 never does."),
  KERNELS(
      "training.kernels",
      new Choice(List.of("auto", "vector", "scalar", "blas")),
      Preset.of("auto"),
      "What computes: auto is vector where the JVM has the Vector API, else scalar, with the same"
          + " bits; blas (Netlib) gives up equal bits on all machines."),
  RUN_DIR(
      "run.dir",
      new Text(),
      Preset.none("runs/letters"),
      "Directory for model, metrics and report of a training run; local, hdfs or s3a."),
  RUN_OVERWRITE(
      "run.overwrite",
      new Switch(),
      Preset.of("false"),
      "Whether a finished run in run.dir may be replaced."),
  RUN_RESUME(
      "run.resume",
      new Choice(List.of("auto", "never", "required")),
      Preset.of("auto"),
      "Whether an unfinished run in run.dir goes on from its last checkpoint: if there is one,"
          + " never, or else it is an error. --resume says the same."),
  MODEL(
      "model",
      new Text(),
      Preset.none("runs/letters/model"),
      "The model directory that evaluate and score use; without it the directory model in"
          + " run.dir."),
  OUTPUT_PATH(
      "output.path", new Text(), Preset.none("predictions"), "Where score writes its predictions."),
  OUTPUT_FORMAT(
      "output.format", new Text(), Preset.of("parquet"), "Any format that Spark can write."),
  OUTPUT_OVERWRITE(
      "output.overwrite",
      new Switch(),
      Preset.of("false"),
      "Whether what is already at output.path may be replaced."),
  OUTPUT_OPTIONS(
      "output.options",
      new Free(),
      Preset.none("{ compression = zstd }"),
      "Options handed to the Spark writer as they are."),
  SPARK(
      "spark",
      new Free(),
      Preset.none("{ executor.memory = 4g }"),
      "Any Spark setting: spark.executor.memory here is Spark's own spark.executor.memory and wins"
          + " over spark-submit's. Where one name begins another, quote the longer one:"
          + " { speculation = true, \"speculation.quantile\" = 0.9 }.");

  private final String path;
  private final ValueRule rule;
  private final Preset preset;
  private final String unit;
  private final String meaning;

  ConfigKey(String path, ValueRule rule, Preset preset, String meaning) {
    this(path, rule, preset, "", meaning);
  }

  ConfigKey(String path, ValueRule rule, Preset preset, String unit, String meaning) {
    this.path = path;
    this.rule = rule;
    this.preset = preset;
    this.unit = unit;
    this.meaning = meaning;
  }

  /** The full name, e.g. {@code training.epochs}. */
  public String path() {
    return path;
  }

  /** The value as text that holds when none is given; some keys have none. */
  public Optional<String> defaultValue() {
    return preset.isDefault() ? Optional.of(preset.text()) : Optional.empty();
  }

  /** A value as text that could be given. */
  public String example() {
    return preset.text();
  }

  /** What the number counts, or an empty text. */
  public String unit() {
    return unit;
  }

  /** What the key does, in a sentence. */
  public String meaning() {
    return meaning;
  }

  /** What is accepted, to go after "expected". */
  public String allowed() {
    return rule.allowed();
  }

  ValueRule rule() {
    return rule;
  }

  /** Whether names below this key are the user's own. */
  boolean isFree() {
    return rule instanceof Free;
  }

  private record Preset(String text, boolean isDefault) {
    static Preset of(String value) {
      return new Preset(value, true);
    }

    /** No default; the example shows what could be given. */
    static Preset none(String example) {
      return new Preset(example, false);
    }
  }
}
