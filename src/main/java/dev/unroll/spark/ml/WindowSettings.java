package dev.unroll.spark.ml;

import dev.unroll.spark.params.Setting;
import dev.unroll.spark.params.ValueRule.Choice;
import dev.unroll.spark.params.ValueRule.Names;
import dev.unroll.spark.params.ValueRule.Real;
import dev.unroll.spark.params.ValueRule.Text;
import dev.unroll.spark.params.ValueRule.Whole;
import java.util.List;

/** What can be set of {@link SequenceWindows}. */
public final class WindowSettings {
  static final String ALL_WINDOWS = "all";
  static final String LAST = "last";
  static final String REQUIRED = "required";
  static final String NONE = "none";
  static final String TIME = "time";
  static final String SERIES = "series";

  public static final Setting FEATURES_COL =
      Setting.of(
          "featuresCol",
          new Text(),
          "features",
          "",
          "The column that holds the series: array<array<number>>, array<vector>, array<number> (one"
              + " feature) or array<struct<number, ...>>. It is not in the result.");
  public static final Setting WINDOWS_COL =
      Setting.of(
          "windowsCol",
          new Text(),
          "features",
          "",
          "The column of windows to add, of the type of the series; may have the series' name.");
  public static final Setting LENGTH =
      new Setting(
          "length", new Whole(1, Integer.MAX_VALUE), "30", false, "steps", "Length of a window.");
  public static final Setting MIN_LENGTH =
      Setting.of(
          "minLength",
          new Whole(0, Integer.MAX_VALUE),
          "0",
          "steps",
          "Windows that begin with the series may have so few steps, so that a short series has"
              + " windows too; 0 stands for length. A shorter series has none.");
  public static final Setting STRIDE =
      Setting.of(
          "stride",
          new Whole(1, Integer.MAX_VALUE),
          "1",
          "steps",
          "From the end of one window to the end of the next: counted backwards from the last one,"
              + " which is always there.");
  public static final Setting HORIZON =
      Setting.of(
          "horizon",
          new Whole(0, Integer.MAX_VALUE),
          "0",
          "steps",
          "How far after its window a label reaches: targetFeatures are those of so many steps after"
              + " it, labelCol that of the step so far after its last one. Not used without label.");
  public static final Setting TARGET_FEATURES =
      Setting.optional(
          "targetFeatures",
          new Names(),
          "speed",
          "Features to forecast, by name or counted from 0: their values at the steps after a window"
              + " are its label, step by step; a number if there is just one, else an array.");
  public static final Setting LABEL_COL =
      Setting.optional(
          "labelCol",
          new Text(),
          "label",
          "The column that holds the labels: an array has one for each step, anything else is the"
              + " label of all windows. With targetFeatures it is the column to add, \"label\" if"
              + " not set. Without both there is no label.");
  public static final Setting WINDOWS =
      Setting.of(
          "windows",
          new Choice(List.of(ALL_WINDOWS, LAST)),
          ALL_WINDOWS,
          "",
          "Which windows of a series there are.");
  public static final Setting TARGETS =
      Setting.of(
          "targets",
          new Choice(List.of(REQUIRED, NONE)),
          REQUIRED,
          "",
          "Whether a window needs its label: none leaves labels out, and windows go on to the end of"
              + " the series, to score what nobody knows yet.");
  public static final Setting END_COL =
      Setting.of(
          "endCol",
          new Text(),
          "window_end",
          "",
          "The column to add that says which step of its series is the last of a window, counted"
              + " from 0.");
  public static final Setting SERIES_COL =
      Setting.of(
          "seriesCol",
          new Text(),
          "window_series",
          "",
          "The column to add with a hash of the whole series, by which windows over one series are"
              + " known to share their steps.");
  public static final Setting VALIDATION_FRACTION =
      Setting.of(
          "validationFraction",
          Real.share(),
          "0.0",
          "share of the steps or series",
          "How much is for validation; 0 makes no difference and adds no column.");
  public static final Setting VALIDATION =
      Setting.of(
          "validation",
          new Choice(List.of(TIME, SERIES)),
          TIME,
          "",
          "What is for validation: the last steps of each series, leaving out windows that with"
              + " their labels have steps of both sides, or whole series.");
  public static final Setting VALIDATION_COL =
      Setting.of(
          "validationCol",
          new Text(),
          "isValidation",
          "",
          "The column to add that is true for validation; only with a validationFraction.");
  public static final Setting ID_COL =
      Setting.optional(
          "idCol",
          new Text(),
          "id",
          "The column that names a series, in messages and where whole series are for validation:"
              + " rows of one name go to one side. Without it a series' values decide.");
  public static final Setting SEED =
      Setting.of(
          "seed",
          new Whole(Long.MIN_VALUE, Long.MAX_VALUE),
          "1",
          "",
          "Which series are for validation.");

  /** All of them. */
  public static final List<Setting> ALL =
      List.of(
          FEATURES_COL,
          WINDOWS_COL,
          LENGTH,
          MIN_LENGTH,
          STRIDE,
          HORIZON,
          TARGET_FEATURES,
          LABEL_COL,
          WINDOWS,
          TARGETS,
          END_COL,
          SERIES_COL,
          VALIDATION_FRACTION,
          VALIDATION,
          VALIDATION_COL,
          ID_COL,
          SEED);

  private WindowSettings() {}
}
