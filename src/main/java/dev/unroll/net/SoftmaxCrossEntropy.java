package dev.unroll.net;

import dev.unroll.math.Elementary;

/**
 * −log softmax(logits)[class] per row; its gradient by the logits is (softmax − one-hot) / rows.
 * Targets are one class index per row.
 */
public record SoftmaxCrossEntropy() implements Loss {

  @Override
  public double lossAndGradient(int rows, int k, float[] logits, float[] targets, float[] dLogits) {
    double sum = 0;
    float share = 1f / rows;
    for (int row = 0; row < rows; row++) {
      int at = row * k;
      int target = (int) targets[row];
      sum += probabilities(k, logits, at, dLogits, at) - logits[at + target];
      for (int j = 0; j < k; j++) {
        dLogits[at + j] *= share;
      }
      dLogits[at + target] -= share;
    }
    return sum;
  }

  /** Writes softmax of one row to {@code to} and returns log Σ exp(logits). */
  public static double probabilities(int k, float[] logits, int at, float[] to, int toAt) {
    float max = Float.NEGATIVE_INFINITY;
    for (int j = 0; j < k; j++) {
      max = Math.max(max, logits[at + j]);
    }
    double total = 0;
    for (int j = 0; j < k; j++) {
      float e = Elementary.exp(logits[at + j] - max);
      to[toAt + j] = e;
      total += e;
    }
    for (int j = 0; j < k; j++) {
      to[toAt + j] = (float) (to[toAt + j] / total);
    }
    return max + StrictMath.log(total);
  }
}
