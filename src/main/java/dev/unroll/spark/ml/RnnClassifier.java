package dev.unroll.spark.ml;

import dev.unroll.net.Model;
import dev.unroll.net.Task;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;

/**
 * Learns to give a class for each sequence. Labels are text, booleans, or numbers; numbers are
 * class indices 0, 1, ... as everywhere in Spark ML, and what a StringIndexer has written about
 * them stays with the model.
 *
 * <pre>{@code
 * PipelineModel model =
 *     new Pipeline()
 *         .setStages(new PipelineStage[] {
 *           new StringIndexer().setInputCol("speaker").setOutputCol("label"),
 *           new RnnClassifier().setCell("gru").setHiddenSize(64).setMaxIter(30).setStepSize(0.01)
 *         })
 *         .fit(rows); // a column "features" of array<array<double>>: steps x values
 * model.transform(others).select("prediction", "probability").show();
 * }</pre>
 */
public final class RnnClassifier extends RnnEstimator<RnnClassifier, RnnClassificationModel>
    implements RnnClassColumns<RnnClassifier> {
  public RnnClassifier() {
    this(Identifiable$.MODULE$.randomUID("rnnClassifier"));
  }

  public RnnClassifier(String uid) {
    super(uid);
  }

  @Override
  Task task() {
    return Task.CLASSIFY;
  }

  @Override
  RnnClassificationModel model(String modelUid, Model network) {
    return new RnnClassificationModel(modelUid, network);
  }

  /** Reads an estimator that {@link #write} saved. */
  public static MLReader<RnnClassifier> read() {
    return new StageReader<>(RnnClassifier.class, RnnClassifier::new);
  }

  public static RnnClassifier load(String path) {
    return read().load(path);
  }
}
