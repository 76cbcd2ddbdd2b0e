package dev.unroll.train;

import java.io.Serializable;
import java.util.stream.LongStream;

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
 * @param period between two synchronisations
 * @param outer what is made of the mean of the shards
 * @param scaling of the learning rate with the number of shards
 * @param warmupSteps minibatches that one shard trains alone before the first epoch, with the
 *     learning rate as it stands; at least 0
 */
public record TrainingConfig(
    int epochs,
    int batchSize,
    Optimizer optimizer,
    double learningRate,
    Schedule schedule,
    double clipNorm,
    long seed,
    Period period,
    OuterStep outer,
    LearningRateScaling scaling,
    long warmupSteps)
    implements Serializable {

  public TrainingConfig {
    require(epochs >= 1, "epochs", epochs, "at least 1");
    require(batchSize >= 1, "batchSize", batchSize, "at least 1");
    require(learningRate > 0, "learningRate", learningRate, "greater than 0");
    require(clipNorm >= 0, "clipNorm", clipNorm, "at least 0 (0 = no clipping)");
    require(warmupSteps >= 0, "warmupSteps", warmupSteps, "at least 0");
  }

  /** With one round per epoch, plain averaging and the learning rate as it stands. */
  public TrainingConfig(
      int epochs,
      int batchSize,
      Optimizer optimizer,
      double learningRate,
      Schedule schedule,
      double clipNorm,
      long seed) {
    this(
        epochs,
        batchSize,
        optimizer,
        learningRate,
        schedule,
        clipNorm,
        seed,
        Period.EPOCH,
        new Average(),
        LearningRateScaling.NONE,
        0);
  }

  /** The same with another way of synchronising. */
  public TrainingConfig synchronised(
      Period newPeriod, OuterStep newOuter, LearningRateScaling newScaling, long newWarmupSteps) {
    return new TrainingConfig(
        epochs,
        batchSize,
        optimizer,
        learningRate,
        schedule,
        clipNorm,
        seed,
        newPeriod,
        newOuter,
        newScaling,
        newWarmupSteps);
  }

  /**
   * The same, with what depends on the data's size settled.
   *
   * @param minibatches of each shard in an epoch
   */
  public TrainingConfig settled(long[] minibatches) {
    int shards = (int) LongStream.of(minibatches).filter(m -> m > 0).count();
    OuterStep settled = outer.settled(shards, RoundPlan.rounds(this, minibatches));
    return synchronised(period, settled, scaling, warmupSteps);
  }

  /**
   * The learning rate of a minibatch.
   *
   * @param shards how many are trained side by side
   * @param epochs done at the middle of the minibatch, so that no rate is 0
   */
  public double learningRate(int shards, double epochs) {
    return learningRate * scaling.factor(shards) * schedule.factor(epochs / this.epochs);
  }

  private static void require(boolean holds, String name, Number found, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is " + found + ", expected " + expected);
    }
  }
}
