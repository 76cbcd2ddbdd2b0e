package dev.unroll.spark.ml;

import dev.unroll.spark.params.Setting;
import dev.unroll.spark.params.StageParams;
import java.util.List;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * The params of {@link SequenceTuner}. Docs, validators and defaults are in {@link TuningSettings}.
 */
public interface TuningParams extends Params {

  /** The params of this stage. */
  StageParams stageParams();

  /** Sets one of them. */
  default SequenceTuner put(Setting setting, Object value) {
    StageParams.set(this, setting, value);
    return (SequenceTuner) this;
  }

  /** What to try: each text is a param and its values or range. */
  default StringArrayParam space() {
    return stageParams().get(TuningSettings.SPACE);
  }

  default String[] getSpace() {
    return getOrDefault(space());
  }

  default SequenceTuner setSpace(String... value) {
    return put(TuningSettings.SPACE, List.of(value));
  }

  /** What to try, one text per candidate; goes before space. */
  default StringArrayParam candidates() {
    return stageParams().get(TuningSettings.CANDIDATES);
  }

  default String[] getCandidates() {
    return getOrDefault(candidates());
  }

  default SequenceTuner setCandidates(String... value) {
    return put(TuningSettings.CANDIDATES, List.of(value));
  }

  /** How many candidates are drawn from the space. */
  default IntParam maxCandidates() {
    return stageParams().get(TuningSettings.MAX_CANDIDATES);
  }

  default int getMaxCandidates() {
    return (int) getOrDefault(maxCandidates());
  }

  default SequenceTuner setMaxCandidates(int value) {
    return put(TuningSettings.MAX_CANDIDATES, value);
  }

  /** Which rows judge: drawn by a hash, or later ones. */
  default Param<String> validation() {
    return stageParams().get(TuningSettings.VALIDATION);
  }

  default String getValidation() {
    return getOrDefault(validation());
  }

  default SequenceTuner setValidation(String value) {
    return put(TuningSettings.VALIDATION, value);
  }

  /** How many times each candidate is trained and judged, each time by other rows. */
  default IntParam numFolds() {
    return stageParams().get(TuningSettings.NUM_FOLDS);
  }

  default int getNumFolds() {
    return (int) getOrDefault(numFolds());
  }

  default SequenceTuner setNumFolds(int value) {
    return put(TuningSettings.NUM_FOLDS, value);
  }

  /** The column of times, with validation rollingOrigin. */
  default Param<String> timeCol() {
    return stageParams().get(TuningSettings.TIME_COL);
  }

  default String getTimeCol() {
    return getOrDefault(timeCol());
  }

  default SequenceTuner setTimeCol(String value) {
    return put(TuningSettings.TIME_COL, value);
  }

  /** How long before the rows that judge none is trained on. */
  default DoubleParam embargo() {
    return stageParams().get(TuningSettings.EMBARGO);
  }

  default double getEmbargo() {
    return (double) getOrDefault(embargo());
  }

  default SequenceTuner setEmbargo(double value) {
    return put(TuningSettings.EMBARGO, value);
  }

  /** One of so many candidates goes on from rung to rung, for so many times the epochs. */
  default IntParam reduction() {
    return stageParams().get(TuningSettings.REDUCTION);
  }

  default int getReduction() {
    return (int) getOrDefault(reduction());
  }

  default SequenceTuner setReduction(int value) {
    return put(TuningSettings.REDUCTION, value);
  }

  /** Epochs of the first rung; 0 takes them from maxIter. */
  default IntParam minEpochs() {
    return stageParams().get(TuningSettings.MIN_EPOCHS);
  }

  default int getMinEpochs() {
    return (int) getOrDefault(minEpochs());
  }

  default SequenceTuner setMinEpochs(int value) {
    return put(TuningSettings.MIN_EPOCHS, value);
  }

  /** Which candidate becomes the model. */
  default Param<String> select() {
    return stageParams().get(TuningSettings.SELECT);
  }

  default String getSelect() {
    return getOrDefault(select());
  }

  default SequenceTuner setSelect(String value) {
    return put(TuningSettings.SELECT, value);
  }

  /** What the estimator learns; set with it. */
  default Param<String> task() {
    return stageParams().get(TuningSettings.TASK);
  }

  default String getTask() {
    return getOrDefault(task());
  }
}
