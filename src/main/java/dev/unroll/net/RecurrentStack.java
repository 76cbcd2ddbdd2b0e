package dev.unroll.net;

import dev.unroll.math.Kernels;

/** Recurrent layers on top of one another: each reads all outputs of the one below. */
final class RecurrentStack {
  private final RecurrentLayer[] layers;

  RecurrentStack(Cell[][] cells, int inputSize) {
    layers = new RecurrentLayer[cells.length];
    int width = inputSize;
    for (int l = 0; l < cells.length; l++) {
      layers[l] = new RecurrentLayer(cells[l], width);
      width = layers[l].outputSize();
    }
  }

  RecurrentLayer layer(int l) {
    return layers[l];
  }

  RecurrentLayer top() {
    return layers[layers.length - 1];
  }

  /** Packs the weights for the forward passes that follow. */
  void pack(Kernels k, float[] weights) {
    for (RecurrentLayer layer : layers) {
      layer.pack(k, weights);
    }
  }

  /** From zero states, keeping the outputs only. */
  void score(Kernels k, StepShape shape, float[] x) {
    layers[0].score(k, shape, x, 0);
    for (int l = 1; l < layers.length; l++) {
      RecurrentLayer below = layers[l - 1];
      layers[l].score(k, shape, below.output(shape), below.outputAt());
    }
  }

  /** Initial states are indexed by layer and direction; null stands for zeros. */
  void forward(Kernels k, StepShape shape, float[] x, float[][][] h0, float[][][] c0) {
    float[] input = x;
    int inputAt = 0;
    for (int l = 0; l < layers.length; l++) {
      float[][] h = h0 == null ? null : h0[l];
      float[][] c = c0 == null ? null : c0[l];
      layers[l].forward(k, shape, input, inputAt, h, c);
      if (l + 1 < layers.length) {
        input = layers[l].output(shape);
        inputAt = layers[l].outputAt();
      }
    }
  }

  void clearGradients(StepShape shape) {
    for (RecurrentLayer layer : layers) {
      layer.clearGradients(shape);
    }
  }

  /** After the gradients of the top layer's outputs were added; dx may be null. */
  void backward(Kernels k, float[] weights, StepShape shape, float[] gradient, float[] dx) {
    for (int l = layers.length - 1; l > 0; l--) {
      RecurrentLayer below = layers[l - 1];
      layers[l].backward(k, weights, shape, gradient, below.outputGradient(), below.outputAt());
    }
    layers[0].backward(k, weights, shape, gradient, dx, 0);
  }
}
