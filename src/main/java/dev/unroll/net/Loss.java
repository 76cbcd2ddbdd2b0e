package dev.unroll.net;

import dev.unroll.math.Elementwise;

/** A loss over rows of outputs; value and gradient come together. */
public sealed interface Loss permits SoftmaxCrossEntropy, SquaredError {

  /**
   * The sum of the loss over {@code rows} rows of {@code k} outputs; {@code dLogits} becomes the
   * gradient of the mean over these rows.
   */
  double lossAndGradient(
      Elementwise e, int rows, int k, float[] logits, float[] targets, float[] dLogits);

  static Loss of(Task task) {
    return task == Task.REGRESS ? new SquaredError() : new SoftmaxCrossEntropy();
  }
}
