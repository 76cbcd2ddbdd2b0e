package dev.unroll.train;

import java.io.Serializable;

/**
 * How a shard is trained.
 *
 * @param epochs passes over the data, at least 1
 * @param batchSize sequences per minibatch, at least 1
 * @param optimizer the update rule
 * @param learningRate before the schedule, greater than 0
 * @param schedule of the learning rate over all epochs
 * @param clipNorm largest allowed global norm of a minibatch's gradient; 0 for no clipping
 * @param seed of the initial weights and the order of the sequences
 */
public record TrainingConfig(
    int epochs,
    int batchSize,
    Optimizer optimizer,
    double learningRate,
    Schedule schedule,
    double clipNorm,
    long seed)
    implements Serializable {

  public TrainingConfig {
    require(epochs >= 1, "epochs", epochs, "at least 1");
    require(batchSize >= 1, "batchSize", batchSize, "at least 1");
    require(learningRate > 0, "learningRate", learningRate, "greater than 0");
    require(clipNorm >= 0, "clipNorm", clipNorm, "at least 0 (0 = no clipping)");
  }

  private static void require(boolean holds, String name, Number found, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is " + found + ", expected " + expected);
    }
  }
}
