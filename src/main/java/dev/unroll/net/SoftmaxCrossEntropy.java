package dev.unroll.net;

import dev.unroll.math.Elementwise;

/**
 * −log softmax(logits)[class] per row; its gradient by the logits is (softmax − one-hot) / rows, or
 * with weights times w / Σw. Targets are one class index per row.
 */
public record SoftmaxCrossEntropy() implements Loss {

  @Override
  public double lossAndGradient(
      Elementwise e,
      int rows,
      int k,
      float[] logits,
      float[] targets,
      float[] weights,
      float[] dLogits) {
    double sum = 0;
    double all = Loss.weightSum(rows, weights);
    for (int row = 0; row < rows; row++) {
      int at = row * k;
      int target = (int) targets[row];
      float weight = weights == null ? 1 : weights[row];
      float share = weights == null ? 1f / rows : (float) (weight / all);
      sum += weight * (e.softmax(k, logits, at, dLogits, at) - logits[at + target]);
      for (int j = 0; j < k; j++) {
        dLogits[at + j] *= share;
      }
      dLogits[at + target] -= share;
    }
    return sum;
  }
}
