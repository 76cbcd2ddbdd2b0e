package dev.unroll.train;

import dev.unroll.math.Kernels;
import dev.unroll.net.Batch;
import dev.unroll.net.Network;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Propagation;
import dev.unroll.net.Scaling;
import dev.unroll.net.SequenceBlock;
import dev.unroll.net.Task;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/** The plain loop of epochs on one machine: what distributed training has to agree with. */
public record SerialTraining(
    NetworkConfig network, Preprocessing preprocessing, TrainingConfig config) {

  /** Trains all epochs, from the initial weights of the seed, in shard 0. */
  public TrainingState train(SequenceBlock... blocks) {
    return train(List.of(blocks), epoch -> {});
  }

  /**
   * @param afterEpoch told of each epoch's number, from 1
   */
  public TrainingState train(List<SequenceBlock> blocks, IntConsumer afterEpoch) {
    TrainingState state = initial();
    while (state.position().epoch() < config.epochs()) {
      ShardResult result = epoch(0, blocks, state);
      state = at(state.position().epoch() + 1, result.weights(), result.optimizer());
      afterEpoch.accept(state.position().epoch());
    }
    return state;
  }

  /** The state after so many epochs, a round each. */
  public static TrainingState at(int epoch, float[] weights, OptimizerState optimizer) {
    return new TrainingState(new Position(epoch, epoch, 0), weights, optimizer, new float[0]);
  }

  /** Minibatches of shards of which only one has rows. */
  public static long[] alone(int shard, long minibatches) {
    long[] all = new long[shard + 1];
    all[shard] = minibatches;
    return all;
  }

  public TrainingState initial() {
    return TrainingState.initial(new Network(network).initialWeights(config.seed()), config);
  }

  /** One epoch, by a trainer of its own. */
  public ShardResult epoch(int shard, List<SequenceBlock> blocks, TrainingState state) {
    long minibatches =
        blocks.stream()
            .mapToLong(block -> LocalTrainer.minibatches(block.size(), config.batchSize()))
            .sum();
    return new LocalTrainer(new Network(network), preprocessing, config, Kernels.best())
        .train(shard, blocks.iterator(), alone(shard, minibatches), state);
  }

  /** Outputs per sequence, or per step when tagging, sequence after sequence: (rows, K). */
  public float[][] outputs(float[] weights, SequenceBlock block) {
    Propagation propagation = new Propagation(new Network(network), Kernels.best());
    int[] order = new int[block.size()];
    Arrays.setAll(order, i -> i);
    Batch batch = new Batch();
    batch.fill(block, order, 0, order.length, preprocessing.input());
    float[] logits = propagation.forward(weights, batch);
    float[][] outputs = new float[propagation.outputRows(batch)][];
    for (int i = 0; i < block.size(); i++) {
      int sequence = batch.order(i);
      if (network.task() != Task.TAG) {
        outputs[sequence] = row(logits, i);
        continue;
      }
      for (int t = 0; t < block.length(sequence); t++) {
        outputs[block.starts()[sequence] + t] = row(logits, batch.shape().row(t, i));
      }
    }
    return outputs;
  }

  private float[] row(float[] logits, int row) {
    int k = network.outputSize();
    return Arrays.copyOfRange(logits, row * k, (row + 1) * k);
  }

  /** Index of the largest value. */
  public static int largest(float[] values) {
    int largest = 0;
    for (int j = 1; j < values.length; j++) {
      largest = values[j] > values[largest] ? j : largest;
    }
    return largest;
  }

  /** Standardisation of inputs and, for {@code targets} numbers to predict, of these. */
  public static Preprocessing standardised(SequenceBlock block, int targets) {
    return new Preprocessing(
        scaling(block.values(), block.inputSize()),
        targets == 0 ? Scaling.none(0) : scaling(block.targets(), targets));
  }

  private static Scaling scaling(float[] values, int size) {
    double[] mean = new double[size];
    double[] deviation = new double[size];
    int rows = values.length / size;
    for (int j = 0; j < values.length; j++) {
      mean[j % size] += values[j] / (double) rows;
    }
    for (int j = 0; j < values.length; j++) {
      double distance = values[j] - mean[j % size];
      deviation[j % size] += distance * distance / rows;
    }
    for (int j = 0; j < size; j++) {
      deviation[j] = deviation[j] == 0 ? 1 : Math.sqrt(deviation[j]);
    }
    return new Scaling(mean, deviation);
  }
}
