package dev.unroll.spark.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.unroll.net.Model;
import dev.unroll.net.ModelFile;
import dev.unroll.net.ModelFormatException;
import dev.unroll.spark.HadoopFiles;
import dev.unroll.spark.ModelStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The model that a {@link SequenceTuner} chose, and what it found of all candidates.
 *
 * <pre>{@code
 * SequenceTunerModel tuned =
 *     new SequenceTuner()
 *         .setEstimator(new RnnClassifier().setMaxIter(9))
 *         .setSpace("hiddenSize = 8, 16, 32")
 *         .fit(rows);
 * tuned.write().overwrite().save("models/tuned");
 * SequenceTunerModel same = SequenceTunerModel.load("models/tuned");
 * same.table().select("settings", "epochs", "loss").show(); // the best first
 * same.transform(others).select("prediction").show(); // or same.bestModel()
 * }</pre>
 */
public final class SequenceTunerModel extends org.apache.spark.ml.Model<SequenceTunerModel>
    implements MLWritable {
  private static final String TRIALS = "trials.json";
  private static final String BEST = "bestModel";
  private static final long LARGEST = 256L << 20;
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  private final String uid;
  private final RnnModel<?> best;
  private final List<TunedTrial> trials;
  private final String verdict;

  /** What the file of trials holds. */
  private record Found(List<TunedTrial> trials, String verdict) {
    Found {
      trials = List.copyOf(trials);
    }
  }

  /** An empty model, for service loaders; it can do nothing. */
  public SequenceTunerModel() {
    this(Identifiable$.MODULE$.randomUID("sequenceTuner"));
  }

  /** An empty model, for service loaders; it can do nothing. */
  public SequenceTunerModel(String uid) {
    this(uid, null, List.of(), "");
  }

  SequenceTunerModel(String uid, RnnModel<?> best, List<TunedTrial> trials, String verdict) {
    this.uid = uid;
    this.best = best;
    this.trials = List.copyOf(trials);
    this.verdict = verdict;
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The model with the settings that were selected, trained on all rows. */
  public RnnModel<?> bestModel() {
    if (best == null) {
      throw new IllegalStateException(uid + " is empty: it comes from fit or from load");
    }
    return best;
  }

  /** What was found of each candidate, in their order. */
  public List<TunedTrial> trials() {
    return trials;
  }

  /** Which hidden size to choose, and why, in a paragraph. */
  public String verdict() {
    return verdict;
  }

  /** The candidates as a table, the best first. */
  public Dataset<Row> table() {
    StructType schema =
        new StructType()
            .add("trial", DataTypes.IntegerType)
            .add("settings", DataTypes.StringType)
            .add("status", DataTypes.StringType)
            .add("epochs", DataTypes.IntegerType)
            .add("loss", DataTypes.DoubleType)
            .add("standardError", DataTypes.DoubleType)
            .add("steps", DataTypes.LongType)
            .add("validationByEpoch", DataTypes.createArrayType(DataTypes.DoubleType))
            .add("trainingByEpoch", DataTypes.createArrayType(DataTypes.DoubleType));
    List<Row> rows = new ArrayList<>();
    ranked()
        .forEach(
            trial ->
                rows.add(
                    RowFactory.create(
                        trial.trial(),
                        trial.describe(),
                        trial.status(),
                        trial.epochs(),
                        trial.loss(),
                        trial.standardError(),
                        trial.steps(),
                        Arrays.stream(trial.validation()).boxed().toArray(),
                        Arrays.stream(trial.training()).boxed().toArray())));
    return SparkSession.active().createDataFrame(rows, schema);
  }

  /** The candidates: those that came furthest first, of these the lowest loss. */
  public List<TunedTrial> ranked() {
    return trials.stream()
        .sorted(
            Comparator.comparing((TunedTrial trial) -> -trial.epochs())
                .thenComparing(TunedTrial::loss)
                .thenComparing(TunedTrial::trial))
        .toList();
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    return bestModel().transform(dataset);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return bestModel().transformSchema(schema);
  }

  @Override
  public SequenceTunerModel copy(ParamMap extra) {
    RnnModel<?> copied = best == null ? null : best.copy(extra);
    SequenceTunerModel copy =
        copyValues(new SequenceTunerModel(uid, copied, trials, verdict), extra);
    copy.setParent(parent());
    return copy;
  }

  @Override
  public MLWriter write() {
    TreeMap<String, byte[]> files = new TreeMap<>();
    RnnModel<?> model = bestModel();
    StageWriter.content(model, ModelFile.encode(model.network()))
        .forEach((name, bytes) -> files.put(BEST + "/" + name, bytes));
    try {
      files.put(TRIALS, JSON.writeValueAsBytes(new Found(trials, verdict)));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
    return new StageWriter(this, files);
  }

  /** Reads a model that {@link #write} saved. */
  public static MLReader<SequenceTunerModel> read() {
    return new StageReader<>(SequenceTunerModel.class, SequenceTunerModel::new) {
      @Override
      SequenceTunerModel read(FileSystem fs, Path directory, Configuration conf)
          throws IOException {
        RnnModel<?> best = best(fs, inside(fs, directory, BEST), conf);
        Found found = found(fs, inside(fs, directory, TRIALS));
        return read(
            fs,
            directory,
            uid -> new SequenceTunerModel(uid, best, found.trials(), found.verdict()));
      }
    };
  }

  private static Path inside(FileSystem fs, Path directory, String name) throws IOException {
    Path path = new Path(directory, name);
    if (fs.exists(path)) {
      HadoopFiles.requireInside(fs, directory, path);
    }
    return path;
  }

  /** The class follows from the network's task, not from a name in a file. */
  private static RnnModel<?> best(FileSystem fs, Path directory, Configuration conf)
      throws IOException {
    Model network = ModelStore.read(directory, conf);
    return switch (network.network().task()) {
      case CLASSIFY ->
          new RnnModelReader<>(RnnClassificationModel.class, RnnClassificationModel::new)
              .read(fs, directory, conf);
      case REGRESS ->
          new RnnModelReader<>(RnnRegressionModel.class, RnnRegressionModel::new)
              .read(fs, directory, conf);
      case TAG ->
          new RnnModelReader<>(RnnTaggingModel.class, RnnTaggingModel::new)
              .read(fs, directory, conf);
    };
  }

  private static Found found(FileSystem fs, Path file) throws IOException {
    if (!fs.exists(file) || fs.getFileStatus(file).getLen() > LARGEST) {
      throw new ModelFormatException(
          HadoopFiles.show(file) + " is missing or too large; expected the trials of a tuner");
    }
    try (FSDataInputStream in = fs.open(file)) {
      return JSON.readValue(in.readAllBytes(), Found.class);
    } catch (JsonProcessingException e) {
      throw new ModelFormatException(
          HadoopFiles.show(file) + " is no table of trials: " + e.getOriginalMessage(), e);
    }
  }

  public static SequenceTunerModel load(String path) {
    return read().load(path);
  }
}
