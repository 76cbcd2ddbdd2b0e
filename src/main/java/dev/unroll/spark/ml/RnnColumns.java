package dev.unroll.spark.ml;

import dev.unroll.spark.params.Setting;
import dev.unroll.spark.params.StageParams;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.shared.HasFeaturesCol;
import org.apache.spark.ml.param.shared.HasLabelCol;
import org.apache.spark.ml.param.shared.HasPredictionCol;
import org.apache.spark.ml.param.shared.HasWeightCol;

/**
 * The params that recurrent estimators and their models share: where things are, and what a row
 * does that cannot be used. Docs, validators and defaults are in {@link RnnSettings}.
 *
 * @param <S> the stage itself, which setters return
 */
public interface RnnColumns<S extends RnnColumns<S>>
    extends Params, HasFeaturesCol, HasLabelCol, HasWeightCol, HasPredictionCol {

  /** The params of this stage. */
  StageParams stageParams();

  /** Sets one of them. */
  @SuppressWarnings("unchecked")
  default S put(Setting setting, Object value) {
    StageParams.set(this, setting, value);
    return (S) this;
  }

  /** The column that holds the sequences. */
  @Override
  default Param<String> featuresCol() {
    return stageParams().get(RnnSettings.FEATURES_COL);
  }

  default S setFeaturesCol(String value) {
    return put(RnnSettings.FEATURES_COL, value);
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasFeaturesCol$_setter_$featuresCol_$eq(
      Param<String> param) {
    // The param comes from the table of settings; Spark's own is never made.
  }

  /** The column that holds the labels; scoring needs none. */
  @Override
  default Param<String> labelCol() {
    return stageParams().get(RnnSettings.LABEL_COL);
  }

  default S setLabelCol(String value) {
    return put(RnnSettings.LABEL_COL, value);
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasLabelCol$_setter_$labelCol_$eq(
      Param<String> param) {
    // The param comes from the table of settings; Spark's own is never made.
  }

  /** The column that names the rows, in messages and when they are dealt to shards. */
  default Param<String> idCol() {
    return stageParams().get(RnnSettings.ID_COL);
  }

  default String getIdCol() {
    return getOrDefault(idCol());
  }

  default S setIdCol(String value) {
    return put(RnnSettings.ID_COL, value);
  }

  /** The column that says how much each row counts in the loss. */
  @Override
  default Param<String> weightCol() {
    return stageParams().get(RnnSettings.WEIGHT_COL);
  }

  default S setWeightCol(String value) {
    return put(RnnSettings.WEIGHT_COL, value);
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasWeightCol$_setter_$weightCol_$eq(
      Param<String> param) {
    // The param comes from the table of settings; Spark's own is never made.
  }

  /** The column of predictions to add. */
  @Override
  default Param<String> predictionCol() {
    return stageParams().get(RnnSettings.PREDICTION_COL);
  }

  default S setPredictionCol(String value) {
    return put(RnnSettings.PREDICTION_COL, value);
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasPredictionCol$_setter_$predictionCol_$eq(
      Param<String> param) {
    // The param comes from the table of settings; Spark's own is never made.
  }

  /** The column to add that says why a row has no prediction, with handleInvalid keep. */
  default Param<String> errorCol() {
    return stageParams().get(RnnSettings.ERROR_COL);
  }

  default String getErrorCol() {
    return getOrDefault(errorCol());
  }

  default S setErrorCol(String value) {
    return put(RnnSettings.ERROR_COL, value);
  }

  /** What a row that cannot be used does: error, skip or keep. */
  default Param<String> handleInvalid() {
    return stageParams().get(RnnSettings.HANDLE_INVALID);
  }

  default String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }

  default S setHandleInvalid(String value) {
    return put(RnnSettings.HANDLE_INVALID, value);
  }

  /** Longer sequences, in steps, cannot be used; 0 takes any. */
  default IntParam maxSequenceLength() {
    return stageParams().get(RnnSettings.MAX_SEQUENCE_LENGTH);
  }

  default int getMaxSequenceLength() {
    return (int) getOrDefault(maxSequenceLength());
  }

  default S setMaxSequenceLength(int value) {
    return put(RnnSettings.MAX_SEQUENCE_LENGTH, value);
  }

  /** Which code does the arithmetic: auto, vector, scalar or blas. */
  default Param<String> kernels() {
    return stageParams().get(RnnSettings.KERNELS);
  }

  default String getKernels() {
    return getOrDefault(kernels());
  }

  default S setKernels(String value) {
    return put(RnnSettings.KERNELS, value);
  }
}
