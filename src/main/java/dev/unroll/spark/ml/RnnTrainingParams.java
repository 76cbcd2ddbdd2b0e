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

  /** Which rows are held out. */
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

  /** How features are scaled. */
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

  /** Units per layer and direction. */
  default IntParam hiddenSize() {
    return stageParams().get(RnnSettings.HIDDEN_SIZE);
  }

  default int getHiddenSize() {
    return (int) getOrDefault(hiddenSize());
  }

  default S setHiddenSize(int value) {
    return put(RnnSettings.HIDDEN_SIZE, value);
  }

  /** Recurrent layers. */
  default IntParam numLayers() {
    return stageParams().get(RnnSettings.NUM_LAYERS);
  }

  default int getNumLayers() {
    return (int) getOrDefault(numLayers());
  }

  default S setNumLayers(int value) {
    return put(RnnSettings.NUM_LAYERS, value);
  }

  /** Whether layers also read backwards. */
  default BooleanParam bidirectional() {
    return stageParams().get(RnnSettings.BIDIRECTIONAL);
  }

  default boolean getBidirectional() {
    return (Boolean) getOrDefault(bidirectional());
  }

  default S setBidirectional(boolean value) {
    return put(RnnSettings.BIDIRECTIONAL, value);
  }

  /** Epochs. */
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

  /** Sequences per minibatch. */
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

  /** Learning rate. */
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

  /** Momentum of that optimizer. */
  default DoubleParam momentum() {
    return stageParams().get(RnnSettings.MOMENTUM);
  }

  default double getMomentum() {
    return (double) getOrDefault(momentum());
  }

  default S setMomentum(double value) {
    return put(RnnSettings.MOMENTUM, value);
  }

  /** Course of the learning rate. */
  default Param<String> schedule() {
    return stageParams().get(RnnSettings.SCHEDULE);
  }

  default String getSchedule() {
    return getOrDefault(schedule());
  }

  default S setSchedule(String value) {
    return put(RnnSettings.SCHEDULE, value);
  }

  /** Share of steps with a rising rate. */
  default DoubleParam warmupFraction() {
    return stageParams().get(RnnSettings.WARMUP_FRACTION);
  }

  default double getWarmupFraction() {
    return (double) getOrDefault(warmupFraction());
  }

  default S setWarmupFraction(double value) {
    return put(RnnSettings.WARMUP_FRACTION, value);
  }

  /** Largest norm of a gradient. */
  default DoubleParam clipNorm() {
    return stageParams().get(RnnSettings.CLIP_NORM);
  }

  default double getClipNorm() {
    return (double) getOrDefault(clipNorm());
  }

  default S setClipNorm(double value) {
    return put(RnnSettings.CLIP_NORM, value);
  }

  /** Pull towards zero. */
  default DoubleParam weightDecay() {
    return stageParams().get(RnnSettings.WEIGHT_DECAY);
  }

  default double getWeightDecay() {
    return (double) getOrDefault(weightDecay());
  }

  default S setWeightDecay(double value) {
    return put(RnnSettings.WEIGHT_DECAY, value);
  }

  /** Start of all randomness. */
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

  /** Parts trained side by side. */
  default IntParam numShards() {
    return stageParams().get(RnnSettings.NUM_SHARDS);
  }

  default int getNumShards() {
    return (int) getOrDefault(numShards());
  }

  default S setNumShards(int value) {
    return put(RnnSettings.NUM_SHARDS, value);
  }

  /** Between two rounds. */
  default Param<String> period() {
    return stageParams().get(RnnSettings.PERIOD);
  }

  default String getPeriod() {
    return getOrDefault(period());
  }

  default S setPeriod(String value) {
    return put(RnnSettings.PERIOD, value);
  }

  /** What is made of the mean. */
  default Param<String> outer() {
    return stageParams().get(RnnSettings.OUTER);
  }

  default String getOuter() {
    return getOrDefault(outer());
  }

  default S setOuter(String value) {
    return put(RnnSettings.OUTER, value);
  }

  /** Of outer nesterov. */
  default DoubleParam outerStepSize() {
    return stageParams().get(RnnSettings.OUTER_STEP_SIZE);
  }

  default double getOuterStepSize() {
    return (double) getOrDefault(outerStepSize());
  }

  default S setOuterStepSize(double value) {
    return put(RnnSettings.OUTER_STEP_SIZE, value);
  }

  /** Of outer nesterov. */
  default Param<String> outerMomentum() {
    return stageParams().get(RnnSettings.OUTER_MOMENTUM);
  }

  default String getOuterMomentum() {
    return getOrDefault(outerMomentum());
  }

  default S setOuterMomentum(String value) {
    return put(RnnSettings.OUTER_MOMENTUM, value);
  }

  /** Of the rate with the shards. */
  default Param<String> stepSizeScaling() {
    return stageParams().get(RnnSettings.STEP_SIZE_SCALING);
  }

  default String getStepSizeScaling() {
    return getOrDefault(stepSizeScaling());
  }

  default S setStepSizeScaling(String value) {
    return put(RnnSettings.STEP_SIZE_SCALING, value);
  }

  /** On one shard alone. */
  default IntParam warmupSteps() {
    return stageParams().get(RnnSettings.WARMUP_STEPS);
  }

  default int getWarmupSteps() {
    return (int) getOrDefault(warmupSteps());
  }

  default S setWarmupSteps(int value) {
    return put(RnnSettings.WARMUP_STEPS, value);
  }

  /** What it does. */
  default Param<String> divergedShard() {
    return stageParams().get(RnnSettings.DIVERGED_SHARD);
  }

  default String getDivergedShard() {
    return getOrDefault(divergedShard());
  }

  default S setDivergedShard(String value) {
    return put(RnnSettings.DIVERGED_SHARD, value);
  }

  /** Up to so many MB. */
  default IntParam combineOnDriver() {
    return stageParams().get(RnnSettings.COMBINE_ON_DRIVER);
  }

  default int getCombineOnDriver() {
    return (int) getOrDefault(combineOnDriver());
  }

  default S setCombineOnDriver(int value) {
    return put(RnnSettings.COMBINE_ON_DRIVER, value);
  }

  /** Longest round. */
  default DoubleParam maxRoundSeconds() {
    return stageParams().get(RnnSettings.MAX_ROUND_SECONDS);
  }

  default double getMaxRoundSeconds() {
    return (double) getOrDefault(maxRoundSeconds());
  }

  default S setMaxRoundSeconds(double value) {
    return put(RnnSettings.MAX_ROUND_SECONDS, value);
  }

  /** Directory of the model to start from. */
  default Param<String> initialModel() {
    return stageParams().get(RnnSettings.INITIAL_MODEL);
  }

  default String getInitialModel() {
    return getOrDefault(initialModel());
  }

  default S setInitialModel(String value) {
    return put(RnnSettings.INITIAL_MODEL, value);
  }

  /** Where checkpoints go. */
  default Param<String> checkpointDir() {
    return stageParams().get(RnnSettings.CHECKPOINT_DIR);
  }

  default String getCheckpointDir() {
    return getOrDefault(checkpointDir());
  }

  default S setCheckpointDir(String value) {
    return put(RnnSettings.CHECKPOINT_DIR, value);
  }

  /** Whether to go on from one. */
  default Param<String> resume() {
    return stageParams().get(RnnSettings.RESUME);
  }

  default String getResume() {
    return getOrDefault(resume());
  }

  default S setResume(String value) {
    return put(RnnSettings.RESUME, value);
  }

  /** Rounds between two. */
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

  /** How many stay. */
  default IntParam checkpointsKept() {
    return stageParams().get(RnnSettings.CHECKPOINTS_KEPT);
  }

  default int getCheckpointsKept() {
    return (int) getOrDefault(checkpointsKept());
  }

  default S setCheckpointsKept(int value) {
    return put(RnnSettings.CHECKPOINTS_KEPT, value);
  }

  /** Share of rows held out. */
  default DoubleParam validationFraction() {
    return stageParams().get(RnnSettings.VALIDATION_FRACTION);
  }

  default double getValidationFraction() {
    return (double) getOrDefault(validationFraction());
  }

  default S setValidationFraction(double value) {
    return put(RnnSettings.VALIDATION_FRACTION, value);
  }

  /** Epochs without improvement. */
  default IntParam patience() {
    return stageParams().get(RnnSettings.PATIENCE);
  }

  default int getPatience() {
    return (int) getOrDefault(patience());
  }

  default S setPatience(int value) {
    return put(RnnSettings.PATIENCE, value);
  }

  /** Good enough. */
  default DoubleParam targetLoss() {
    return stageParams().get(RnnSettings.TARGET_LOSS);
  }

  default double getTargetLoss() {
    return (double) getOrDefault(targetLoss());
  }

  default S setTargetLoss(double value) {
    return put(RnnSettings.TARGET_LOSS, value);
  }

  /** Of training. */
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
