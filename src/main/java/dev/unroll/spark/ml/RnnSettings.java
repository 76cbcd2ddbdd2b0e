package dev.unroll.spark.ml;

import dev.unroll.net.CellType;
import dev.unroll.spark.ScalingMethod;
import dev.unroll.spark.params.Setting;
import dev.unroll.spark.params.ValueRule.Choice;
import dev.unroll.spark.params.ValueRule.Form;
import dev.unroll.spark.params.ValueRule.Real;
import dev.unroll.spark.params.ValueRule.Switch;
import dev.unroll.spark.params.ValueRule.Text;
import dev.unroll.spark.params.ValueRule.Whole;
import java.util.Arrays;
import java.util.List;

/**
 * What can be set of a recurrent estimator. The params of {@link RnnClassifier}, {@link
 * RnnRegressor} and {@link RnnTagger} and the keys of the train job are both made from this table.
 */
public final class RnnSettings {
  public static final Setting FEATURES_COL =
      Setting.of(
          "featuresCol",
          new Text(),
          "features",
          "",
          "The column that holds the sequences: array<array<number>>, array<vector>,"
              + " array<number> (one feature) or array<struct<number, ...>>.");
  public static final Setting LABEL_COL =
      Setting.of("labelCol", new Text(), "label", "", "The column that holds the labels.");
  public static final Setting ID_COL =
      Setting.optional(
          "idCol",
          new Text(),
          "id",
          "A column that names each row, used in messages and to place rows on shards; without it a"
              + " row's content decides.");
  public static final Setting WEIGHT_COL =
      Setting.optional(
          "weightCol",
          new Text(),
          "weight",
          "A column of numbers at least 0: how much each row counts in the loss. Without it all"
              + " count 1.");
  public static final Setting VALIDATION_INDICATOR_COL =
      Setting.optional(
          "validationIndicatorCol",
          new Text(),
          "isValidation",
          "A boolean column: true for the rows to watch the loss on and not to train on; goes"
              + " before validationFraction.");
  public static final Setting PREDICTION_COL =
      Setting.of(
          "predictionCol", new Text(), "prediction", "", "The column of predictions to add.");
  public static final Setting PROBABILITY_COL =
      Setting.of(
          "probabilityCol",
          new Text(),
          "probability",
          "",
          "The column of class probabilities to add, a vector in the order of the classes.");
  public static final Setting RAW_PREDICTION_COL =
      Setting.of(
          "rawPredictionCol",
          new Text(),
          "rawPrediction",
          "",
          "The column of logits to add, a vector in the order of the classes.");
  public static final Setting ERROR_COL =
      Setting.of(
          "errorCol",
          new Text(),
          "error",
          "",
          "The column that says why a row has no prediction; added when handleInvalid is keep.");
  public static final Setting HANDLE_INVALID =
      Setting.of(
          "handleInvalid",
          new Choice(List.of("error", "skip", "keep")),
          "error",
          "",
          "What a row that cannot be used does: stop, be left out and counted, or, when scoring,"
              + " stay with a null prediction and the reason; training leaves it out then.");
  public static final Setting MAX_SEQUENCE_LENGTH =
      Setting.of(
          "maxSequenceLength",
          new Whole(0, Integer.MAX_VALUE),
          "0",
          "steps",
          "Longer sequences cannot be used; 0 takes any length. Memory grows with the longest.");
  public static final Setting SCALING =
      Setting.of(
          "scaling",
          new Choice(ScalingMethod.labels()),
          "standard",
          "",
          "What is done to each feature, and to numbers to predict: mean 0 and deviation 1, least 0"
              + " and largest 1, median 0 and interquartile range 1, mean of absolute values 1, or"
              + " nothing. The figures come from the training rows and stay in the model.");
  public static final Setting CELL =
      Setting.of(
          "cell",
          new Choice(Arrays.stream(CellType.values()).map(CellType::label).toList()),
          CellType.LSTM.label(),
          "",
          "The recurrent cell.");
  public static final Setting HIDDEN_SIZE =
      Setting.of(
          "hiddenSize",
          new Whole(1, 65_536),
          "64",
          "numbers per step",
          "Size of the hidden state of each layer and direction.");
  public static final Setting NUM_LAYERS =
      Setting.of(
          "numLayers",
          new Whole(1, 64),
          "1",
          "layers",
          "Recurrent layers stacked upon one another.");
  public static final Setting BIDIRECTIONAL =
      Setting.of(
          "bidirectional",
          new Switch(),
          "false",
          "",
          "Whether each layer also reads its sequence from end to start.");
  public static final Setting MAX_ITER =
      Setting.of(
          "maxIter",
          new Whole(1, Integer.MAX_VALUE),
          "20",
          "passes",
          "Epochs: how many times to go through the training data.");
  public static final Setting BATCH_SIZE =
      Setting.of(
          "batchSize",
          new Whole(1, Integer.MAX_VALUE),
          "8",
          "sequences",
          "Sequences per step of the optimizer, on each shard. N shards with minibatches of B / N"
              + " and the learning rate times N learn like one with minibatches of B.");
  public static final Setting SOLVER =
      Setting.of(
          "solver",
          new Choice(List.of("sgd", "momentum", "adam", "adamw")),
          "adam",
          "",
          "The optimizer: how gradients change the weights.");
  public static final Setting STEP_SIZE =
      Setting.of(
          "stepSize",
          Real.above(0),
          "0.001",
          "",
          "Learning rate: the step size of the optimizer, at its highest.");
  public static final Setting MOMENTUM =
      Setting.of(
          "momentum",
          Real.share(),
          "0.9",
          "share of the last step",
          "How much of the last step optimizer momentum keeps; others ignore it.");
  public static final Setting SCHEDULE =
      Setting.of(
          "schedule",
          new Choice(List.of("constant", "cosine")),
          "constant",
          "",
          "How the learning rate goes after warm-up: stays, or falls to zero along half a cosine.");
  public static final Setting WARMUP_FRACTION =
      Setting.of(
          "warmupFraction",
          Real.share(),
          "0.0",
          "share of all steps",
          "How long the learning rate rises from zero at the start.");
  public static final Setting CLIP_NORM =
      Setting.of(
          "clipNorm",
          Real.atLeast(0),
          "1.0",
          "",
          "Gradients with a larger norm are scaled down to this one; 0 leaves them.");
  public static final Setting WEIGHT_DECAY =
      Setting.of(
          "weightDecay",
          Real.atLeast(0),
          "0.0",
          "",
          "Pull of the weights towards zero: added to the gradient, with adamw apart from it.");
  public static final Setting SEED =
      Setting.of(
          "seed",
          new Whole(Long.MIN_VALUE, Long.MAX_VALUE),
          "1",
          "",
          "Start of all randomness; the same seed, data and settings give the same model.");
  public static final Setting NUM_SHARDS =
      Setting.of(
          "numShards",
          new Whole(1, 1_000_000),
          "4",
          "shards",
          "Parts of the data trained side by side and averaged every round. Part of what decides"
              + " the model, so it does not follow the machine: give a cluster as many as it has"
              + " cores.");
  public static final Setting PERIOD =
      Setting.of(
          "period",
          new Form("epoch|steps\\([1-9][0-9]{0,8}\\)", "epoch or steps(k)"),
          "epoch",
          "",
          "How long shards train between two rounds: a whole pass over their rows, or k steps of"
              + " the optimizer, such as steps(8).");
  public static final Setting OUTER =
      Setting.of(
          "outer",
          new Choice(List.of("average", "nesterov")),
          "average",
          "",
          "What is made of the shards' results: their mean, weights and optimizer state alike, or a"
              + " step with momentum towards the mean of the weights (BMUF, DiLoCo), each round"
              + " with a new optimizer state.");
  public static final Setting OUTER_STEP_SIZE =
      Setting.of(
          "outerStepSize",
          Real.above(0),
          "1.0",
          "",
          "Step size of outer nesterov; average ignores it.");
  public static final Setting OUTER_MOMENTUM =
      Setting.of(
          "outerMomentum",
          new Form("auto|0|0?\\.[0-9]+", "auto or a number at least 0 and below 1"),
          "auto",
          "",
          "Momentum of outer nesterov: auto is the least of 1 - 1/shards, 1 - 8/rounds and 0.9.");
  public static final Setting STEP_SIZE_SCALING =
      Setting.of(
          "stepSizeScaling",
          new Choice(List.of("none", "sqrt", "linear")),
          "none",
          "",
          "Raises the learning rate with the number of shards N, times its root or N: the mean of N"
              + " shards at the same rate learns as slowly as N times the batch.");
  public static final Setting WARMUP_STEPS =
      Setting.of(
          "warmupSteps",
          new Whole(0, 1_000_000_000),
          "0",
          "minibatches",
          "Steps that one shard trains alone before the first epoch, at the rate as it stands.");
  public static final Setting DIVERGED_SHARD =
      Setting.of(
          "divergedShard",
          new Choice(List.of("stop", "leaveOut")),
          "stop",
          "",
          "What a shard does whose result is not finite: it stops the run, or is left out of that"
              + " round, told and counted.");
  public static final Setting COMBINE_ON_DRIVER =
      Setting.of(
          "combineOnDriver",
          new Whole(0, 1_000_000),
          "512",
          "MB",
          "How much of a round's results the driver may hold to average them; larger ones are"
              + " averaged by executors. The model is the same.");
  public static final Setting MAX_ROUND_SECONDS =
      Setting.of(
          "maxRoundSeconds",
          Real.above(0),
          "21600",
          "seconds",
          "A round that takes longer fails, with a message, instead of waiting for executors that"
              + " never come; so does the preparation of the rows.");
  public static final Setting INITIAL_MODEL =
      Setting.optional(
          "initialModel",
          new Text(),
          "runs/letters/model",
          "A model directory to go on learning from. Its scaling and classes stay; the network must"
              + " be the same.");
  public static final Setting CHECKPOINT_DIR =
      Setting.optional(
          "checkpointDir",
          new Text(),
          "runs/letters/checkpoints",
          "A directory on any Hadoop file system, of this run alone, for what the run needs to go"
              + " on after a crash; without it nothing is stored.");
  public static final Setting RESUME =
      Setting.of(
          "resume",
          new Choice(List.of("auto", "never", "required")),
          "auto",
          "",
          "Whether to go on from the last checkpoint in checkpointDir: if there is one, never, or"
              + " else it is an error.");
  public static final Setting CHECKPOINT_INTERVAL =
      Setting.of(
          "checkpointInterval",
          new Whole(-1, Integer.MAX_VALUE),
          "10",
          "rounds",
          "How often what the run needs to go on is stored; 0 and -1 never do.");
  public static final Setting CHECKPOINTS_KEPT =
      Setting.of(
          "checkpointsKept",
          new Whole(1, 1_000_000),
          "2",
          "checkpoints",
          "How many of the last ones stay while the run goes on.");
  public static final Setting VALIDATION_FRACTION =
      Setting.of(
          "validationFraction",
          Real.share(),
          "0.0",
          "share of the rows",
          "Rows of the training data kept apart to watch the loss on.");
  public static final Setting PATIENCE =
      Setting.of(
          "patience",
          new Whole(0, Integer.MAX_VALUE),
          "0",
          "epochs",
          "Stops after so many epochs without a better validation loss; 0 never does. Needs"
              + " validation rows.");
  public static final Setting TARGET_LOSS =
      Setting.of(
          "targetLoss",
          Real.atLeast(0),
          "0.0",
          "",
          "Stops when the validation loss is no higher; 0 never does. Needs validation rows.");
  public static final Setting TARGET_METRIC =
      Setting.of(
          "targetMetric",
          Real.atLeast(0),
          "0.0",
          "",
          "Stops when the accuracy of the validation rows is no lower (regression: their RMSE no"
              + " higher); 0 never does. Needs validation rows.");
  public static final Setting MAX_SECONDS =
      Setting.of(
          "maxSeconds",
          Real.atLeast(0),
          "0",
          "seconds",
          "Stops after the round in which so much time of training is over, with a checkpoint to go"
              + " on from; 0 never does.");
  public static final Setting KERNELS =
      Setting.of(
          "kernels",
          new Choice(List.of("auto", "vector", "scalar", "blas")),
          "auto",
          "",
          "What computes: auto is vector where the JVM has the Vector API, else scalar, with the"
              + " same bits; blas (Netlib) gives up equal bits on all machines.");

