package dev.unroll.spark.ml;

import static java.util.Arrays.asList;

import dev.unroll.net.Task;
import dev.unroll.spark.InvalidRowException.Reason;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * What can be wrong with a single row of {@link BadRowTables}: two examples each, and what is said
 * of them.
 */
enum BadRowKind {
  NULL_SEQUENCE(
      Task.CLASSIFY,
      "features",
      Reason.NULL_SEQUENCE,
      asList(null, null),
      ": the sequence is null, expected at least 1 step"),
  EMPTY_SEQUENCE(
      Task.REGRESS,
      "features",
      Reason.EMPTY_SEQUENCE,
      List.of(List.of(), List.of()),
      ": the sequence has no steps, expected at least 1"),
  NULL_STEP(
      Task.TAG,
      "features",
      Reason.NULL_STEP,
      List.of(asList(step(1, 2), null), asList(null, step(1, 2))),
      ", step 1: the step is null, expected its values",
      ", step 0: the step is null, expected its values"),
  EMPTY_STEP(
      Task.CLASSIFY,
      "features",
      Reason.EMPTY_STEP,
      List.of(List.of(List.of()), List.of(List.of(), List.of())),
      ", step 0: the step has no values, expected at least 1"),
  NULL_VALUE(
      Task.CLASSIFY,
      "features",
      Reason.NULL_VALUE,
      List.of(steps(null, 1.0), steps(1.0, null)),
      ", step 1, feature 0: value is null (missing), expected a finite number",
      ", step 1, feature 1: value is null (missing), expected a finite number"),
  NAN_VALUE(
      Task.TAG,
      "features",
      Reason.NAN_VALUE,
      List.of(steps(Double.NaN, 1.0), steps(1.0, Double.NaN)),
      ", step 1, feature 0: value is NaN, expected a finite number",
      ", step 1, feature 1: value is NaN, expected a finite number"),
  INFINITE_VALUE(
      Task.REGRESS,
      "features",
      Reason.INFINITE_VALUE,
      List.of(steps(Double.POSITIVE_INFINITY, 1.0), steps(Double.NEGATIVE_INFINITY, 1.0)),
      ", step 1, feature 0: value is Infinity, expected a finite number",
      ", step 1, feature 0: value is -Infinity, expected a finite number"),
  OVERFLOW(
      Task.CLASSIFY,
      "features",
      Reason.OVERFLOW,
      List.of(steps(1e39, 1.0), steps(1.0, -1e300)),
      ", step 1, feature 0: value is 1.0E39, too large for a 32-bit float, expected at most 3.4E38",
      ", step 1, feature 1: value is -1.0E300, too large for a 32-bit float, expected at most"),
  RAGGED_STEPS(
      Task.REGRESS,
      "features",
      Reason.RAGGED_STEP,
      List.of(steps(1.0), steps(1.0, 2.0, 3.0)),
      ", step 1: 1 value, expected 2 (the width of step 0)",
      ", step 1: 3 values, expected 2 (the width of step 0)"),
  OTHER_WIDTH(
      Task.CLASSIFY,
      "features",
      Reason.WIDTH_MISMATCH,
      List.of(List.of(step(1, 2, 3)), List.of(step(1, 2, 3), step(1, 2, 3))),
      ": 3 values per step, expected 2 ("),
  TOO_LONG(
      Task.CLASSIFY,
      "features",
      Reason.TOO_LONG,
      List.of(ones(BadRowTables.LONGEST + 1), ones(BadRowTables.LONGEST + 2)),
      ": 6 steps, expected at most 5 (maxSequenceLength, input.maxSequenceLength of a job)",
      ": 7 steps, expected at most 5 (maxSequenceLength, input.maxSequenceLength of a job)"),
  NULL_CLASS(
      Task.CLASSIFY,
      "label",
      Reason.NULL_LABEL,
      asList(null, null),
      ": label is null, expected a class"),
  NULL_NUMBER(
      Task.REGRESS,
      "label",
      Reason.NULL_LABEL,
      asList(null, null),
      ": label is null, expected a finite number"),
  NULL_TAG(
      Task.TAG,
      "label",
      Reason.NULL_LABEL,
      asList(null, asList(0.0, null)),
      ": label is null, expected a class for each step",
      ", step 1: label is null, expected a class"),
  NAN_CLASS(
      Task.CLASSIFY,
      "label",
      Reason.NAN_LABEL,
      List.of(Double.NaN, Double.NaN),
      ": label is NaN, expected a class index"),
  NAN_NUMBER(
      Task.REGRESS,
      "label",
      Reason.NAN_LABEL,
      List.of(Double.NaN, Double.NaN),
      ": label is NaN, expected a finite number"),
  INFINITE_NUMBER(
      Task.REGRESS,
      "label",
      Reason.INFINITE_LABEL,
      List.of(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY),
      ": label is Infinity, expected a finite number",
      ": label is -Infinity, expected a finite number"),
  FRACTIONAL_CLASS(
      Task.CLASSIFY,
      "label",
      Reason.INVALID_CLASS,
      List.of(0.5, 1e-9),
      ": class 0.5, expected a whole number from 0 to 1: numeric labels are class indices",
      ": class 1.0E-9, expected a whole number from 0 to 1: numeric labels are class indices"),
  FRACTIONAL_TAG(
      Task.TAG,
      "label",
      Reason.INVALID_CLASS,
      List.of(asList(0.0, 0.5), asList(1.5, 0.0)),
      ", step 1: class 0.5, expected a whole number",
      ", step 0: class 1.5, expected a whole number"),
  CLASS_TOO_LARGE(
      Task.CLASSIFY,
      "label",
      Reason.INVALID_CLASS,
      List.of(2.0, 1e12),
      ": class 2, expected a whole number from 0 to 1: numeric labels are class indices",
      ": class 1000000000000, expected a whole number from 0 to 1: numeric labels"),
  NEGATIVE_CLASS(
      Task.CLASSIFY,
      "label",
      Reason.INVALID_CLASS,
      List.of(-1.0, -2.0),
      ": class -1, expected a whole number from 0 to 1: numeric labels are class indices",
      ": class -2, expected a whole number from 0 to 1: numeric labels are class indices"),
  LABEL_LENGTH(
      Task.TAG,
      "label",
      Reason.LABEL_LENGTH,
      List.of(List.of(1.0), List.of(1.0, 0.0, 1.0)),
      ": 1 label, expected 2 (one per step)",
      ": 3 labels, expected 2 (one per step)"),
  NULL_WEIGHT(
      Task.CLASSIFY,
      "weight",
      Reason.NULL_WEIGHT,
      asList(null, null),
      ": weight is null, expected a finite number at least 0"),
  NEGATIVE_WEIGHT(
      Task.REGRESS,
      "weight",
      Reason.INVALID_WEIGHT,
      List.of(-1.0, -1e-30),
      ": weight is -1.0, expected a finite number at least 0",
      ": weight is -1.0E-30, expected a finite number at least 0"),
  NAN_WEIGHT(
      Task.TAG,
      "weight",
      Reason.INVALID_WEIGHT,
      List.of(Double.NaN, Double.POSITIVE_INFINITY),
      ": weight is NaN, expected a finite number at least 0",
      ": weight is Infinity, expected a finite number at least 0");

