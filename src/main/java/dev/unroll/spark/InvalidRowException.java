package dev.unroll.spark;

import java.util.Locale;

/**
 * One row that cannot be used. The caller either counts it by {@link #reason()} and goes on, or
 * ends the job with the message, which names the column, the row, the step and the feature (both
 * counted from 0).
 *
 * <p>It carries no stack trace: a data set may hold millions of bad rows, and the message already
 * says where the trouble is.
 */
public final class InvalidRowException extends RuntimeException {
  /** What a message says when no step or feature is to be named. */
  static final int NONE = -1;

  private static final String REMEDY =
      "; fix the row, or set handleInvalid (input.invalidRows of a job) = skip or keep";

  private final Reason reason;

  /** Why a row was refused. */
  public enum Reason {
    /** The features column is null. */
    NULL_SEQUENCE,
    /** The sequence has no steps. */
    EMPTY_SEQUENCE,
    /** A step of the sequence is null. */
    NULL_STEP,
    /** A single value is null. */
    NULL_VALUE,
    /** A value is not a number. */
    NAN_VALUE,
    /** A value is infinite. */
    INFINITE_VALUE,
    /** A finite value or label is too large for a 32-bit float. */
    OVERFLOW,
    /** A step has another number of values than step 0. */
    RAGGED_STEP,
    /** A step has no values. */
    EMPTY_STEP,
    /** The steps have another number of values than the model or the other rows. */
    WIDTH_MISMATCH,
    /** The label, or a part of it, is null. */
    NULL_LABEL,
    /** The label, or a part of it, is not a number. */
    NAN_LABEL,
    /** The label, or a part of it, is infinite. */
    INFINITE_LABEL,
    /** A tag sequence has not one label per step. */
    LABEL_LENGTH,
    /** The class was not seen in training. */
    UNKNOWN_CLASS,
    /** A label vector has another number of values than the model or the other rows. */
    LABEL_WIDTH,
    /** A numeric class is not a whole number from 0 to the number of classes. */
    INVALID_CLASS,
    /** The sequence is longer than allowed. */
    TOO_LONG,
    /** The weight is null. */
    NULL_WEIGHT,
    /** The weight is not a finite number at least 0. */
    INVALID_WEIGHT,
    /** The column that says whether the row is for validation is null. */
    NULL_INDICATOR;

    /** The name used in reports and metrics, such as {@code null-sequence}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  InvalidRowException(
      Reason reason, String column, String row, int step, int feature, String problem) {
    super(message(column, row, step, feature, problem), null, false, false);
    this.reason = reason;
  }

  InvalidRowException(Reason reason, String column, String row, String problem) {
    this(reason, column, row, NONE, NONE, problem);
  }

  public Reason reason() {
    return reason;
  }

  /** The message without what to do: for rows that stay as they are, with the reason beside. */
  public String problem() {
    String message = getMessage();
    return message.substring(0, message.length() - REMEDY.length());
  }

  private static String message(String column, String row, int step, int feature, String problem) {
    return "column \""
        + column
        + "\", row "
        + row
        + (step == NONE ? "" : ", step " + step)
        + (feature == NONE ? "" : ", feature " + feature)
        + ": "
        + problem
        + REMEDY;
  }
}
