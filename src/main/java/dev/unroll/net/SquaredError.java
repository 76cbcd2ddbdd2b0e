package dev.unroll.net;

import dev.unroll.math.Elementwise;

/** Mean over the k outputs of (y − target)², as PyTorch's MSELoss. Targets are (rows, k). */
public record SquaredError() implements Loss {

  @Override
  public double lossAndGradient(
      Elementwise e,
      int rows,
      int k,
      float[] logits,
      float[] targets,
      float[] weights,
      float[] dLogits) {
    double all = Loss.weightSum(rows, weights);
    float equal = 2f / ((float) rows * k);
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      float weight = weights == null ? 1 : weights[row];
      float factor = weights == null ? equal : (float) (2.0 * weight / (all * k));
      for (int j = row * k; j < (row + 1) * k; j++) {
        float error = logits[j] - targets[j];
        sum += weight * ((double) error * error);
        dLogits[j] = factor * error;
      }
    }
    return sum / k;
  }
}
