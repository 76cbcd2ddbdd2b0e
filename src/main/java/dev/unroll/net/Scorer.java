package dev.unroll.net;

import dev.unroll.math.Elementwise;
import dev.unroll.math.Kernels;
import java.util.Arrays;

/**
 * Answers of a model for sequences, with nothing but arrays around it: this is what batch scoring,
 * evaluation and a program without Spark call. A sequence's answer does not depend on the sequences
 * it is scored together with, not even in the last bit (except with BLAS kernels).
 *
 * <p>An instance holds working memory and is used by one thread at a time.
 */
public final class Scorer {
  private final Model model;
  private final Propagation propagation;
  private final Elementwise elementwise;
  private final Batch batch = new Batch();
  private final float[] probabilities;
  private final boolean perStep;
  private final int outputSize;

  public Scorer(Model model, Kernels kernels) {
    this.model = model;
    propagation = new Propagation(new Network(model.network()), kernels);
    propagation.load(model.weights());
    perStep = model.network().task() == Task.TAG;
    outputSize = model.network().outputSize();
    elementwise = kernels.elementwise();
    probabilities = new float[outputSize];
  }

  /**
   * One answer per sequence of the block, in its order. With K outputs: K class probabilities
   * (classify), K numbers in the unit of the training labels (regress), or K class probabilities
   * for each step, step after step (tag). Memory grows with the block's steps: keep blocks small.
   */
  public double[][] score(SequenceBlock block) {
    int[] order = new int[block.size()];
    Arrays.setAll(order, i -> i);
    batch.fill(block, order, 0, order.length, model.inputScaling());
    float[] logits = propagation.score(batch);
    double[][] answers = new double[block.size()][];
    for (int i = 0; i < block.size(); i++) {
      answers[batch.order(i)] = answer(logits, i);
    }
    return answers;
  }

  private double[] answer(float[] logits, int i) {
    if (!perStep) {
      double[] answer = new double[outputSize];
      copy(logits, i, answer, 0);
      return answer;
    }
    StepShape shape = batch.shape();
    double[] answer = new double[shape.length(i) * outputSize];
    for (int t = 0; t < shape.length(i); t++) {
      copy(logits, shape.row(t, i), answer, t * outputSize);
    }
    return answer;
  }

  private void copy(float[] logits, int row, double[] to, int toAt) {
    int at = row * outputSize;
    if (model.network().task() == Task.REGRESS) {
      for (int j = 0; j < outputSize; j++) {
        to[toAt + j] = model.targetScaling().invert(j, logits[at + j]);
      }
      return;
    }
    elementwise.softmax(outputSize, logits, at, probabilities, 0);
    for (int j = 0; j < outputSize; j++) {
      to[toAt + j] = probabilities[j];
    }
  }

  /** Index of the largest of {@code count} values from {@code at} on; of equal ones, the first. */
  public static int largest(double[] values, int at, int count) {
    int largest = 0;
    for (int j = 1; j < count; j++) {
      if (values[at + j] > values[at + largest]) {
        largest = j;
      }
    }
    return largest;
  }
}
