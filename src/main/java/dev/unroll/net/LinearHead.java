package dev.unroll.net;

import dev.unroll.math.Kernels;
import dev.unroll.math.KeyedRandom;
import dev.unroll.math.PackedMatrix;

/**
 * The linear layer on top: logits = W f + b for each row of features f. Parameters: head.weight (K,
 * D), head.bias (K).
 */
final class LinearHead {
  private final int inputSize;
  private final int outputSize;
  private final Slice weight;
  private final Slice bias;

  LinearHead(int inputSize, int outputSize, ParameterLayout layout) {
    this.inputSize = inputSize;
    this.outputSize = outputSize;
    weight = layout.matrix("head.weight", outputSize, inputSize);
    bias = layout.vector("head.bias", outputSize);
  }

  void initialize(float[] weights, KeyedRandom random) {
    Initializers.glorotUniform(weights, weight, 0, outputSize, random);
  }

  /** Packs the weights for the forward passes that follow. */
  void pack(Kernels k, float[] weights, PackedMatrix packed) {
    k.packTransposed(weights, weight.offset(), outputSize, inputSize, packed);
  }

  void forward(
      Kernels k,
      float[] weights,
      PackedMatrix packed,
      int rows,
      float[] features,
      int featuresAt,
      float[] logits) {
    k.multiply(
        rows,
        features,
        featuresAt,
        inputSize,
        packed,
        0,
        inputSize,
        weights,
        bias.offset(),
        0,
        logits,
        0,
        outputSize);
  }

  /** Adds to the weight gradients and to {@code dFeatures}. */
  void backward(
      Kernels k,
      float[] weights,
      PackedMatrix packed,
      int rows,
      float[] features,
      int featuresAt,
      float[] dLogits,
      float[] gradient,
      float[] dFeatures,
      int dFeaturesAt) {
    k.multiplyTransposedAdd(
        rows,
        outputSize,
        inputSize,
        dLogits,
        0,
        outputSize,
        features,
        featuresAt,
        inputSize,
        packed,
        gradient,
        weight.offset(),
        inputSize);
    k.elementwise().addRows(rows, outputSize, dLogits, 0, outputSize, gradient, bias.offset());
    k.pack(weights, weight.offset(), outputSize, inputSize, packed);
    k.multiplyAdd(rows, dLogits, 0, outputSize, packed, dFeatures, dFeaturesAt, inputSize);
  }
}
