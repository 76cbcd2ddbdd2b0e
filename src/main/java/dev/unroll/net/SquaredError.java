package dev.unroll.net;

import dev.unroll.math.Elementwise;

/** Mean over the k outputs of (y − target)², as PyTorch's MSELoss. Targets are (rows, k). */
public record SquaredError() implements Loss {

  @Override
  public double lossAndGradient(
      Elementwise e, int rows, int k, float[] logits, float[] targets, float[] dLogits) {
    float factor = 2f / ((float) rows * k);
    double sum = 0;
    for (int j = 0; j < rows * k; j++) {
      float error = logits[j] - targets[j];
      sum += (double) error * error;
      dLogits[j] = factor * error;
    }
    return sum / k;
  }
}
