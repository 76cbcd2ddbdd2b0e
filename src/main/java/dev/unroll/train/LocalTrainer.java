package dev.unroll.train;

import dev.unroll.math.Kernels;
import dev.unroll.math.KeyedRandom;
import dev.unroll.net.Batch;
import dev.unroll.net.Loss;
import dev.unroll.net.Network;
import dev.unroll.net.Propagation;
import dev.unroll.net.SequenceBlock;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;

/**
 * Backpropagation through time on one shard: forward, loss, backward, clip, optimiser step, for
 * each minibatch of one epoch. The result is a function of (state, blocks, settings) and nothing
 * else, so a task that is run again, elsewhere or twice returns the same bits.
 *
 * <p>An instance holds the working memory of its passes and is used by one thread at a time.
 */
public final class LocalTrainer {
  private final TrainingConfig config;
  private final Kernels kernels;
  private final Propagation propagation;
  private final Loss loss;
  private final Preprocessing preprocessing;
  private final int outputSize;
  private final Batch batch = new Batch();
  private final float[] gradient;
  private float[] dLogits = {};

  public LocalTrainer(
      Network network, Preprocessing preprocessing, TrainingConfig config, Kernels kernels) {
    this.config = config;
    this.kernels = kernels;
    propagation = new Propagation(network, kernels);
    loss = Loss.of(network.config().task());
    this.preprocessing = preprocessing;
    outputSize = network.config().outputSize();
    gradient = new float[network.layout().size()];
  }

  /**
   * Trains one epoch on a shard, starting from {@code state}, which is left unchanged.
   *
   * @param shard index of the shard; keys the order of its sequences
   * @param blocks the shard's sequences; minibatches do not span blocks
   * @param minibatches how many minibatches these blocks make ({@link #minibatches}), for the
   *     learning-rate schedule
   */
  public ShardResult train(
      int shard, Iterator<SequenceBlock> blocks, long minibatches, TrainingState state) {
    long start = System.nanoTime();
    Progress progress = new Progress(state, minibatches);
    for (int b = 0; blocks.hasNext() && progress.divergence == null; b++) {
      trainBlock(shard, b, blocks.next(), progress);
    }
    return progress.result(shard, (System.nanoTime() - start) / 1e9);
  }

  /** Number of minibatches of a block with {@code sequences} sequences. */
  public static long minibatches(int sequences, int batchSize) {
    return (sequences + (long) batchSize - 1) / batchSize;
  }

  private void trainBlock(int shard, int index, SequenceBlock block, Progress progress) {
    int[] order = new int[block.size()];
    Arrays.setAll(order, i -> i);
    KeyedRandom.of(config.seed(), "order", progress.epoch, shard, index).shuffle(order);
    for (int first = 0; first < order.length; first += config.batchSize()) {
      int count = Math.min(config.batchSize(), order.length - first);
      batch.fill(block, order, first, count, preprocessing.input());
      preprocessing.scaleTargets(batch.targets(), count);
      step(progress);
      if (progress.divergence != null) {
        return;
      }
    }
  }

  /** One minibatch: forward, loss, backward, clip, optimiser. */
  private void step(Progress progress) {
    float[] weights = progress.weights;
    float[] logits = propagation.forward(weights, batch);
    int rows = propagation.outputRows(batch);
    if (dLogits.length < rows * outputSize) {
      dLogits = new float[rows * outputSize];
    }
    double lossSum =
        loss.lossAndGradient(
            kernels.elementwise(), rows, outputSize, logits, batch.targets(), dLogits);
    propagation.backward(weights, batch, dLogits, gradient);
    double norm = Math.sqrt(kernels.elementwise().sumOfSquares(gradient.length, gradient));
    if (!Double.isFinite(lossSum) || !Double.isFinite(norm)) {
      progress.diverged(lossSum / rows, norm);
      return;
    }
    float learningRate = (float) (config.learningRate() * progress.scheduleFactor());
    config
        .optimizer()
        .step(
            kernels.elementwise(),
            weights,
            gradient,
            progress.optimizer,
            progress.optimizer.step() + progress.done + 1,
            learningRate,
            clipFactor(norm));
    progress.stepped(rows, lossSum, norm);
  }

  /** Clipping by global norm (Pascanu et al. 2013), with PyTorch's 1e-6 against division by 0. */
  private float clipFactor(double norm) {
    return config.clipNorm() == 0 ? 1f : (float) Math.min(1, config.clipNorm() / (norm + 1e-6));
  }

  /** The run of one epoch: weights and optimiser state as they change, and sums for the report. */
  private final class Progress {
    final int epoch;
    final long minibatches;
    final float[] weights;
    final OptimizerState optimizer;
    long done;
    long clipped;
    long lossRows;
    double lossSum;
    double normSum;
    String divergence;

    Progress(TrainingState state, long minibatches) {
      epoch = state.epoch();
      this.minibatches = minibatches;
      weights = state.weights().clone();
      optimizer = state.optimizer().copy();
    }

    /** At the middle of the step, so that no step has a rate of 0. */
    double scheduleFactor() {
      double epochs = epoch + (done + 0.5) / minibatches;
      return config.schedule().factor(epochs / config.epochs());
    }

    void stepped(int rows, double batchLoss, double norm) {
      done++;
      lossRows += rows;
      lossSum += batchLoss;
      normSum += norm;
      if (config.clipNorm() > 0 && norm > config.clipNorm()) {
        clipped++;
      }
    }

    void diverged(double meanLoss, double norm) {
      divergence =
          String.format(
              Locale.ROOT,
              "minibatch %d of %d: loss %s, gradient norm %s",
              done + 1,
              minibatches,
              meanLoss,
              norm);
    }

    ShardResult result(int shard, double seconds) {
      if (divergence == null
          && !Double.isFinite(kernels.elementwise().sumOfSquares(weights.length, weights))) {
        divergence = "weights not finite after minibatch " + done + " of " + minibatches;
      }
      return new ShardResult(
          shard,
          lossRows,
          lossSum,
          done,
          clipped,
          normSum,
          weights,
          optimizer.after(done),
          divergence,
          seconds);
    }
  }
}
