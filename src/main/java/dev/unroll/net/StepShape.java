package dev.unroll.net;

import java.util.Arrays;

/**
 * The shape of a ragged, time-major batch. Its B sequences are sorted by length, longest first, so
 * that at step t the first {@code active(t)} of them are live; their rows lie together, step after
 * step, and there are no rows for steps that no sequence has.
 */
public final class StepShape {
  private int batchSize;
  private int steps;
  private int[] lengths = {};
  private int[] offsets = {0};

  /** Takes over the lengths of {@code batchSize} sequences, which must not increase. */
  public void set(int[] sortedLengths, int batchSize) {
    this.batchSize = batchSize;
    this.steps = batchSize == 0 ? 0 : sortedLengths[0];
    grow();
    System.arraycopy(sortedLengths, 0, lengths, 0, batchSize);
    int active = batchSize;
    offsets[0] = 0;
    for (int t = 0; t < steps; t++) {
      while (lengths[active - 1] <= t) {
        active--;
      }
      offsets[t + 1] = offsets[t] + active;
    }
  }

  private void grow() {
    if (lengths.length < batchSize) {
      lengths = new int[batchSize];
    }
    if (offsets.length < steps + 1) {
      offsets = Arrays.copyOf(offsets, steps + 1);
    }
  }

  /** Number of sequences, B. */
  public int batchSize() {
    return batchSize;
  }

  /** Number of steps of the longest sequence, T. */
  public int steps() {
    return steps;
  }

  /** Number of rows, N: the sum of all lengths. */
  public int rows() {
    return offsets[steps];
  }

  /** Length of the i-th longest sequence. */
  public int length(int i) {
    return lengths[i];
  }

  /** First row of step t. */
  public int offset(int t) {
    return offsets[t];
  }

  /** Number of sequences that have a step t. */
  public int active(int t) {
    return offsets[t + 1] - offsets[t];
  }

  /** Row of step t of the i-th longest sequence. */
  public int row(int t, int i) {
    return offsets[t] + i;
  }

  /** State row that step t starts from, for its first sequence. */
  int previousState(int t) {
    return t == 0 ? 0 : batchSize + offsets[t - 1];
  }
}