  final Task task;
  final String column;
  final Reason reason;
  private final List<?> values;
  private final String[] says;

  BadRowKind(Task task, String column, Reason reason, List<?> values, String... says) {
    this.task = task;
    this.column = column;
    this.reason = reason;
    this.values = values;
    this.says = says;
  }

  /** Whether scoring, which needs no labels and no weights, meets it. */
  boolean isInFeatures() {
    return column.equals("features");
  }

  /** The first or second bad row, named bad-0 or bad-1. */
  Row row(int n) {
    Row good = BadRowTables.good(task, 0);
    return Tables.row(
        "bad-" + n,
        column.equals("features") ? values.get(n) : good.get(1),
        column.equals("label") ? values.get(n) : good.get(2),
        column.equals("weight") ? values.get(n) : good.get(3));
  }

  /** What is said of that row: column, row, step, feature, value and expectation. */
  String says(int n) {
    return "column \"%s\", row bad-%d%s".formatted(column, n, says[Math.min(n, says.length - 1)]);
  }

  private static List<Double> step(double... values) {
    return Arrays.stream(values).boxed().toList();
  }

  /** Two steps, the second with these values. */
  private static List<List<Double>> steps(Double... second) {
    return List.of(step(1, 2), asList(second));
  }

  private static List<List<Double>> ones(int count) {
    return Collections.nCopies(count, step(1, 1));
  }
}
