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
 * each minibatch of one round. The result is a function of (state, blocks, settings) and nothing
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
   * Trains a shard for one round, starting from {@code state}, which is left unchanged.
   *
   * @param shard index of the shard; keys the order of its sequences
   * @param blocks the shard's sequences; minibatches do not span blocks. Each block's sequences are
   *     shuffled anew in every epoch; a round that begins within an epoch goes on in that order
   * @param minibatches how many minibatches each shard has in an epoch ({@link #minibatches})
   */
  public ShardResult train(
      int shard, Iterator<SequenceBlock> blocks, long[] minibatches, TrainingState state) {
    long start = System.nanoTime();
    Progress progress = new Progress(shard, minibatches, state);
    for (int b = 0; blocks.hasNext() && progress.goesOn(); b++) {
      trainBlock(b, blocks.next(), progress);
    }
    return progress.result((System.nanoTime() - start) / 1e9);
  }

  /** Number of minibatches of a block with {@code sequences} sequences. */
  public static long minibatches(int sequences, int batchSize) {
    return (sequences + (long) batchSize - 1) / batchSize;
  }

  /** The minibatches of a block that belong to the round. */
  private void trainBlock(int index, SequenceBlock block, Progress progress) {
    long count = minibatches(block.size(), config.batchSize());
    if (progress.skips(count)) {
      return;
    }
    int[] order = new int[block.size()];
    Arrays.setAll(order, i -> i);
    KeyedRandom.of(config.seed(), "order", progress.plan.pass(), progress.shard, index)
        .shuffle(order);
    for (long i = progress.within(); i < count && progress.goesOn(); i++) {
      int first = (int) i * config.batchSize();
      int size = Math.min(config.batchSize(), order.length - first);
      batch.fill(block, order, first, size, preprocessing.input());
      preprocessing.scaleTargets(batch.targets(), size);
      progress.at(index, order, first, size);
      step(progress);
    }
    progress.passed(count);
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
            kernels.elementwise(),
            rows,
            outputSize,
            logits,
            batch.targets(),
            batch.weights(),
            dLogits);
    propagation.backward(weights, batch, dLogits, gradient);
    double norm = Math.sqrt(kernels.elementwise().sumOfSquares(gradient.length, gradient));
    if (!Double.isFinite(lossSum) || !Double.isFinite(norm)) {
      progress.diverged(lossSum / Loss.weightSum(rows, batch.weights()), norm);
      return;
    }
    config
        .optimizer()
        .step(
            kernels.elementwise(),
            weights,
            gradient,
            progress.optimizer,
            progress.optimizer.step() + progress.done + 1,
            (float) progress.learningRate(),
            clipFactor(norm));
    progress.stepped(rows, Loss.weightSum(rows, batch.weights()), lossSum, norm);
  }

  /** Clipping by global norm (Pascanu et al. 2013), with PyTorch's 1e-6 against division by 0. */
  private float clipFactor(double norm) {
    return config.clipNorm() == 0 ? 1f : (float) Math.min(1, config.clipNorm() / (norm + 1e-6));
  }

  /** A shard's round: weights and optimiser state as they change, and sums for the report. */
  private final class Progress {
    final int shard;
    final long minibatches;
    final RoundPlan plan;
    final long count;
    final float[] before;
    final float[] weights;
    final OptimizerState optimizer;
    long passed;
    long done;
    long clipped;
    long lossRows;
    double lossWeight;
    double lossSum;
    double normSum;
    int block;
    int[] order = {};
    int first;
    int size;
    ShardReport.Divergence divergence;

    Progress(int shard, long[] minibatches, TrainingState state) {
      this.shard = shard;
      this.minibatches = minibatches[shard];
      plan = RoundPlan.after(state.position(), config, minibatches);
      count = plan.count(shard, this.minibatches);
      before = state.weights();
      weights = state.weights().clone();
      optimizer = state.optimizer().copy();
    }

    boolean goesOn() {
      return done < count && divergence == null;
    }

    /** Whether so many minibatches, those of the next block, all lie before the round. */
    boolean skips(long next) {
      boolean skips = passed + next <= plan.first();
      passed += skips ? next : 0;
      return skips;
    }

    /** The first minibatch of the next block that belongs to the round. */
    long within() {
      return Math.max(0, plan.first() - passed);
    }

    /** Where the next minibatch is from. */
    void at(int newBlock, int[] newOrder, int newFirst, int newSize) {
      block = newBlock;
      order = newOrder;
      first = newFirst;
      size = newSize;
    }

    void passed(long minibatchesOfBlock) {
      passed += minibatchesOfBlock;
    }

    /** At the middle of the step, so that no step has a rate of 0. */
    double learningRate() {
      return plan.isWarmup()
          ? config.learningRate()
          : config.learningRate(
              plan.shards(), plan.pass() + (plan.first() + done + 0.5) / minibatches);
    }

    void stepped(int rows, double weight, double batchLoss, double norm) {
      done++;
      lossRows += rows;
      lossWeight += weight;
      lossSum += batchLoss;
      normSum += norm;
      if (config.clipNorm() > 0 && norm > config.clipNorm()) {
        clipped++;
      }
    }

    void diverged(double meanLoss, double norm) {
      diverged(
          String.format(
              Locale.ROOT,
              "minibatch %d of %d: loss %s, gradient norm %s",
              plan.first() + done + 1,
              minibatches,
              meanLoss,
              norm));
    }

    /** In the minibatch that is at hand. */
    private void diverged(String what) {
      divergence =
          new ShardReport.Divergence(what, block, Arrays.copyOfRange(order, first, first + size));
    }

    /** A mean of squares that is infinite would stop its weight for good, in all shards. */
    private void require(String name, boolean finite) {
      if (divergence == null && !finite) {
        long last = plan.first() + done;
        diverged(name + " not finite after minibatch " + last + " of " + minibatches);
      }
    }

    ShardResult result(double seconds) {
      double squaredChange = squaredDistance(before, weights);
      require("weights", Double.isFinite(squaredChange));
      require("optimizer state", allFinite(optimizer.first()) && allFinite(optimizer.second()));
      ShardReport report =
          new ShardReport(
              shard,
              lossRows,
              lossWeight,
              lossSum,
              done,
              clipped,
              normSum,
              squaredChange,
              divergence,
              seconds);
      return new ShardResult(report, weights, optimizer.after(done));
    }
  }

  /** ‖a − b‖²: finite where all elements are. */
  public static double squaredDistance(float[] a, float[] b) {
    // Elements 4 k + i have a sum of their own: one alone would wait for each addition.
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int whole = a.length - a.length % 4;
    for (int j = 0; j < whole; j += 4) {
      double d0 = (double) a[j] - b[j];
      double d1 = (double) a[j + 1] - b[j + 1];
      double d2 = (double) a[j + 2] - b[j + 2];
      double d3 = (double) a[j + 3] - b[j + 3];
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    for (int j = whole; j < a.length; j++) {
      double difference = (double) a[j] - b[j];
      s0 += difference * difference;
    }
    return s0 + s1 + (s2 + s3);
  }

  public static boolean allFinite(float[] values) {
    // 0 times a number is 0, times anything else NaN, and NaN stays in a sum.
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int whole = values.length - values.length % 4;
    for (int j = 0; j < whole; j += 4) {
      s0 += 0 * values[j];
      s1 += 0 * values[j + 1];
      s2 += 0 * values[j + 2];
      s3 += 0 * values[j + 3];
    }
    for (int j = whole; j < values.length; j++) {
      s0 += 0 * values[j];
    }
    return s0 + s1 + (s2 + s3) == 0;
  }
}
