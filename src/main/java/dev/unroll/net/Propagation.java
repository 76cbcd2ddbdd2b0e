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
  private final PackedMatrix headBackMatrix = new PackedMatrix();
  private final boolean perStep;
  private float[] features = {};
  private float[] dFeatures = {};
  private float[] logits = {};
  private float[] weights = {};

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
   * The head's outputs, (outputRows, K), in the batch's own order, keeping what {@link #backward}
   * needs. The array is this object's and valid until the next call.
   */
  public float[] forward(float[] weights, Batch batch) {
    load(weights);
    stack.forward(kernels, batch.shape(), batch.x(), null, null);
    return head(batch);
  }

  /** Takes the weights, which must not change, for the calls of {@link #score} that follow. */
  public void load(float[] weights) {
    this.weights = weights;
    stack.pack(kernels, weights);
    network.head().pack(kernels, weights, headMatrix);
  }

  /**
   * The same outputs as {@link #forward} with the weights last loaded, in less memory, as nothing
   * is kept for a backward pass.
   */
  public float[] score(Batch batch) {
    stack.score(kernels, batch.shape(), batch.x());
    return head(batch);
  }

  private float[] head(Batch batch) {
    StepShape shape = batch.shape();
    int rows = outputRows(batch);
    logits = CellScratch.grown(logits, rows * network.config().outputSize());
    RecurrentLayer top = stack.top();
    float[] input;
    int inputAt;
    if (perStep) {
      input = top.output(shape);
      inputAt = top.outputAt();
    } else {
      features = CellScratch.grown(features, rows * top.outputSize());
      top.copyFinal(shape, features);
      input = features;
      inputAt = 0;
    }
    network.head().forward(kernels, weights, headMatrix, rows, input, inputAt, logits);
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
          headBackMatrix,
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
          kernels, weights, headBackMatrix, rows, features, 0, dLogits, gradient, dFeatures, 0);
      top.addFinalGradient(shape, dFeatures);
    }
    stack.backward(kernels, weights, shape, gradient, null);
  }
}
