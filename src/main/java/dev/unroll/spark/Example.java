package dev.unroll.spark;

/**
 * One sequence as numbers, read from a row by {@link SequenceColumns}. The arrays are the record's
 * own and are not copied.
 *
 * @param id what messages and outputs call the row: the id column's value as text, else its
 *     position
 * @param values (length × width), row-major: the features of step 0, then those of step 1, ...;
 *     every value is finite
 * @param length steps in the sequence, at least 1
 * @param width values per step, at least 1
 * @param classes canonical class names: one for {@code classify}, one per step for {@code tag},
 *     null without labels
 * @param numbers the K finite values to predict for {@code regress}, null without labels
 * @param weight how much it counts in the loss, at least 0; 1 without a weight column
 * @param heldOut whether it is for validation, null without a column that says so
 * @param window which part of which series it is; null where it is a series of its own
 */
public record Example(
    String id,
    float[] values,
    int length,
    int width,
    String[] classes,
    float[] numbers,
    float weight,
    Boolean heldOut,
    Window window) {

  /**
   * A window over a series.
   *
   * @param series a hash of the whole series
   * @param end index in it of the window's last step
   */
  public record Window(long series, int end) {}

  /** A series of its own. */
  public Example(
      String id,
      float[] values,
      int length,
      int width,
      String[] classes,
      float[] numbers,
      float weight,
      Boolean heldOut) {
    this(id, values, length, width, classes, numbers, weight, heldOut, null);
  }
}
