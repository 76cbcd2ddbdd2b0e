package dev.unroll.spark.ml;

import dev.unroll.spark.params.Setting;
import dev.unroll.spark.params.ValueRule.Choice;
import dev.unroll.spark.params.ValueRule.Names;
import dev.unroll.spark.params.ValueRule.Text;
import dev.unroll.spark.params.ValueRule.Whole;
import java.util.List;

/** What can be set of a {@link SequenceAssembler}. */
public final class AssemblerSettings {
  static final String ERROR = "error";
  static final String IGNORE = "ignore";
  static final String FORWARD_FILL = "forwardFill";
  static final String INDICATE = "indicate";
  static final String PER_SERIES = "perSeries";
  static final String LAST = "last";
  static final String PER_STEP = "perStep";

  public static final Setting KEY_COLS =
      Setting.optional(
          "keyCols",
          new Names(),
          "id",
          "The columns whose values say which series a row belongs to; without them the whole table"
              + " is one series.");
  public static final Setting TIME_COL =
      Setting.optional(
          "timeCol",
          new Text(),
          "time",
          "The column that orders the steps of a series: a number, date or timestamp.");
  public static final Setting TIE_COL =
      Setting.optional(
          "tieCol",
          new Text(),
          "sequenceNumber",
          "A column that orders rows of equal time; without it equal times are an error.");
  public static final Setting VALUE_COLS =
      Setting.optional(
          "valueCols",
          new Names(),
          "speed, torque",
          "The columns of numbers that become the features of a step, in this order; booleans count"
              + " as 0 and 1.");
  public static final Setting LABEL_COL =
      Setting.optional(
          "labelCol",
          new Text(),
          "label",
          "The column that holds the labels; the result has it under the same name.");
  public static final Setting LABELS =
      Setting.of(
          "labels",
          new Choice(List.of(PER_SERIES, LAST, PER_STEP)),
          PER_SERIES,
          "",
          "What the label of a row is: the one that all steps of the series have, that of its last"
              + " step, or an array of those of all its steps.");
  public static final Setting GAPS =
      Setting.of(
          "gaps",
          new Choice(List.of(ERROR, IGNORE, FORWARD_FILL, INDICATE)),
          IGNORE,
          "",
          "What missing steps and null values do: error stops at them; ignore takes steps as they"
              + " come and leaves nulls; forwardFill puts the last values in their place; indicate"
              + " does that too, 0 before the first, and adds for each feature one that is 1 where"
              + " it was missing. All but ignore need a frequency.");
  public static final Setting FREQUENCY =
      Setting.optional(
          "frequency",
          new Text(),
          "1 hour",
          "The time from one step to the next: a number where times are numbers, else a text such"
              + " as 30 seconds, 1 hour or 1 day (always 24 hours).");
  public static final Setting MAX_LENGTH =
      Setting.of(
          "maxLength",
          new Whole(0, Integer.MAX_VALUE),
          "0",
          "steps",
          "Longer series are cut into rows of at most so many steps, counted from 0 in a column"
              + " piece; 0 never cuts, and adds no such column.");
  public static final Setting FEATURES_COL =
      Setting.of(
          "featuresCol",
          new Text(),
          "features",
          "",
          "The column of sequences to add: array<array<double>>, steps by features.");

  /** All of them. */
  public static final List<Setting> ALL =
      List.of(
          KEY_COLS,
          TIME_COL,
          TIE_COL,
          VALUE_COLS,
          LABEL_COL,
          LABELS,
          GAPS,
          FREQUENCY,
          MAX_LENGTH,
          FEATURES_COL);

  private AssemblerSettings() {}
}
