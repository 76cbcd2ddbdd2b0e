package dev.unroll.net;

import dev.unroll.math.Kernels;
import dev.unroll.math.PackedMatrix;
import java.util.Arrays;

/**
 * Forward and backward passes through one network, with the working memory they need. Memory is
 * reused from batch to batch. An instance is used by one thread at a time.
 */
public final class Propagation {
  private final Network network;
  private final Kernels kernels;
  private final RecurrentStack stack;
  private final PackedMatrix headMatrix = new PackedMatrix();
  private final boolean perStep;
  private float[] features = {};
  private float[] dFeatures = {};
  private float[] logits = {};

  public Propagation(Network network, Kernels kernels) {
    this.network = network;
    this.kernels = kernels;
    stack = new RecurrentStack(network.cells(), network.config().inputSize());
    perStep = network.config().task() == Task.TAG;
  }

  /** Rows of the result: one per sequence, or one per step when tagging. */
  public int outputRows(Batch batch) {
    return perStep ? batch.shape().rows() : batch.shape().batchSize();
  }

  /**
   * The head's outputs, (outputRows, K), in the batch's own order. The array is this object's and
   * valid until the next call.
   */
  public float[] forward(float[] weights, Batch batch) {
    StepShape shape = batch.shape();
    stack.forward(kernels, weights, shape, batch.x(), null, null);
    int rows = outputRows(batch);
    logits = CellScratch.grown(logits, rows * network.config().outputSize());
    RecurrentLayer top = stack.top();
    if (perStep) {
      network
          .head()
          .forward(kernels, weights, headMatrix, rows, top.output(shape), top.outputAt(), logits);
    } else {
      features = CellScratch.grown(features, rows * top.outputSize());
      top.copyFinal(shape, features);
      network.head().forward(kernels, weights, headMatrix, rows, features, 0, logits);
    }
    return logits;
  }

  /**
   * The gradient of a loss whose gradient by the outputs of the last {@link #forward} is {@code
   * dLogits}; overwrites {@code gradient}.
   */
  public void backward(float[] weights, Batch batch, float[] dLogits, float[] gradient) {
    StepShape shape = batch.shape();
    Arrays.fill(gradient, 0f);
    stack.clearGradients(shape);
    RecurrentLayer top = stack.top();
    LinearHead head = network.head();
    int rows = outputRows(batch);
    if (perStep) {
      head.backward(
          kernels,
          weights,
          headMatrix,
          rows,
          top.output(shape),
          top.outputAt(),
          dLogits,
          gradient,
          top.outputGradient(),
          top.outputAt());
    } else {
      dFeatures = CellScratch.grown(dFeatures, rows * top.outputSize());
      Arrays.fill(dFeatures, 0, rows * top.outputSize(), 0f);
      head.backward(
          kernels, weights, headMatrix, rows, features, 0, dLogits, gradient, dFeatures, 0);
      top.addFinalGradient(shape, dFeatures);
    }
    stack.backward(kernels, weights, shape, gradient, null);
  }
}
