package dev.unroll.spark.ml;

import dev.unroll.net.Model;
import dev.unroll.net.Task;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;

/**
 * Learns to give a class for each step of a sequence. Labels are arrays with one class per step, as
 * text, booleans, or numbers from 0 on.
 *
 * <pre>{@code
 * RnnTaggingModel model =
 *     new RnnTagger().setBidirectional(true).setMaxIter(30).setStepSize(0.01).fit(rows);
 * model.transform(others).select("prediction").show(); // an array with a class for each step
 * }</pre>
 */
public final class RnnTagger extends RnnEstimator<RnnTagger, RnnTaggingModel>
    implements RnnClassColumns<RnnTagger> {
  public RnnTagger() {
    this(Identifiable$.MODULE$.randomUID("rnnTagger"));
  }

  public RnnTagger(String uid) {
    super(uid);
  }

  @Override
  Task task() {
    return Task.TAG;
  }

  @Override
  RnnTaggingModel model(String modelUid, Model network) {
    return new RnnTaggingModel(modelUid, network);
  }

  /** Reads an estimator that {@link #write} saved. */
  public static MLReader<RnnTagger> read() {
    return new StageReader<>(RnnTagger.class, RnnTagger::new);
  }

  public static RnnTagger load(String path) {
    return read().load(path);
  }
}
