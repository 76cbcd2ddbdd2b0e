package dev.unroll.spark.ml;

import dev.unroll.spark.params.StageParams;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/** The params that {@link SequenceScaler} and {@link SequenceScalerModel} share. */
public interface SequenceScalerParams extends Params {
  /** All params of the stage. */
  StageParams settings();

  default Param<String> inputCol() {
    return settings().get(ScalerSettings.INPUT_COL);
  }

  default String getInputCol() {
    return getOrDefault(inputCol());
  }

  default Param<String> outputCol() {
    return settings().get(ScalerSettings.OUTPUT_COL);
  }

  default String getOutputCol() {
    return getOrDefault(outputCol());
  }

  default Param<String> method() {
    return settings().get(ScalerSettings.METHOD);
  }

  default String getMethod() {
    return getOrDefault(method());
  }

  default Param<String> by() {
    return settings().get(ScalerSettings.BY);
  }

  default String getBy() {
    return getOrDefault(by());
  }

  default Param<String> labelCol() {
    return settings().get(ScalerSettings.LABEL_COL);
  }

  /** Fails where none is set, as all getters of params without a default do. */
  default String getLabelCol() {
    return getOrDefault(labelCol());
  }

  default StringArrayParam targetFeatures() {
    return settings().get(ScalerSettings.TARGET_FEATURES);
  }

  default String[] getTargetFeatures() {
    return getOrDefault(targetFeatures());
  }

  default Param<String> scaledLabelCol() {
    return settings().get(ScalerSettings.SCALED_LABEL_COL);
  }

  default String getScaledLabelCol() {
    return getOrDefault(scaledLabelCol());
  }

  default Param<String> scaleCol() {
    return settings().get(ScalerSettings.SCALE_COL);
  }

  default String getScaleCol() {
    return getOrDefault(scaleCol());
  }

  default Param<String> idCol() {
    return settings().get(ScalerSettings.ID_COL);
  }

  default String getIdCol() {
    return getOrDefault(idCol());
  }

  default Param<String> handleInvalid() {
    return settings().get(ScalerSettings.HANDLE_INVALID);
  }

  default String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }
}
