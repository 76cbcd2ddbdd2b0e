package dev.unroll.train;

import dev.unroll.math.Elementwise;
import dev.unroll.math.Kernels;
import dev.unroll.net.Batch;
import dev.unroll.net.Loss;
import dev.unroll.net.Network;
import dev.unroll.net.Propagation;
import dev.unroll.net.SequenceBlock;
import dev.unroll.net.Task;
import java.util.Arrays;

/** Loss and metric of fixed weights over held-out sequences, for early stopping. */
public final class LossEvaluator {
  private final Network network;
  private final Preprocessing preprocessing;
  private final int batchSize;
  private final Propagation propagation;
  private final Loss loss;
  private final Batch batch = new Batch();
  private final Elementwise elementwise;
  private float[] unused = {};

  public LossEvaluator(
      Network network, Preprocessing preprocessing, int batchSize, Kernels kernels) {
    this.network = network;
    this.preprocessing = preprocessing;
    this.batchSize = batchSize;
    propagation = new Propagation(network, kernels);
    elementwise = kernels.elementwise();
    loss = Loss.of(network.config().task());
  }

  /** Sum of the loss over all sequences of the block; divide by their weights for the mean. */
  public double lossSum(float[] weights, SequenceBlock block) {
    return sums(weights, block).loss();
  }

  /** Sums over all sequences of the block, weighted as they are. */
  public Validation.Sums sums(float[] weights, SequenceBlock block) {
    int[] order = new int[block.size()];
    Arrays.setAll(order, i -> i);
    int outputSize = network.config().outputSize();
    double lossSum = 0;
    double metricSum = 0;
    propagation.load(weights);
    for (int first = 0; first < order.length; first += batchSize) {
      int count = Math.min(batchSize, order.length - first);
      batch.fill(block, order, first, count, preprocessing.input());
      preprocessing.scaleTargets(batch.targets(), count);
      float[] logits = propagation.score(batch);
      int rows = propagation.outputRows(batch);
      if (unused.length < rows * outputSize) {
        unused = new float[rows * outputSize];
      }
      lossSum +=
          loss.lossAndGradient(
              elementwise, rows, outputSize, logits, batch.targets(), batch.weights(), unused);
      for (int row = 0; row < rows; row++) {
        float weight = batch.weights() == null ? 1 : batch.weights()[row];
        metricSum += weight * metric(row, outputSize, logits);
      }
    }
    return new Validation.Sums(lossSum, metricSum);
  }

  /** Of one row: 1 if its class is right, or the mean squared error in the labels' units. */
  private double metric(int row, int outputs, float[] logits) {
    int at = row * outputs;
    if (network.config().task() != Task.REGRESS) {
      int likeliest = 0;
      for (int j = 1; j < outputs; j++) {
        likeliest = logits[at + j] > logits[at + likeliest] ? j : likeliest;
      }
      return likeliest == (int) batch.targets()[row] ? 1 : 0;
    }
    double sum = 0;
    for (int j = 0; j < outputs; j++) {
      double error = ((double) logits[at + j] - batch.targets()[at + j]);
      error *= preprocessing.target().deviation()[j];
      sum += error * error;
    }
    return sum / outputs;
  }
}
