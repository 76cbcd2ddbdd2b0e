package dev.unroll.train;

import dev.unroll.math.Elementwise;
import dev.unroll.math.Kernels;
import dev.unroll.net.Batch;
import dev.unroll.net.Loss;
import dev.unroll.net.Network;
import dev.unroll.net.Propagation;
import dev.unroll.net.SequenceBlock;
import java.util.Arrays;

/** The loss of fixed weights over held-out sequences, for early stopping. */
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
    int[] order = new int[block.size()];
    Arrays.setAll(order, i -> i);
    int outputSize = network.config().outputSize();
    double sum = 0;
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
      sum +=
          loss.lossAndGradient(
              elementwise, rows, outputSize, logits, batch.targets(), batch.weights(), unused);
    }
    return sum;
  }
}
