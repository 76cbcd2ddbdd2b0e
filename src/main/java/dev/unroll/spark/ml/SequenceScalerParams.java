package dev.unroll.spark.ml;

import dev.unroll.spark.params.StageParams;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/** The params that {@link SequenceScaler} and {@link SequenceScalerModel} share. */
public interface SequenceScalerParams extends Params {
  /** All params of the stage. */
  StageParams stageParams();

  default Param<String> inputCol() {
    return stageParams().get(ScalerSettings.INPUT_COL);
  }

  default String getInputCol() {
    return getOrDefault(inputCol());
  }

  default Param<String> outputCol() {
    return stageParams().get(ScalerSettings.OUTPUT_COL);
  }

  default String getOutputCol() {
    return getOrDefault(outputCol());
  }

  default Param<String> method() {
    return stageParams().get(ScalerSettings.METHOD);
  }

  default String getMethod() {
    return getOrDefault(method());
  }

  default Param<String> by() {
    return stageParams().get(ScalerSettings.BY);
  }

  default String getBy() {
    return getOrDefault(by());
  }

  default Param<String> labelCol() {
    return stageParams().get(ScalerSettings.LABEL_COL);
  }

  /** Fails where none is set, as all getters of params without a default do. */
  default String getLabelCol() {
    return getOrDefault(labelCol());
  }

  default StringArrayParam targetFeatures() {
    return stageParams().get(ScalerSettings.TARGET_FEATURES);
  }

  default String[] getTargetFeatures() {
    return getOrDefault(targetFeatures());
  }

  default Param<String> scaledLabelCol() {
    return stageParams().get(ScalerSettings.SCALED_LABEL_COL);
  }

  default String getScaledLabelCol() {
    return getOrDefault(scaledLabelCol());
  }

  default Param<String> scaleCol() {
    return stageParams().get(ScalerSettings.SCALE_COL);
  }

  default String getScaleCol() {
    return getOrDefault(scaleCol());
  }

  default Param<String> idCol() {
    return stageParams().get(ScalerSettings.ID_COL);
  }

  default String getIdCol() {
    return getOrDefault(idCol());
  }

  default Param<String> handleInvalid() {
    return stageParams().get(ScalerSettings.HANDLE_INVALID);
  }

  default String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }
}
