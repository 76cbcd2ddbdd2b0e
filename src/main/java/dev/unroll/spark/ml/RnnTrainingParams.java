package dev.unroll.spark.ml;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.shared.HasCheckpointInterval;
import org.apache.spark.ml.param.shared.HasMaxIter;
import org.apache.spark.ml.param.shared.HasSeed;
import org.apache.spark.ml.param.shared.HasSolver;
import org.apache.spark.ml.param.shared.HasStepSize;
import org.apache.spark.ml.param.shared.HasValidationIndicatorCol;

/**
 * The params of training, which the estimators have beside {@link RnnColumns}. Docs, validators and
 * defaults are in {@link RnnSettings}.
 *
 * @param <S> the estimator itself, which setters return
 */
public interface RnnTrainingParams<S extends RnnTrainingParams<S>>
    extends RnnColumns<S>,
        HasValidationIndicatorCol,
        HasMaxIter,
        HasSolver,
        HasStepSize,
        HasSeed,
        HasCheckpointInterval {

  /** The boolean column that is true for rows held out; goes before validationFraction. */
  @Override
  default Param<String> validationIndicatorCol() {
    return stageParams().get(RnnSettings.VALIDATION_INDICATOR_COL);
  }

  default S setValidationIndicatorCol(String value) {
    return put(RnnSettings.VALIDATION_INDICATOR_COL, value);
  }

  @Override
  default void
      org$apache$spark$ml$param$shared$HasValidationIndicatorCol$_setter_$validationIndicatorCol_$eq(
          Param<String> param) {
    // The param comes from the table of settings; Spark's own is never made.
  }

  /** How features, and numbers to predict, are scaled. */
  default Param<String> scaling() {
    return stageParams().get(RnnSettings.SCALING);
  }

  default String getScaling() {
    return getOrDefault(scaling());
  }

  default S setScaling(String value) {
    return put(RnnSettings.SCALING, value);
  }

  /** The recurrent cell. */
  default Param<String> cell() {
    return stageParams().get(RnnSettings.CELL);
  }

  default String getCell() {
    return getOrDefault(cell());
  }

  default S setCell(String value) {
    return put(RnnSettings.CELL, value);
  }

  /** Size of the hidden state of each layer and direction. */
  default IntParam hiddenSize() {
    return stageParams().get(RnnSettings.HIDDEN_SIZE);
  }

  default int getHiddenSize() {
    return (int) getOrDefault(hiddenSize());
  }

  default S setHiddenSize(int value) {
    return put(RnnSettings.HIDDEN_SIZE, value);
  }

  /** Recurrent layers, stacked upon one another. */
  default IntParam numLayers() {
    return stageParams().get(RnnSettings.NUM_LAYERS);
  }

  default int getNumLayers() {
    return (int) getOrDefault(numLayers());
  }

  default S setNumLayers(int value) {
    return put(RnnSettings.NUM_LAYERS, value);
  }

  /** Whether each layer also reads its sequence from end to start. */
  default BooleanParam bidirectional() {
    return stageParams().get(RnnSettings.BIDIRECTIONAL);
  }

  default boolean getBidirectional() {
    return (Boolean) getOrDefault(bidirectional());
  }

  default S setBidirectional(boolean value) {
    return put(RnnSettings.BIDIRECTIONAL, value);
  }

  /** Epochs: passes over the training rows. */
  @Override
  default IntParam maxIter() {
    return stageParams().get(RnnSettings.MAX_ITER);
  }

  default S setMaxIter(int value) {
    return put(RnnSettings.MAX_ITER, value);
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasMaxIter$_setter_$maxIter_$eq(IntParam param) {
    // The param comes from the table of settings; Spark's own is never made.
  }

  /** Sequences per minibatch, on each shard. */
  default IntParam batchSize() {
    return stageParams().get(RnnSettings.BATCH_SIZE);
  }

  default int getBatchSize() {
    return (int) getOrDefault(batchSize());
  }

  default S setBatchSize(int value) {
    return put(RnnSettings.BATCH_SIZE, value);
  }

  /** The optimizer. */
  @Override
  default Param<String> solver() {
    return stageParams().get(RnnSettings.SOLVER);
  }

  default S setSolver(String value) {
    return put(RnnSettings.SOLVER, value);
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasSolver$_setter_$solver_$eq(Param<String> param) {
    // The param comes from the table of settings; Spark's own is never made.
  }

  /** The learning rate at its highest. */
  @Override
  default DoubleParam stepSize() {
    return stageParams().get(RnnSettings.STEP_SIZE);
  }

  default S setStepSize(double value) {
    return put(RnnSettings.STEP_SIZE, value);
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasStepSize$_setter_$stepSize_$eq(
      DoubleParam param) {
    // The param comes from the table of settings; Spark's own is never made.
  }

  /** Share of its last step that solver momentum keeps. */
  default DoubleParam momentum() {
    return stageParams().get(RnnSettings.MOMENTUM);
  }

  default double getMomentum() {
    return (double) getOrDefault(momentum());
  }

  default S setMomentum(double value) {
    return put(RnnSettings.MOMENTUM, value);
  }

  /** How the learning rate goes after its rise: constant or cosine. */
  default Param<String> schedule() {
    return stageParams().get(RnnSettings.SCHEDULE);
  }

  default String getSchedule() {
    return getOrDefault(schedule());
  }

  default S setSchedule(String value) {
    return put(RnnSettings.SCHEDULE, value);
  }

  /** Share of all steps in which the learning rate rises from zero. */
  default DoubleParam warmupFraction() {
    return stageParams().get(RnnSettings.WARMUP_FRACTION);
  }

  default double getWarmupFraction() {
    return (double) getOrDefault(warmupFraction());
  }

  default S setWarmupFraction(double value) {
    return put(RnnSettings.WARMUP_FRACTION, value);
  }

  /** Gradients of a larger norm are scaled down to it; 0 leaves them. */
  default DoubleParam clipNorm() {
    return stageParams().get(RnnSettings.CLIP_NORM);
  }

  default double getClipNorm() {
    return (double) getOrDefault(clipNorm());
  }

  default S setClipNorm(double value) {
    return put(RnnSettings.CLIP_NORM, value);
  }

  /** Pull of the weights towards zero. */
  default DoubleParam weightDecay() {
    return stageParams().get(RnnSettings.WEIGHT_DECAY);
  }

  default double getWeightDecay() {
    return (double) getOrDefault(weightDecay());
  }

  default S setWeightDecay(double value) {
    return put(RnnSettings.WEIGHT_DECAY, value);
  }

  /** Where all randomness starts from. */
  @Override
  default LongParam seed() {
    return stageParams().get(RnnSettings.SEED);
  }

  default S setSeed(long value) {
    return put(RnnSettings.SEED, value);
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasSeed$_setter_$seed_$eq(LongParam param) {
    // The param comes from the table of settings; Spark's own is never made.
  }

  /** Parts of the rows that are trained side by side and averaged. */
  default IntParam numShards() {
    return stageParams().get(RnnSettings.NUM_SHARDS);
  }

  default int getNumShards() {
    return (int) getOrDefault(numShards());
  }

  default S setNumShards(int value) {
    return put(RnnSettings.NUM_SHARDS, value);
  }

  /** How long shards train between two rounds: epoch or steps(k). */
  default Param<String> period() {
    return stageParams().get(RnnSettings.PERIOD);
  }

  default String getPeriod() {
    return getOrDefault(period());
  }

  default S setPeriod(String value) {
    return put(RnnSettings.PERIOD, value);
  }

  /** What is made of the shards' results: average or nesterov. */
  default Param<String> outer() {
    return stageParams().get(RnnSettings.OUTER);
  }

  default String getOuter() {
    return getOrDefault(outer());
  }

  default S setOuter(String value) {
    return put(RnnSettings.OUTER, value);
  }

  /** Step size of outer nesterov. */
  default DoubleParam outerStepSize() {
    return stageParams().get(RnnSettings.OUTER_STEP_SIZE);
  }

  default double getOuterStepSize() {
    return (double) getOrDefault(outerStepSize());
  }

  default S setOuterStepSize(double value) {
    return put(RnnSettings.OUTER_STEP_SIZE, value);
  }

  /** Momentum of outer nesterov: auto or a number. */
  default Param<String> outerMomentum() {
    return stageParams().get(RnnSettings.OUTER_MOMENTUM);
  }

  default String getOuterMomentum() {
    return getOrDefault(outerMomentum());
  }

  default S setOuterMomentum(String value) {
    return put(RnnSettings.OUTER_MOMENTUM, value);
  }

  /** How the learning rate grows with the number of shards: none, sqrt or linear. */
  default Param<String> stepSizeScaling() {
    return stageParams().get(RnnSettings.STEP_SIZE_SCALING);
  }

  default String getStepSizeScaling() {
    return getOrDefault(stepSizeScaling());
  }

  default S setStepSizeScaling(String value) {
    return put(RnnSettings.STEP_SIZE_SCALING, value);
  }

  /** Minibatches that one shard trains alone before the first epoch. */
  default IntParam warmupSteps() {
    return stageParams().get(RnnSettings.WARMUP_STEPS);
  }

  default int getWarmupSteps() {
    return (int) getOrDefault(warmupSteps());
  }

  default S setWarmupSteps(int value) {
    return put(RnnSettings.WARMUP_STEPS, value);
  }

  /** What a shard does whose result is not finite: stop or leaveOut. */
  default Param<String> divergedShard() {
    return stageParams().get(RnnSettings.DIVERGED_SHARD);
  }

  default String getDivergedShard() {
    return getOrDefault(divergedShard());
  }

  default S setDivergedShard(String value) {
    return put(RnnSettings.DIVERGED_SHARD, value);
  }

  /** Up to so many MB in a round are averaged by the driver, more by executors. */
  default IntParam combineOnDriver() {
    return stageParams().get(RnnSettings.COMBINE_ON_DRIVER);
  }

  default int getCombineOnDriver() {
    return (int) getOrDefault(combineOnDriver());
  }

  default S setCombineOnDriver(int value) {
    return put(RnnSettings.COMBINE_ON_DRIVER, value);
  }

  /** A round that takes longer fails, as does preparing the rows. */
  default DoubleParam maxRoundSeconds() {
    return stageParams().get(RnnSettings.MAX_ROUND_SECONDS);
  }

  default double getMaxRoundSeconds() {
    return (double) getOrDefault(maxRoundSeconds());
  }

  default S setMaxRoundSeconds(double value) {
    return put(RnnSettings.MAX_ROUND_SECONDS, value);
  }

  /** The model directory to go on learning from. */
  default Param<String> initialModel() {
    return stageParams().get(RnnSettings.INITIAL_MODEL);
  }

  default String getInitialModel() {
    return getOrDefault(initialModel());
  }

  default S setInitialModel(String value) {
    return put(RnnSettings.INITIAL_MODEL, value);
  }

  /** The directory for checkpoints; without it there are none. */
  default Param<String> checkpointDir() {
    return stageParams().get(RnnSettings.CHECKPOINT_DIR);
  }

  default String getCheckpointDir() {
    return getOrDefault(checkpointDir());
  }

  default S setCheckpointDir(String value) {
    return put(RnnSettings.CHECKPOINT_DIR, value);
  }

  /** Whether to go on from the last checkpoint: auto, never or required. */
  default Param<String> resume() {
    return stageParams().get(RnnSettings.RESUME);
  }

  default String getResume() {
    return getOrDefault(resume());
  }

  default S setResume(String value) {
    return put(RnnSettings.RESUME, value);
  }

  /** Rounds from one checkpoint to the next; 0 and -1 make none. */
  @Override
  default IntParam checkpointInterval() {
    return stageParams().get(RnnSettings.CHECKPOINT_INTERVAL);
  }

  default S setCheckpointInterval(int value) {
    return put(RnnSettings.CHECKPOINT_INTERVAL, value);
  }

  @Override
  default void
      org$apache$spark$ml$param$shared$HasCheckpointInterval$_setter_$checkpointInterval_$eq(
          IntParam param) {
    // The param comes from the table of settings; Spark's own is never made.
  }

  /** How many of the last checkpoints stay. */
  default IntParam checkpointsKept() {
    return stageParams().get(RnnSettings.CHECKPOINTS_KEPT);
  }

  default int getCheckpointsKept() {
    return (int) getOrDefault(checkpointsKept());
  }

  default S setCheckpointsKept(int value) {
    return put(RnnSettings.CHECKPOINTS_KEPT, value);
  }

  /** Share of the rows held out to watch the loss on. */
  default DoubleParam validationFraction() {
    return stageParams().get(RnnSettings.VALIDATION_FRACTION);
  }

  default double getValidationFraction() {
    return (double) getOrDefault(validationFraction());
  }

  default S setValidationFraction(double value) {
    return put(RnnSettings.VALIDATION_FRACTION, value);
  }

  /** Epochs without a better validation loss after which training stops; 0 goes on. */
  default IntParam patience() {
    return stageParams().get(RnnSettings.PATIENCE);
  }

  default int getPatience() {
    return (int) getOrDefault(patience());
  }

  default S setPatience(int value) {
    return put(RnnSettings.PATIENCE, value);
  }

  /** Validation loss at which training stops; 0 goes on. */
  default DoubleParam targetLoss() {
    return stageParams().get(RnnSettings.TARGET_LOSS);
  }

  default double getTargetLoss() {
    return (double) getOrDefault(targetLoss());
  }

  default S setTargetLoss(double value) {
    return put(RnnSettings.TARGET_LOSS, value);
  }

  /**
   * Accuracy, or for regression RMSE, of the validation rows at which training stops; 0 goes on.
   */
  default DoubleParam targetMetric() {
    return stageParams().get(RnnSettings.TARGET_METRIC);
  }

  default double getTargetMetric() {
    return (double) getOrDefault(targetMetric());
  }

  default S setTargetMetric(double value) {
    return put(RnnSettings.TARGET_METRIC, value);
  }

  /** Seconds of training after which it stops with a checkpoint; 0 goes on. */
  default DoubleParam maxSeconds() {
    return stageParams().get(RnnSettings.MAX_SECONDS);
  }

  default double getMaxSeconds() {
    return (double) getOrDefault(maxSeconds());
  }

  default S setMaxSeconds(double value) {
    return put(RnnSettings.MAX_SECONDS, value);
  }
}
