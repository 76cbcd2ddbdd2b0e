package dev.unroll.spark.ml;

import dev.unroll.spark.ScalingMethod;
import dev.unroll.spark.params.Setting;
import dev.unroll.spark.params.ValueRule.Choice;
import dev.unroll.spark.params.ValueRule.Names;
import dev.unroll.spark.params.ValueRule.Text;
import java.util.List;

/** What can be set of a {@link SequenceScaler} and of an {@link InverseSequenceScaler}. */
public final class ScalerSettings {
  static final String SERIES = "series";
  static final String SKIP = "skip";
  static final String KEEP = "keep";

  public static final Setting INPUT_COL =
      Setting.of(
          "inputCol",
          new Text(),
          "features",
          "",
          "The column of sequences to scale: array<array<number>>, array<vector>, array<number> (one"
              + " feature) or array<struct<number, ...>>.");
  public static final Setting OUTPUT_COL =
      Setting.of(
          "outputCol",
          new Text(),
          "scaled",
          "",
          "The column of scaled sequences to add: array<array<double>>, or array<double> where"
              + " inputCol is array<number>.");
  public static final Setting METHOD =
      Setting.of(
          "method",
          new Choice(
              List.of(
                  ScalingMethod.STANDARD.label(),
                  ScalingMethod.MIN_MAX.label(),
                  ScalingMethod.ROBUST.label(),
                  ScalingMethod.MEAN_ABS.label())),
          ScalingMethod.STANDARD.label(),
          "",
          "Which level is subtracted from each feature and which scale divides it: mean and"
              + " deviation, least value and range, median and interquartile range, or 0 and the"
              + " mean of |x| (by series, 1 more than that).");
  public static final Setting BY =
      Setting.of(
          "by",
          new Choice(List.of("feature", SERIES)),
          "feature",
          "",
          "Whether a feature has the same level and scale in all rows, learnt from the rows given to"
              + " fit, or in each row those of the row's own values.");
  public static final Setting LABEL_COL =
      Setting.optional(
          "labelCol",
          new Text(),
          "label",
          "A column of numbers to predict, or arrays of them, to scale like the features they are"
              + " future values of; rows to predict need not have it.");
  public static final Setting TARGET_FEATURES =
      Setting.optional(
          "targetFeatures",
          new Names(),
          "speed",
          "Which feature each value to predict is of, by its name or its position from 0; a longer"
              + " array goes through them again and again, as for several steps ahead. Not needed"
              + " where there is one feature.");
  public static final Setting SCALED_LABEL_COL =
      Setting.of(
          "scaledLabelCol",
          new Text(),
          "scaledLabel",
          "",
          "The column of scaled labels to add where labelCol is set.");
  public static final Setting SCALE_COL =
      Setting.of(
          "scaleCol",
          new Text(),
          "scale",
          "",
          "The column of each row's figures, struct<level: array<double>, scale: array<double>>:"
              + " SequenceScaler adds it and InverseSequenceScaler reads it.");
  public static final Setting ID_COL =
      Setting.optional(
          "idCol", new Text(), "id", "A column that names each row, used in messages.");
  public static final Setting HANDLE_INVALID =
      Setting.of(
          "handleInvalid",
          new Choice(List.of("error", SKIP, KEEP)),
          "error",
          "",
          "What a row with a sequence that cannot be used does: stop, be left out, or stay with null"
              + " for its results; fit leaves it out then.");
  public static final Setting PREDICTION_COL =
      Setting.of(
          "inputCol",
          new Text(),
          "prediction",
          "",
          "The column of predictions to bring back to their own scale: a number or an array of"
              + " numbers.");
  public static final Setting UNSCALED_COL =
      Setting.of(
          "outputCol",
          new Text(),
          "unscaledPrediction",
          "",
          "The column to add: a double or an array of doubles.");

  /** Of the scaler and its model. */
  static final List<Setting> SCALER =
      List.of(
          INPUT_COL,
          OUTPUT_COL,
          METHOD,
          BY,
          LABEL_COL,
          TARGET_FEATURES,
          SCALED_LABEL_COL,
          SCALE_COL,
          ID_COL,
          HANDLE_INVALID);

  static final List<Setting> INVERSE =
      List.of(PREDICTION_COL, UNSCALED_COL, SCALE_COL, TARGET_FEATURES);

  private ScalerSettings() {}
}
