package dev.unroll.spark.ml;

import dev.unroll.spark.params.Setting;
import dev.unroll.spark.params.StageParams;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * The params that {@link SequenceScaler} and {@link SequenceScalerModel} share. Docs, validators
 * and defaults are in {@link ScalerSettings}.
 *
 * @param <S> the stage itself, which setters return
 */
public interface SequenceScalerParams<S extends SequenceScalerParams<S>> extends Params {

  /** The params of this stage. */
  StageParams stageParams();

  /** Sets one of them. */
  @SuppressWarnings("unchecked")
  default S put(Setting setting, Object value) {
    StageParams.set(this, setting, value);
    return (S) this;
  }

  /** The column that holds the sequences. */
  default Param<String> inputCol() {
    return stageParams().get(ScalerSettings.INPUT_COL);
  }

  default String getInputCol() {
    return getOrDefault(inputCol());
  }

  default S setInputCol(String value) {
    return put(ScalerSettings.INPUT_COL, value);
  }

  /** The column of scaled sequences to add. */
  default Param<String> outputCol() {
    return stageParams().get(ScalerSettings.OUTPUT_COL);
  }

  default String getOutputCol() {
    return getOrDefault(outputCol());
  }

  default S setOutputCol(String value) {
    return put(ScalerSettings.OUTPUT_COL, value);
  }

  /** What becomes level and scale of a feature. */
  default Param<String> method() {
    return stageParams().get(ScalerSettings.METHOD);
  }

  default String getMethod() {
    return getOrDefault(method());
  }

  /** Whether figures are of each feature over all rows, or of each series alone. */
  default Param<String> by() {
    return stageParams().get(ScalerSettings.BY);
  }

  default String getBy() {
    return getOrDefault(by());
  }

  /** The column of numbers to predict, to scale with their features. */
  default Param<String> labelCol() {
    return stageParams().get(ScalerSettings.LABEL_COL);
  }

  /** Fails where none is set, as all getters of params without a default do. */
  default String getLabelCol() {
    return getOrDefault(labelCol());
  }

  default S setLabelCol(String value) {
    return put(ScalerSettings.LABEL_COL, value);
  }

  /** Which features, by name or counted from 0, the numbers to predict are of. */
  default StringArrayParam targetFeatures() {
    return stageParams().get(ScalerSettings.TARGET_FEATURES);
  }

  default String[] getTargetFeatures() {
    return getOrDefault(targetFeatures());
  }

  default S setTargetFeatures(String... value) {
    return put(ScalerSettings.TARGET_FEATURES, value);
  }

  /** The column of scaled labels to add. */
  default Param<String> scaledLabelCol() {
    return stageParams().get(ScalerSettings.SCALED_LABEL_COL);
  }

  default String getScaledLabelCol() {
    return getOrDefault(scaledLabelCol());
  }

  default S setScaledLabelCol(String value) {
    return put(ScalerSettings.SCALED_LABEL_COL, value);
  }

  /** The column to add that holds level and scale of each row. */
  default Param<String> scaleCol() {
    return stageParams().get(ScalerSettings.SCALE_COL);
  }

  default String getScaleCol() {
    return getOrDefault(scaleCol());
  }

  default S setScaleCol(String value) {
    return put(ScalerSettings.SCALE_COL, value);
  }

  /** The column that names the rows, in messages. */
  default Param<String> idCol() {
    return stageParams().get(ScalerSettings.ID_COL);
  }

  default String getIdCol() {
    return getOrDefault(idCol());
  }

  default S setIdCol(String value) {
    return put(ScalerSettings.ID_COL, value);
  }

  /** What a row that cannot be used does: error, skip or keep. */
  default Param<String> handleInvalid() {
    return stageParams().get(ScalerSettings.HANDLE_INVALID);
  }

  default String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }

  default S setHandleInvalid(String value) {
    return put(ScalerSettings.HANDLE_INVALID, value);
  }
}
