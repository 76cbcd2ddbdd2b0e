package dev.unroll.spark.ml;

import dev.unroll.net.Task;
import dev.unroll.spark.ColumnTypes;
import dev.unroll.spark.HadoopFiles;
import dev.unroll.spark.InputColumn;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.WindowColumns;
import dev.unroll.spark.params.Setting;
import dev.unroll.spark.params.StageParams;
import dev.unroll.spark.rounds.LearnerSettings;
import dev.unroll.spark.rounds.SerialTrials;
import dev.unroll.spark.rounds.SerialTrials.Fold;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Chooses the settings of a recurrent estimator by successive halving, and with them the hidden
 * size: each trial is trained by one task alone, so that as many run side by side as there are
 * cores and none waits for another. The same data, settings and seed give the same table, wherever
 * tasks run.
 *
 * <pre>{@code
 * SequenceTunerModel tuned =
 *     new SequenceTuner()
 *         .setEstimator(new RnnClassifier().setCell("gru").setMaxIter(27))
 *         .setSpace("hiddenSize = 8, 16, 32, 64", "stepSize = 0.003, 0.01, 0.03")
 *         .fit(rows);
 * System.out.println(tuned.verdict());
 * tuned.table().show();
 * tuned.transform(others);
 * }</pre>
 *
 * <p>The rows are packed, sent to each executor, and must fit there (1 GB packed); tune on a sample
 * of more. The model is trained anew on all rows, in one shard as the trials were.
 */
