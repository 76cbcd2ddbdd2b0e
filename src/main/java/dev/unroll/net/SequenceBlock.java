package dev.unroll.net;

import java.io.Serializable;

/**
 * A number of sequences packed into flat arrays, with their targets. Sequence i has steps {@code
 * starts[i]} to {@code starts[i + 1]}, step s has values {@code values[s · inputSize ...]}.
 *
 * <p>Targets: one class index per sequence (classify), {@code targetSize} numbers per sequence
 * (regress) or one class index per step (tag); empty when there are none (scoring). Class indices
 * are floats, which are exact up to 2^24.
 *
 * @param inputSize values per step
 * @param starts first step of each sequence, and the number of steps at the end
 * @param values all steps, row-major (steps, inputSize)
 * @param targetSize target values per sequence, or per step when {@code targetPerStep}
 * @param targetPerStep whether targets belong to steps
 * @param targets all targets, in the order of the sequences
 * @param weights how much each sequence counts in the loss, greater than 0; empty when all count 1
 */
public record SequenceBlock(
    int inputSize,
    int[] starts,
    float[] values,
    int targetSize,
    boolean targetPerStep,
    float[] targets,
    float[] weights)
    implements Serializable {

  /** Sequences that all count 1. */
  public SequenceBlock(
      int inputSize,
      int[] starts,
      float[] values,
      int targetSize,
      boolean targetPerStep,
      float[] targets) {
    this(inputSize, starts, values, targetSize, targetPerStep, targets, new float[0]);
  }

  /** How much sequence i counts in the loss. */
  public float weight(int i) {
    return weights.length == 0 ? 1 : weights[i];
  }

  /** Number of sequences. */
  public int size() {
    return starts.length - 1;
  }

  /** Number of steps of sequence i. */
  public int length(int i) {
    return starts[i + 1] - starts[i];
  }

  /** Number of steps in all. */
  public int steps() {
    return starts[size()];
  }

  /** Loss terms of sequence i: its steps when tagging, else 1. */
  public int targetRows(int i) {
    return targetPerStep ? length(i) : 1;
  }
}
