package dev.unroll.net;

import dev.unroll.math.Kernels;
import java.util.Arrays;

/**
 * A recurrent layer with its working memory: one {@link Direction}, or two whose outputs stand side
 * by side, (N, D · H) with D directions. Used by one thread.
 */
final class RecurrentLayer {
  private final Direction[] directions;
  private final int inputSize;
  private final int hiddenSize;
  private float[] output = {};
  private float[] outputGradient = {};

  RecurrentLayer(Cell[] cells, int inputSize) {
    this.inputSize = inputSize;
    this.hiddenSize = cells[0].hiddenSize();
    directions = new Direction[cells.length];
    for (int d = 0; d < cells.length; d++) {
      directions[d] = new Direction(cells[d], d == 1, inputSize);
    }
  }

  int inputSize() {
    return inputSize;
  }

  int outputSize() {
    return directions.length * hiddenSize;
  }

  Direction direction(int d) {
    return directions[d];
  }

  /** Packs the weights for the forward passes that follow. */
  void pack(Kernels k, float[] weights) {
    for (Direction direction : directions) {
      direction.pack(k, weights);
    }
  }

  /** Initial states are indexed by direction, each (B, H); null stands for zeros. */
  void forward(Kernels k, StepShape shape, float[] x, int xAt, float[][] h0, float[][] c0) {
    for (int d = 0; d < directions.length; d++) {
      float[] h = h0 == null ? null : h0[d];
      float[] c = c0 == null ? null : c0[d];
      directions[d].forward(k, shape, x, xAt, h, c);
    }
  }

  /** From zero states, keeping the outputs only. */
  void score(Kernels k, StepShape shape, float[] x, int xAt) {
    for (Direction direction : directions) {
      direction.score(k, shape, x, xAt);
    }
  }

  /** The outputs of all steps (N, D · H), from {@link #outputAt} on. */
  float[] output(StepShape shape) {
    if (directions.length == 1) {
      return directions[0].hidden();
    }
    output = CellScratch.grown(output, shape.rows() * outputSize());
    for (int d = 0; d < directions.length; d++) {
      directions[d].copyOutput(shape, output, d * hiddenSize, outputSize());
    }
    return output;
  }

  int outputAt() {
    return directions.length == 1 ? directions[0].hiddenAt() : 0;
  }

  void clearGradients(StepShape shape) {
    for (Direction direction : directions) {
      direction.clearGradients(shape);
    }
    if (directions.length > 1) {
      int count = shape.rows() * outputSize();
      outputGradient = CellScratch.grown(outputGradient, count);
      Arrays.fill(outputGradient, 0, count, 0f);
    }
  }

  /** Where ∂L/∂output (N, D · H) is added up, from {@link #outputAt} on. */
  float[] outputGradient() {
    return directions.length == 1 ? directions[0].hiddenGradient() : outputGradient;
  }

  void copyFinal(StepShape shape, float[] to) {
    for (int d = 0; d < directions.length; d++) {
      directions[d].copyFinal(shape, to, d * hiddenSize, outputSize());
    }
  }

  void addFinalGradient(StepShape shape, float[] from) {
    for (int d = 0; d < directions.length; d++) {
      directions[d].addFinalGradient(shape, from, d * hiddenSize, outputSize());
    }
  }

  /** Adds weight gradients to {@code gradient} and, unless dx is null, ∂L/∂x to dx. */
  void backward(
      Kernels k, float[] weights, StepShape shape, float[] gradient, float[] dx, int dxAt) {
    for (int d = 0; d < directions.length; d++) {
      if (directions.length > 1) {
        directions[d].addOutputGradient(shape, outputGradient, d * hiddenSize, outputSize());
      }
      directions[d].backward(k, weights, shape, gradient, dx, dxAt);
    }
  }
}
