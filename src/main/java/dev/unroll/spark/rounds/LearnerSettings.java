package dev.unroll.spark.rounds;

import dev.unroll.net.CellType;
import dev.unroll.net.Task;
import dev.unroll.spark.InvalidRowPolicy;
import dev.unroll.spark.ScalingMethod;
import dev.unroll.spark.SequenceColumns.Columns;
import dev.unroll.train.TrainingConfig;
import dev.unroll.train.TrainingState;

/**
 * What to learn from a table, and how.
 *
 * @param columns where sequences, labels and the rest are
 * @param placement what decides to which shard a row goes and whether it is held out
 * @param invalidRows what to do with rows that cannot be used
 * @param scaling what to do to the features, and to the numbers to predict
 * @param shards number of logical shards, at least 1; another number gives another model
 * @param validationFraction share of rows held out, in [0, 1)
 * @param stop when a run ends before its last epoch
 * @param rounds how rounds are run
 * @param kernels their name, as in {@link dev.unroll.math.Kernels#named}
 */
public record LearnerSettings(
    Task task,
    Columns columns,
    Placement placement,
    InvalidRowPolicy invalidRows,
    ScalingMethod scaling,
    CellType cell,
    int hiddenSize,
    int numLayers,
    boolean bidirectional,
    TrainingConfig training,
    int shards,
    double validationFraction,
    StopRules stop,
    RoundSettings rounds,
    String kernels) {

  /** Bytes that go to each shard, and come back from it, in a round of so many parameters. */
  public long bytesPerShard(int parameters) {
    return TrainingState.initial(new float[parameters], training).bytesPerShard();
  }

  /**
   * How the results of a round come together.
   *
   * @param local whether tasks run in the driver's process
   */
  public Exchange exchange(int parameters, boolean local) {
    return Exchange.of(local, bytesPerShard(parameters) * shards, rounds.combineOnDriver());
  }

  /**
   * Bytes that the driver needs in a round: for the state and the results ({@link
   * Exchange#driverBytes}), for the outer step, and for the best model.
   */
  public long driverBytes(int parameters, boolean local) {
    long weights = 4L * parameters;
    long outer = training.outer().hasVelocity() ? 2 * weights : 0;
    long exchanged = exchange(parameters, local).driverBytes(bytesPerShard(parameters), shards);
    return exchanged + outer + weights;
  }

  /** What decides where a row goes. */
  public enum Placement {
    /** A hash of features and label. */
    BY_CONTENT,
    /** A hash of the id: rows of one id stay together. A row without an id goes by content. */
    BY_ID
  }

  /** What a shard does whose result is not finite. */
  public enum DivergedShard {
    /** Ends the run. */
    STOP,
    /** It is left out of that round, and counted. */
    LEAVE_OUT
  }

  /**
   * How rounds are run; nothing of it changes the model, but what becomes of a shard that diverges.
   *
   * @param combineOnDriver bytes of results that the driver may hold to average them; larger ones
   *     are averaged slice by slice on the executors, with the same bits
   * @param maxSeconds longest time that a round may take
   */
  public record RoundSettings(
      DivergedShard divergedShard, long combineOnDriver, double maxSeconds) {
    /** Stops at a diverged shard; the driver holds up to 512 MB of results; 6 hours. */
    public static final RoundSettings DEFAULT =
        new RoundSettings(DivergedShard.STOP, 512L << 20, 21_600);
  }
}
