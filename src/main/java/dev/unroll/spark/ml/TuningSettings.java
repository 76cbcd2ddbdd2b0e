package dev.unroll.spark.ml;

import dev.unroll.spark.params.Setting;
import dev.unroll.spark.params.ValueRule.Choice;
import dev.unroll.spark.params.ValueRule.Names;
import dev.unroll.spark.params.ValueRule.Real;
import dev.unroll.spark.params.ValueRule.Text;
import dev.unroll.spark.params.ValueRule.Whole;
import java.util.List;

/**
 * What can be set of a {@link SequenceTuner}; the keys of the tune job are made from the same
 * table.
 */
public final class TuningSettings {
  public static final Setting SPACE =
      Setting.optional(
          "space",
          new Names(),
          "hiddenSize = 8, 16, 32",
          "What to try: for each setting its values (hiddenSize = 8, 16, 32) or a range from which"
              + " they are drawn evenly on a logarithmic scale (stepSize = 0.001 .. 0.1).");
  public static final Setting CANDIDATES =
      Setting.optional(
          "candidates",
          new Names(),
          "hiddenSize=8, stepSize=0.01",
          "What to try, candidate by candidate, instead of a space.");
  public static final Setting MAX_CANDIDATES =
      Setting.of(
          "maxCandidates",
          new Whole(0, 1_000_000),
          "0",
          "candidates",
          "How many to draw from the space; 0 takes all of it, or 16 where it has ranges.");
  public static final Setting VALIDATION =
      Setting.of(
          "validation",
          new Choice(List.of("kFold", "rollingOrigin")),
          "kFold",
          "",
          "What a candidate is judged by: rows held out by a hash, fold by fold; or the rows of the"
              + " next stretch of time, for as many origins as there are folds.");
  public static final Setting NUM_FOLDS =
      Setting.of(
          "numFolds",
          new Whole(1, 100),
          "3",
          "folds",
          "How often each candidate is trained and judged; 1 trains on three quarters of the rows.");
  public static final Setting TIME_COL =
      Setting.optional(
          "timeCol",
          new Text(),
          "time",
          "Where the time of each row is, a number, date or timestamp; for rollingOrigin.");
  public static final Setting EMBARGO =
      Setting.of(
          "embargo",
          Real.atLeast(0),
          "0.0",
          "units of timeCol, seconds for dates and timestamps",
          "How far from the judging rows those to train on end: of nearer ones, windows or targets"
              + " may overlap.");
  public static final Setting REDUCTION =
      Setting.of(
          "reduction",
          new Whole(2, 100),
          "3",
          "",
          "The best 1/reduction of the candidates go on, for reduction times as many epochs.");
  public static final Setting MIN_EPOCHS =
      Setting.of(
          "minEpochs",
          new Whole(0, Integer.MAX_VALUE),
          "0",
          "epochs",
          "How long all candidates are trained; 0 is maxIter / reduction².");
  public static final Setting SELECT =
      Setting.of(
          "select",
          new Choice(List.of("best", "smallest")),
          "best",
          "",
          "Which candidate becomes the model: that of the lowest loss, or the one of the smallest"
              + " hidden size within one standard error of it.");

  /** Kept with a saved tuner: which estimator it tunes. */
  static final Setting TASK =
      Setting.of(
          "task",
          new Choice(List.of("classify", "regress", "tag")),
          "classify",
          "",
          "What the tuned estimator learns.");

  /** All of them. */
  public static final List<Setting> ALL =
      List.of(
          SPACE,
          CANDIDATES,
          MAX_CANDIDATES,
          VALIDATION,
          NUM_FOLDS,
          TIME_COL,
          EMBARGO,
          REDUCTION,
          MIN_EPOCHS,
          SELECT,
          TASK);

  private TuningSettings() {}
}
