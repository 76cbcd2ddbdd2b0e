package dev.unroll.net;

import java.io.Serializable;

/**
 * A number of sequences packed into flat arrays, with their targets. Sequence i has {@code
 * lengths[i]} steps from {@code starts[i]} on, step s has values {@code values[s · inputSize ...]}.
 * Sequences may share steps, as the windows over one series do.
 *
 * <p>Targets: one class index per sequence (classify), {@code targetSize} numbers per sequence
 * (regress) or one class index per step (tag; then sequences share no steps); empty when there are
 * none (scoring). Class indices are floats, which are exact up to 2^24.
 *
 * @param inputSize values per step
 * @param starts first step of each sequence; where they lie one after another, the end may follow
 * @param lengths steps of each sequence
 * @param values all steps, row-major (steps, inputSize)
 * @param targetSize target values per sequence, or per step when {@code targetPerStep}
 * @param targetPerStep whether targets belong to steps
 * @param targets all targets, in the order of the sequences
 * @param weights how much each sequence counts in the loss, greater than 0; empty when all count 1
 */
public record SequenceBlock(
    int inputSize,
    int[] starts,
    int[] lengths,
    float[] values,
    int targetSize,
    boolean targetPerStep,
    float[] targets,
    float[] weights)
    implements Serializable {

  /**
   * Sequences that lie one after another.
   *
   * @param starts first step of each, and the number of steps at the end
   */
  public SequenceBlock(
      int inputSize,
      int[] starts,
      float[] values,
      int targetSize,
      boolean targetPerStep,
      float[] targets,
      float[] weights) {
    this(inputSize, starts, lengths(starts), values, targetSize, targetPerStep, targets, weights);
  }

  /** Sequences that lie one after another and all count 1. */
  public SequenceBlock(
      int inputSize,
      int[] starts,
      float[] values,
      int targetSize,
      boolean targetPerStep,
      float[] targets) {
    this(inputSize, starts, values, targetSize, targetPerStep, targets, new float[0]);
  }

  private static int[] lengths(int[] starts) {
    int[] lengths = new int[starts.length - 1];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = starts[i + 1] - starts[i];
    }
    return lengths;
  }

  /** How much sequence i counts in the loss. */
  public float weight(int i) {
    return weights.length == 0 ? 1 : weights[i];
  }

  /** Number of sequences. */
  public int size() {
    return lengths.length;
  }

  /** Number of steps of sequence i. */
  public int length(int i) {
    return lengths[i];
  }

  /** Number of steps of all sequences; one that several share counts as often. */
  public long steps() {
    long steps = 0;
    for (int length : lengths) {
      steps += length;
    }
    return steps;
  }

  /** Number of steps that are stored. */
  public int storedSteps() {
    return values.length / inputSize;
  }

  /** Loss terms of sequence i: its steps when tagging, else 1. */
  public int targetRows(int i) {
    return targetPerStep ? length(i) : 1;
  }
}
