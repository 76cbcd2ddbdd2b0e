package dev.unroll.spark.ml;

import dev.unroll.net.Model;
import dev.unroll.net.Task;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;

/**
 * Learns to give a number, or a vector of numbers, for each sequence. Labels are numbers, arrays of
 * numbers, or vectors; the loss is the squared error.
 *
 * <pre>{@code
 * RnnRegressionModel model =
 *     new RnnRegressor().setHiddenSize(32).setMaxIter(30).setStepSize(0.01).fit(rows);
 * double rmse = new RegressionEvaluator().setMetricName("rmse").evaluate(model.transform(others));
 * }</pre>
 */
public final class RnnRegressor extends RnnEstimator<RnnRegressor, RnnRegressionModel> {
  public RnnRegressor() {
    this(Identifiable$.MODULE$.randomUID("rnnRegressor"));
  }

  public RnnRegressor(String uid) {
    super(uid);
  }

  @Override
  Task task() {
    return Task.REGRESS;
  }

  @Override
  RnnRegressionModel model(String modelUid, Model network) {
    return new RnnRegressionModel(modelUid, network);
  }

  /** Reads an estimator that {@link #write} saved. */
  public static MLReader<RnnRegressor> read() {
    return new StageReader<>(RnnRegressor.class, RnnRegressor::new);
  }

  public static RnnRegressor load(String path) {
    return read().load(path);
  }
}
