package dev.unroll.spark.ml;

import dev.unroll.net.Model;
import dev.unroll.net.Task;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;

/**
 * Gives a number, or a vector of numbers, for each sequence; see {@link RnnRegressor}.
 *
 * <pre>{@code
 * RnnRegressionModel model = new RnnRegressor().setMaxIter(30).fit(rows);
 * model.write().overwrite().save("models/demand"); // as jobs/score.sh and ModelFile.read take it
 * RnnRegressionModel same = RnnRegressionModel.load("models/demand");
 * same.setHandleInvalid("keep").transform(others).select("prediction", "error").show();
 * }</pre>
 */
public final class RnnRegressionModel extends RnnModel<RnnRegressionModel> {
  /** An empty model, for service loaders; it can do nothing. */
  public RnnRegressionModel() {
    this(Identifiable$.MODULE$.randomUID("rnnRegressor"));
  }

  /** An empty model, for service loaders; it can do nothing. */
  public RnnRegressionModel(String uid) {
    this(uid, null);
  }

  /**
   * A model around a network, such as one that was trained by a job.
   *
   * @param network for task regress
   */
  public RnnRegressionModel(String uid, Model network) {
    super(uid, Task.REGRESS, network);
  }

  @Override
  RnnRegressionModel with(String otherUid, Model sameNetwork) {
    return new RnnRegressionModel(otherUid, sameNetwork);
  }

  /** Reads a model that {@link #write} saved or a job left. */
  public static MLReader<RnnRegressionModel> read() {
    return new RnnModelReader<>(RnnRegressionModel.class, RnnRegressionModel::new);
  }

  public static RnnRegressionModel load(String path) {
    return read().load(path);
  }
}
