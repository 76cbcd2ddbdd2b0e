package dev.unroll.spark.ml;

import dev.unroll.net.Model;
import dev.unroll.net.Task;
import dev.unroll.spark.ClassColumn;
import java.util.List;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;

/**
 * Gives a class for each sequence; see {@link RnnClassifier}.
 *
 * <pre>{@code
 * RnnClassificationModel model = new RnnClassifier().setMaxIter(30).fit(rows);
 * model.write().overwrite().save("models/speakers"); // as jobs/score.sh and ModelFile.read take it
 * RnnClassificationModel same = RnnClassificationModel.load("models/speakers");
 * same.transform(others).select("prediction", "probability").show(); // in the order of same.labels()
 * }</pre>
 */
public final class RnnClassificationModel extends RnnModel<RnnClassificationModel>
    implements RnnClassColumns<RnnClassificationModel> {
  /** An empty model, for service loaders; it can do nothing. */
  public RnnClassificationModel() {
    this(Identifiable$.MODULE$.randomUID("rnnClassifier"));
  }

  /** An empty model, for service loaders; it can do nothing. */
  public RnnClassificationModel(String uid) {
    this(uid, null);
  }

  /**
   * A model around a network, such as one that was trained by a job.
   *
   * @param network for task classify
   */
  public RnnClassificationModel(String uid, Model network) {
    super(uid, Task.CLASSIFY, network);
  }

  @Override
  RnnClassificationModel with(String otherUid, Model sameNetwork) {
    return new RnnClassificationModel(otherUid, sameNetwork);
  }

  /** Number of classes. */
  public int numClasses() {
    return network().network().outputSize();
  }

  /**
   * The classes in the order of the probabilities: what a StringIndexer called them where the
   * labels came from one, else the labels themselves.
   */
  public List<String> labels() {
    List<String> names = ClassColumn.labelNames(network());
    return names.isEmpty() ? network().classes() : names;
  }

  /** Reads a model that {@link #write} saved or a job left. */
  public static MLReader<RnnClassificationModel> read() {
    return new RnnModelReader<>(RnnClassificationModel.class, RnnClassificationModel::new);
  }

  public static RnnClassificationModel load(String path) {
    return read().load(path);
  }
}