public final class SequenceTuner extends Estimator<SequenceTunerModel>
    implements TuningParams, MLWritable {
  /** What may be varied: what the network is and how it learns, not where things are. */
  private static final List<Setting> VARIABLE =
      List.of(
          RnnSettings.CELL,
          RnnSettings.HIDDEN_SIZE,
          RnnSettings.NUM_LAYERS,
          RnnSettings.BIDIRECTIONAL,
          RnnSettings.BATCH_SIZE,
          RnnSettings.SOLVER,
          RnnSettings.STEP_SIZE,
          RnnSettings.MOMENTUM,
          RnnSettings.SCHEDULE,
          RnnSettings.WARMUP_FRACTION,
          RnnSettings.CLIP_NORM,
          RnnSettings.WEIGHT_DECAY,
          RnnSettings.SEED);

  private final String uid;
  private final StageParams stageParams;
  private RnnEstimator<?, ?> estimator;

  public SequenceTuner() {
    this(Identifiable$.MODULE$.randomUID("sequenceTuner"));
  }

  public SequenceTuner(String uid) {
    this.uid = uid;
    stageParams = new StageParams(this, TuningSettings.ALL);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public StageParams stageParams() {
    return stageParams;
  }

  /** The estimator to tune; its maxIter is how long the best candidates are trained. */
  public SequenceTuner setEstimator(RnnEstimator<?, ?> value) {
    estimator = value;
    return put(TuningSettings.TASK, value.task().label());
  }

  /**
   * The estimator to tune.
   *
   * @throws IllegalStateException if none was set
   */
  public RnnEstimator<?, ?> getEstimator() {
    if (estimator == null) {
      throw new IllegalStateException(
          uid + " has no estimator; set one, such as setEstimator(new RnnClassifier())");
    }
    return estimator;
  }

  /** A grid as ParamGridBuilder makes it; each map is a candidate. */
  public SequenceTuner setEstimatorParamMaps(ParamMap[] grid) {
    return put(TuningSettings.CANDIDATES, List.of(SearchSpace.texts(grid)));
  }

  /**
   * Trains the candidates, and a model with the settings of the one that is selected.
   *
   * @throws InvalidDataException if columns or rows cannot be used
   * @throws IllegalStateException if no candidate could be trained to the end
   */
  @Override
  public SequenceTunerModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    Dataset<Row> rows = dataset.toDF();
    List<Map<String, String>> candidates = drawn();
    List<TunedTrial> trials = tried(rows, candidates);
    TuningVerdict verdict = TuningVerdict.of(trials, getEstimator(), getSelect());
    RnnModel<?> best = with(serial(), verdict.selected().values()).fit(rows);
    SequenceTunerModel model =
        copyValues(new SequenceTunerModel(uid, best, trials, verdict.text()), ParamMap.empty());
    model.setParent(this);
    return model;
  }

  private List<TunedTrial> tried(Dataset<Row> rows, List<Map<String, String>> candidates) {
    boolean ours = rows.storageLevel().equals(StorageLevel.NONE());
    if (ours) {
      rows.persist(StorageLevel.MEMORY_AND_DISK()); // each part is a pass over the rows
    }
    try {
      return tried(rows, folds(rows), candidates);
    } finally {
      if (ours) {
        rows.unpersist(false);
      }
    }
  }

  private List<TunedTrial> tried(
      Dataset<Row> rows, TuningFolds folds, List<Map<String, String>> candidates) {
    LearnerSettings base = serial().learnerSettings();
    try (SerialTrials trials = SerialTrials.prepare(rows, folds.part(), folds.parts(), base)) {
      requireRows(trials.sequences(), folds.folds());
      List<SuccessiveHalving.Candidate> settings = new ArrayList<>();
      for (Map<String, String> values : candidates) {
        settings.add(
            new SuccessiveHalving.Candidate(values, with(serial(), values).learnerSettings()));
      }
      return new SuccessiveHalving(
              trials, settings, folds.folds(), getReduction(), base.rounds().maxSeconds())
          .run(firstEpochs(), getEstimator().getMaxIter());
    }
  }

  private int firstEpochs() {
    int reduction = getReduction();
    return getMinEpochs() > 0
        ? getMinEpochs()
        : Math.max(1, getEstimator().getMaxIter() / (reduction * reduction));
  }

  private TuningFolds folds(Dataset<Row> rows) {
    if (getValidation().equals("rollingOrigin")) {
      return TuningFolds.rollingOrigin(rows, getTimeCol(), getNumFolds(), getEmbargo());
    }
    RnnEstimator<?, ?> tuned = getEstimator();
    int series = WindowColumns.SERIES.index(rows.schema());
    List<String> content = List.of(tuned.getFeaturesCol(), tuned.getLabelCol());
    // Windows overlap: those of one series must not be on both sides.
    List<String> unnamed = series < 0 ? content : List.of(rows.columns()[series]);
    List<String> identity = tuned.isDefined(tuned.idCol()) ? List.of(tuned.getIdCol()) : unnamed;
    return TuningFolds.byHash(identity, getNumFolds(), tuned.getSeed());
  }

  private void requireRows(List<Long> sequences, List<Fold> folds) {
    for (Fold fold : folds) {
      boolean trains = fold.trainOn().stream().anyMatch(part -> sequences.get(part) > 0);
      boolean judges = fold.judge().stream().anyMatch(part -> sequences.get(part) > 0);
      if (!trains || !judges) {
        throw new InvalidDataException(
            "a fold has no rows to %s; give more rows or lower numFolds (%d)"
                .formatted(trains ? "be judged by" : "train on", getNumFolds()));
      }
    }
  }

  /** The estimator as trials train: one shard, nothing held out, nothing stored. */
  private RnnEstimator<?, ?> serial() {
    RnnEstimator<?, ?> serial = getEstimator().copy(ParamMap.empty());
    for (Setting setting :
        List.of(
            RnnSettings.VALIDATION_INDICATOR_COL,
            RnnSettings.VALIDATION_FRACTION,
            RnnSettings.PATIENCE,
            RnnSettings.TARGET_LOSS,
            RnnSettings.TARGET_METRIC,
            RnnSettings.MAX_SECONDS,
            RnnSettings.CHECKPOINT_DIR,
            RnnSettings.RESUME,
            RnnSettings.INITIAL_MODEL,
            RnnSettings.PERIOD,
            RnnSettings.OUTER,
            RnnSettings.STEP_SIZE_SCALING,
            RnnSettings.WARMUP_STEPS)) {
      serial.clear(serial.getParam(setting.name()));
    }
    return serial.put(RnnSettings.NUM_SHARDS, 1);
  }

  private static RnnEstimator<?, ?> with(RnnEstimator<?, ?> estimator, Map<String, String> values) {
    for (Setting setting : VARIABLE) {
      String value = values.get(setting.name());
      if (value != null) {
        estimator.put(setting, setting.rule().read(value).orElseThrow());
      }
    }
    return estimator;
  }

  private List<Map<String, String>> drawn() {
    if (isDefined(candidates())) {
      SearchSpace none = new SearchSpace(VARIABLE);
      List<Map<String, String>> candidates = new ArrayList<>();
      for (String text : getOrDefault(candidates())) {
        candidates.add(text.isEmpty() ? Map.of() : none.candidate(text));
      }
      return candidates;
    }
    String[] space = isDefined(space()) ? getSpace() : new String[0];
    return new SearchSpace(VARIABLE, space)
        .candidates(getMaxCandidates(), getEstimator().getSeed());
  }

  /** Checks the columns and the space; what the model adds. */
  @Override
  public StructType transformSchema(StructType schema) {
    drawn();
    if (getValidation().equals("rollingOrigin")) {
      String name = isDefined(timeCol()) ? getTimeCol() : "";
      InputColumn time = InputColumn.find(schema, name, "timeCol");
      if (!ColumnTypes.isTime(time.type())) {
        throw time.wrongType("timeCol", ColumnTypes.TIME);
      }
    }
    return serial().transformSchema(schema);
  }

  @Override
  public SequenceTuner copy(ParamMap extra) {
    SequenceTuner copy = defaultCopy(extra);
    if (estimator != null) {
      copy.estimator = estimator.copy(extra);
    }
    return copy;
  }

  @Override
  public MLWriter write() {
    SortedMap<String, byte[]> files = new TreeMap<>();
    StageWriter.content(getEstimator(), new TreeMap<>())
        .forEach((name, bytes) -> files.put("estimator/" + name, bytes));
    return new StageWriter(this, files);
  }

  /** Reads a tuner that {@link #write} saved. */
  public static MLReader<SequenceTuner> read() {
    return new StageReader<>(SequenceTuner.class, SequenceTuner::new) {
      @Override
      SequenceTuner read(FileSystem fs, Path directory, Configuration conf) throws IOException {
        SequenceTuner tuner = super.read(fs, directory, conf);
        Path estimator = new Path(directory, "estimator");
        if (fs.exists(estimator)) {
          HadoopFiles.requireInside(fs, directory, estimator);
        }
        tuner.estimator = estimator(tuner, fs, estimator, conf);
        return tuner;
      }
    };
  }

  /** The class follows from the task, not from a name in a file. */
  private static RnnEstimator<?, ?> estimator(
      SequenceTuner tuner, FileSystem fs, Path directory, Configuration conf) throws IOException {
    return switch (Task.of(tuner.getOrDefault(tuner.task()))) {
      case CLASSIFY ->
          new StageReader<>(RnnClassifier.class, RnnClassifier::new).read(fs, directory, conf);
      case REGRESS ->
          new StageReader<>(RnnRegressor.class, RnnRegressor::new).read(fs, directory, conf);
      case TAG -> new StageReader<>(RnnTagger.class, RnnTagger::new).read(fs, directory, conf);
    };
  }

  public static SequenceTuner load(String path) {
    return read().load(path);
  }
}
