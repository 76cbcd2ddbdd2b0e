package dev.unroll.jobs.config;

import dev.unroll.net.Task;
import dev.unroll.spark.ml.AssemblerSettings;
import dev.unroll.spark.ml.RnnSettings;
import dev.unroll.spark.ml.TuningSettings;
import dev.unroll.spark.ml.WindowSettings;
import dev.unroll.spark.params.Setting;
import dev.unroll.spark.params.ValueRule;
import dev.unroll.spark.params.ValueRule.Choice;
import dev.unroll.spark.params.ValueRule.Free;
import dev.unroll.spark.params.ValueRule.Paths;
import dev.unroll.spark.params.ValueRule.Switch;
import dev.unroll.spark.params.ValueRule.Text;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The one table of all keys of the configuration; loader, help text and {@code conf/reference.conf}
 * come from it. A line holds the path and what can be set there: a setting that a stage of a
 * pipeline has too, or one of the jobs alone.
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
  TRAIN_QUERY(
      "input.train.query",
      new Text(),
      Preset.none("SELECT id, features, label FROM input WHERE quality > 0"),
      "A query in Spark's SQL over what was read, under the name input, and over tables."),
  TRAIN_TABLES(
      "input.train.tables",
      new Free(),
      Preset.none("{ truth = \"csv:data/truth.csv\" }"),
      "More tables for the query: NAME = \"FORMAT:PATH\"."),
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
  TEST_QUERY(
      "input.test.query",
      new Text(),
      Preset.none("SELECT * FROM input JOIN truth USING (id)"),
      "A query in Spark's SQL over what was read, under the name input, and over tables."),
  TEST_TABLES(
      "input.test.tables",
      new Free(),
      Preset.none("{ truth = \"csv:data/truth.csv\" }"),
      "More tables for the query: NAME = \"FORMAT:PATH\"."),
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
  SCORE_QUERY(
      "input.score.query",
      new Text(),
      Preset.none("SELECT id, features FROM input"),
      "A query in Spark's SQL over what was read, under the name input, and over tables."),
  SCORE_TABLES(
      "input.score.tables",
      new Free(),
      Preset.none("{ truth = \"csv:data/truth.csv\" }"),
      "More tables for the query: NAME = \"FORMAT:PATH\"."),
  FEATURES_COL("input.featuresCol", RnnSettings.FEATURES_COL),
  LABEL_COL("input.labelCol", RnnSettings.LABEL_COL),
  ID_COL("input.idCol", RnnSettings.ID_COL),
  WEIGHT_COL("input.weightCol", RnnSettings.WEIGHT_COL),
  VALIDATION_COL("input.validationIndicatorCol", RnnSettings.VALIDATION_INDICATOR_COL),
  MAX_SEQUENCE_LENGTH("input.maxSequenceLength", RnnSettings.MAX_SEQUENCE_LENGTH),
  INVALID_ROWS("input.invalidRows", RnnSettings.HANDLE_INVALID),
  SCALING("input.scaling", RnnSettings.SCALING),
  TABLE_KEY_COLS("table.keyCols", AssemblerSettings.KEY_COLS),
  TABLE_TIME_COL("table.timeCol", AssemblerSettings.TIME_COL),
  TABLE_TIE_COL("table.tieCol", AssemblerSettings.TIE_COL),
  TABLE_VALUE_COLS("table.valueCols", AssemblerSettings.VALUE_COLS),
  TABLE_LABELS("table.labels", AssemblerSettings.LABELS),
  TABLE_GAPS("table.gaps", AssemblerSettings.GAPS),
  TABLE_FREQUENCY("table.frequency", AssemblerSettings.FREQUENCY),
  TABLE_MAX_LENGTH("table.maxLength", AssemblerSettings.MAX_LENGTH),
  WINDOWS_LENGTH("windows.length", WindowSettings.LENGTH),
  WINDOWS_MIN_LENGTH("windows.minLength", WindowSettings.MIN_LENGTH),
  WINDOWS_STRIDE("windows.stride", WindowSettings.STRIDE),
  WINDOWS_HORIZON("windows.horizon", WindowSettings.HORIZON),
  WINDOWS_TARGET_FEATURES("windows.targetFeatures", WindowSettings.TARGET_FEATURES),
  WINDOWS_VALIDATION("windows.validation", WindowSettings.VALIDATION),
  WINDOWS_JUDGED(
      "windows.judged",
      new Choice(List.of("all", "last")),
      Preset.of("all"),
      "Which windows of a series evaluate and score use."),
  CELL("network.cell", RnnSettings.CELL),
  HIDDEN_SIZE("network.hiddenSize", RnnSettings.HIDDEN_SIZE),
  NUM_LAYERS("network.numLayers", RnnSettings.NUM_LAYERS),
  BIDIRECTIONAL("network.bidirectional", RnnSettings.BIDIRECTIONAL),
  EPOCHS("training.epochs", RnnSettings.MAX_ITER),
  BATCH_SIZE("training.batchSize", RnnSettings.BATCH_SIZE),
  OPTIMIZER("training.optimizer", RnnSettings.SOLVER),
  LEARNING_RATE("training.learningRate", RnnSettings.STEP_SIZE),
  MOMENTUM("training.momentum", RnnSettings.MOMENTUM),
  SCHEDULE("training.schedule", RnnSettings.SCHEDULE),
  WARMUP_FRACTION("training.warmupFraction", RnnSettings.WARMUP_FRACTION),
  CLIP_NORM("training.clipNorm", RnnSettings.CLIP_NORM),
  WEIGHT_DECAY("training.weightDecay", RnnSettings.WEIGHT_DECAY),
  SEED("training.seed", RnnSettings.SEED),
  SHARDS("training.shards", RnnSettings.NUM_SHARDS),
  PERIOD("training.period", RnnSettings.PERIOD),
  OUTER("training.outer", RnnSettings.OUTER),
  OUTER_LEARNING_RATE("training.outerLearningRate", RnnSettings.OUTER_STEP_SIZE),
  OUTER_MOMENTUM("training.outerMomentum", RnnSettings.OUTER_MOMENTUM),
  LEARNING_RATE_SCALING("training.learningRateScaling", RnnSettings.STEP_SIZE_SCALING),
  WARMUP_STEPS("training.warmupSteps", RnnSettings.WARMUP_STEPS),
  DIVERGED_SHARD("training.divergedShard", RnnSettings.DIVERGED_SHARD),
  COMBINE_ON_DRIVER("training.combineOnDriver", RnnSettings.COMBINE_ON_DRIVER),
  MAX_ROUND_SECONDS("training.maxRoundSeconds", RnnSettings.MAX_ROUND_SECONDS),
  INITIAL_MODEL("training.initialModel", RnnSettings.INITIAL_MODEL),
  CHECKPOINT_INTERVAL("training.checkpointInterval", RnnSettings.CHECKPOINT_INTERVAL),
  CHECKPOINTS_KEPT("training.checkpointsKept", RnnSettings.CHECKPOINTS_KEPT),
  VALIDATION_FRACTION("training.validationFraction", RnnSettings.VALIDATION_FRACTION),
  PATIENCE("training.patience", RnnSettings.PATIENCE),
  TARGET_LOSS("training.targetLoss", RnnSettings.TARGET_LOSS),
  TARGET_METRIC("training.targetMetric", RnnSettings.TARGET_METRIC),
  MAX_SECONDS("training.maxSeconds", RnnSettings.MAX_SECONDS),
  KERNELS("training.kernels", RnnSettings.KERNELS),
  TUNING_SPACE(
      "tuning.space",
      new Free(),
      Preset.none("{ hiddenSize = [8, 16, 32, 64], learningRate = \"0.001 .. 0.1\" }"),
      "What jobs/tune.sh tries: for each key of network and training its values, or a range from"
          + " which they are drawn evenly on a logarithmic scale."),
  TUNING_MAX_CANDIDATES("tuning.maxCandidates", TuningSettings.MAX_CANDIDATES),
  TUNING_VALIDATION("tuning.validation", TuningSettings.VALIDATION),
  TUNING_FOLDS("tuning.folds", TuningSettings.NUM_FOLDS),
  TUNING_TIME_COL("tuning.timeCol", TuningSettings.TIME_COL),
  TUNING_EMBARGO("tuning.embargo", TuningSettings.EMBARGO),
  TUNING_REDUCTION("tuning.reduction", TuningSettings.REDUCTION),
  TUNING_MIN_EPOCHS("tuning.minEpochs", TuningSettings.MIN_EPOCHS),
  TUNING_SELECT("tuning.select", TuningSettings.SELECT),
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
  RUN_RESUME("run.resume", RnnSettings.RESUME),
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
  private final Setting setting;

  ConfigKey(String path, Setting setting) {
    this.path = path;
    this.setting = setting;
  }

  ConfigKey(String path, ValueRule rule, Preset preset, String meaning) {
    this(path, new Setting(path, rule, preset.text(), preset.isDefault(), "", meaning));
  }

  /** The full name, e.g. {@code training.epochs}. */
  public String path() {
    return path;
  }

  /** What is set; of a stage, if the key belongs to one. */
  public Setting setting() {
    return setting;
  }

  /** Whether a stage of a pipeline has a param of this setting. */
  boolean isParam() {
    return !setting.name().equals(path);
  }

  /** The param that a name stands for: its own, or the last part of its key. */
  public static String param(String name) {
    for (ConfigKey key : values()) {
      if (key.isParam() && key.path().endsWith("." + name)) {
        return key.setting().name();
      }
    }
    return name;
  }

  /** The value as text that holds when none is given; some keys have none. */
  public Optional<String> defaultValue() {
    return setting.defaultText();
  }

  /** A value as text that could be given. */
  public String example() {
    return setting.preset();
  }

  /** What the number counts, or an empty text. */
  public String unit() {
    return setting.unit();
  }

  /** What the key does, in a sentence. */
  public String meaning() {
    return setting.meaning();
  }

  /** What is accepted, to go after "expected". */
  public String allowed() {
    return rule().allowed();
  }

  ValueRule rule() {
    return setting.rule();
  }

  /** Whether names below this key are the user's own. */
  boolean isFree() {
    return rule() instanceof Free;
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
