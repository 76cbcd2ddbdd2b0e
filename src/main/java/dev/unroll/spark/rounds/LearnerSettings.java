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

  /** Whether executors average the results, slice by slice, and not the driver. */
  public boolean isSliced(int parameters) {
    return bytesPerShard(parameters) * shards > rounds.combineOnDriver();
  }

  /**
   * Bytes that the driver needs for weights in a round: its own state, a copy on its way out, the
   * next state, the best model, and the results or, where executors average, one mean.
   */
  public long driverBytes(int parameters) {
    long state = bytesPerShard(parameters);
    long weights = 4L * parameters;
    long outer = training.outer().hasVelocity() ? 2 * weights : 0;
    long results = isSliced(parameters) ? 2 * state : 2 * state * shards + 2 * weights;
    return 3 * state + outer + weights + results;
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
   * @param combineOnDriver results of up to so many bytes in all are averaged by the driver; larger
   *     ones slice by slice on the executors, with the same bits
   * @param maxSeconds longest time that a round may take
   */
  public record RoundSettings(
      DivergedShard divergedShard, long combineOnDriver, double maxSeconds) {
    /** Stops at a diverged shard; the driver averages up to 256 MB; 6 hours. */
    public static final RoundSettings DEFAULT =
        new RoundSettings(DivergedShard.STOP, 256L << 20, 21_600);
  }
}
