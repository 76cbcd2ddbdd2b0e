package dev.unroll.spark.ml;

import dev.unroll.net.Model;
import dev.unroll.net.Task;
import dev.unroll.spark.ClassColumn;
import java.util.List;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;

/**
 * Gives a class for each step of a sequence; see {@link RnnTagger}.
 *
 * <pre>{@code
 * RnnTaggingModel model = new RnnTagger().setMaxIter(30).fit(rows);
 * model.write().overwrite().save("models/tags"); // as jobs/score.sh and ModelFile.read take it
 * RnnTaggingModel same = RnnTaggingModel.load("models/tags");
 * same.transform(others).select("prediction", "probability").show(); // one of each for each step
 * }</pre>
 */
public final class RnnTaggingModel extends RnnModel<RnnTaggingModel>
    implements RnnClassColumns<RnnTaggingModel> {
  /** An empty model, for service loaders; it can do nothing. */
  public RnnTaggingModel() {
    this(Identifiable$.MODULE$.randomUID("rnnTagger"));
  }

  /** An empty model, for service loaders; it can do nothing. */
  public RnnTaggingModel(String uid) {
    this(uid, null);
  }

  /**
   * A model around a network, such as one that was trained by a job.
   *
   * @param network for task tag
   */
  public RnnTaggingModel(String uid, Model network) {
    super(uid, Task.TAG, network);
  }

  @Override
  RnnTaggingModel with(String otherUid, Model sameNetwork) {
    return new RnnTaggingModel(otherUid, sameNetwork);
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
  public static MLReader<RnnTaggingModel> read() {
    return new RnnModelReader<>(RnnTaggingModel.class, RnnTaggingModel::new);
  }

  public static RnnTaggingModel load(String path) {
    return read().load(path);
  }
}
