package dev.unroll.net;

import dev.unroll.math.Elementwise;

/**
 * −log softmax(logits)[class] per row; its gradient by the logits is (softmax − one-hot) / rows.
 * Targets are one class index per row.
 */
public record SoftmaxCrossEntropy() implements Loss {

  @Override
  public double lossAndGradient(
      Elementwise e, int rows, int k, float[] logits, float[] targets, float[] dLogits) {
    double sum = 0;
    float share = 1f / rows;
    for (int row = 0; row < rows; row++) {
      int at = row * k;
      int target = (int) targets[row];
      sum += e.softmax(k, logits, at, dLogits, at) - logits[at + target];
      for (int j = 0; j < k; j++) {
        dLogits[at + j] *= share;
      }
      dLogits[at + target] -= share;
    }
    return sum;
  }
}
