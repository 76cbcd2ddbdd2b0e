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
    return Arrays.stream(answers(block)).map(Answer::values).toArray(double[][]::new);
  }

  /**
   * What a network says about a sequence.
   *
   * @param values as {@link Scorer#score} gives them
   * @param raw the network's outputs before softmax, of the same shape; where numbers are
   *     predicted, the values themselves
   */
  public record Answer(double[] values, double[] raw) {}

  /** The same with the outputs before softmax. */
  public Answer[] answers(SequenceBlock block) {
    int[] order = new int[block.size()];
    Arrays.setAll(order, i -> i);
    batch.fill(block, order, 0, order.length, model.inputScaling());
    float[] logits = propagation.score(batch);
    Answer[] answers = new Answer[block.size()];
    for (int i = 0; i < block.size(); i++) {
      answers[batch.order(i)] = answer(logits, i);
    }
    return answers;
  }

  private Answer answer(float[] logits, int i) {
    StepShape shape = batch.shape();
    int rows = perStep ? shape.length(i) : 1;
    double[] values = new double[rows * outputSize];
    boolean regress = model.network().task() == Task.REGRESS;
    double[] raw = regress ? values : new double[rows * outputSize];
    for (int t = 0; t < rows; t++) {
      int at = (perStep ? shape.row(t, i) : i) * outputSize;
      if (regress) {
        invert(logits, at, values, t * outputSize);
      } else {
        classes(logits, at, values, raw, t * outputSize);
      }
    }
    return new Answer(values, raw);
  }

  private void invert(float[] outputs, int at, double[] to, int toAt) {
    for (int j = 0; j < outputSize; j++) {
      to[toAt + j] = model.targetScaling().invert(j, outputs[at + j]);
    }
  }

  private void classes(float[] logits, int at, double[] values, double[] raw, int toAt) {
    elementwise.softmax(outputSize, logits, at, probabilities, 0);
    for (int j = 0; j < outputSize; j++) {
      values[toAt + j] = probabilities[j];
      raw[toAt + j] = logits[at + j];
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