  /** What model and estimator share: where things are, and what an unusable row does. */
  static final List<Setting> COLUMNS =
      List.of(
          FEATURES_COL,
          LABEL_COL,
          ID_COL,
          WEIGHT_COL,
          PREDICTION_COL,
          ERROR_COL,
          HANDLE_INVALID,
          MAX_SEQUENCE_LENGTH,
          KERNELS);

  /** Beside these, where classes are predicted. */
  static final List<Setting> CLASS_COLUMNS = List.of(PROBABILITY_COL, RAW_PREDICTION_COL);

  /** What only the estimators have. */
  static final List<Setting> TRAINING =
      List.of(
          VALIDATION_INDICATOR_COL,
          SCALING,
          CELL,
          HIDDEN_SIZE,
          NUM_LAYERS,
          BIDIRECTIONAL,
          MAX_ITER,
          BATCH_SIZE,
          SOLVER,
          STEP_SIZE,
          MOMENTUM,
          SCHEDULE,
          WARMUP_FRACTION,
          CLIP_NORM,
          WEIGHT_DECAY,
          SEED,
          NUM_SHARDS,
          PERIOD,
          OUTER,
          OUTER_STEP_SIZE,
          OUTER_MOMENTUM,
          STEP_SIZE_SCALING,
          WARMUP_STEPS,
          DIVERGED_SHARD,
          COMBINE_ON_DRIVER,
          MAX_ROUND_SECONDS,
          INITIAL_MODEL,
          CHECKPOINT_DIR,
          RESUME,
          CHECKPOINT_INTERVAL,
          CHECKPOINTS_KEPT,
          VALIDATION_FRACTION,
          PATIENCE,
          TARGET_LOSS,
          TARGET_METRIC,
          MAX_SECONDS);

  private RnnSettings() {}
}
