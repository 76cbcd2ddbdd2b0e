package dev.unroll.spark.ml;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.shared.HasProbabilityCol;
import org.apache.spark.ml.param.shared.HasRawPredictionCol;

/**
 * The params of stages that predict classes, beside {@link RnnColumns}.
 *
 * @param <S> the stage itself, which setters return
 */
public interface RnnClassColumns<S extends RnnClassColumns<S>>
    extends RnnColumns<S>, HasProbabilityCol, HasRawPredictionCol {

  /** The column of class probabilities to add, in the order of the classes. */
  @Override
  default Param<String> probabilityCol() {
    return stageParams().get(RnnSettings.PROBABILITY_COL);
  }

  default S setProbabilityCol(String value) {
    return put(RnnSettings.PROBABILITY_COL, value);
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasProbabilityCol$_setter_$probabilityCol_$eq(
      Param<String> param) {
    // The param comes from the table of settings; Spark's own is never made.
  }

  /** The column of logits to add, in the order of the classes. */
  @Override
  default Param<String> rawPredictionCol() {
    return stageParams().get(RnnSettings.RAW_PREDICTION_COL);
  }

  default S setRawPredictionCol(String value) {
    return put(RnnSettings.RAW_PREDICTION_COL, value);
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasRawPredictionCol$_setter_$rawPredictionCol_$eq(
      Param<String> param) {
    // The param comes from the table of settings; Spark's own is never made.
  }
}
