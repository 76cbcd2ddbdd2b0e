package dev.unroll.net;

import dev.unroll.math.Elementwise;

/** A loss over rows of outputs; value and gradient come together. */
public sealed interface Loss permits SoftmaxCrossEntropy, SquaredError {

  /**
   * The weighted sum Σ wᵣ lossᵣ over {@code rows} rows of {@code k} outputs; {@code dLogits}
   * becomes the gradient of the weighted mean, Σ wᵣ lossᵣ / Σ wᵣ.
   *
   * @param weights wᵣ of each row, greater than 0; null when all are 1
   */
  double lossAndGradient(
      Elementwise e,
      int rows,
      int k,
      float[] logits,
      float[] targets,
      float[] weights,
      float[] dLogits);

  /** Σ wᵣ, added in the order of the rows. */
  static double weightSum(int rows, float[] weights) {
    if (weights == null) {
      return rows;
    }
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      sum += weights[row];
    }
    return sum;
  }

  static Loss of(Task task) {
    return task == Task.REGRESS ? new SquaredError() : new SoftmaxCrossEntropy();
  }
}
