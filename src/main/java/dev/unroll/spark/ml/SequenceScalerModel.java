package dev.unroll.spark.ml;

import dev.unroll.net.ModelFormatException;
import dev.unroll.net.Scaling;
import dev.unroll.net.ScalingFile;
import dev.unroll.spark.HadoopFiles;
import dev.unroll.spark.InputColumn;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.NumberedColumns;
import dev.unroll.spark.ScalingMethod;
import dev.unroll.spark.params.StageParams;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A fitted {@link SequenceScaler}. It adds the scaled sequences, each row's level and scale, and,
 * where the rows have the label column, the scaled labels; lazily, on streams as well.
 *
 * <pre>{@code
 * SequenceScalerModel model = new SequenceScaler().setMethod("minMax").fit(rows);
 * model.write().overwrite().save("models/scaler");
 * SequenceScalerModel same = SequenceScalerModel.load("models/scaler");
 * same.transform(others).select("scaled").show();
 * }</pre>
 *
 * <p>Saved, it is Spark's metadata and a file {@code scaling.json} of its figures.
 */
public final class SequenceScalerModel extends Model<SequenceScalerModel>
    implements SequenceScalerParams<SequenceScalerModel>, MLWritable {
  private static final long serialVersionUID = 1L;
  private static final String FILE = "scaling.json";
  private static final ScalingFile NO_FIGURES =
      new ScalingFile(ScalingMethod.STANDARD.label(), Scaling.none(0));

  private final String uid;
  private final StageParams stageParams;
  private final ScalingFile figures;

  /** Without figures: scales by series. */
  public SequenceScalerModel() {
    this(Identifiable$.MODULE$.randomUID("sequenceScaler"));
  }

  /** Without figures: scales by series. */
  public SequenceScalerModel(String uid) {
    this(uid, NO_FIGURES);
    StageParams.set(this, ScalerSettings.BY, ScalerSettings.SERIES);
  }

  SequenceScalerModel(String uid, ScalingFile figures) {
    this.uid = uid;
    this.stageParams = new StageParams(this, ScalerSettings.SCALER);
    this.figures = figures;
  }

  /**
   * Loads what {@link #write} wrote.
   *
   * @throws ModelFormatException if there is no such model, or its files are damaged
   */
  public static SequenceScalerModel load(String path) {
    return read().load(path);
  }

  public static MLReader<SequenceScalerModel> read() {
    return new Reader();
  }

  @Override
  public MLWriter write() {
    return new StageWriter(this, new TreeMap<>(Map.of(FILE, figures.toBytes())));
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public StageParams stageParams() {
    return stageParams;
  }

  /** What is subtracted from each feature; empty with {@code by = series}. */
  public double[] level() {
    return figures.scaling().mean().clone();
  }

  /** What divides each feature then; empty with {@code by = series}. */
  public double[] scale() {
    return figures.scaling().deviation().clone();
  }

  @Override
  public SequenceScalerModel copy(ParamMap extra) {
    SequenceScalerModel copy = new SequenceScalerModel(uid, figures);
    return copyValues(copy, extra).setParent(parent());
  }

  /**
   * @throws InvalidDataException if a column is missing, has a wrong type, or one to be added is
   *     there already; the label may be missing
   * @throws IllegalArgumentException if params do not go together, or not with the figures
   */
  @Override
  public StructType transformSchema(StructType schema) {
    return plan(schema).output();
  }

  private ScalerPlan plan(StructType schema) {
    ScalerPlan plan = new ScalerPlan(this, schema, ScalerPlan.LabelUse.IF_PRESENT);
    if (bySeries()) {
      return plan;
    }
    if (figures.scaling().size() == 0 || !figures.method().equals(getMethod())) {
      throw new IllegalArgumentException(
          "the model was fitted with by = %s, method = %s; to use by = %s, method = %s fit again"
              .formatted(
                  figures.scaling().size() == 0 ? ScalerSettings.SERIES : getBy(),
                  figures.method(),
                  getBy(),
                  getMethod()));
    }
    plan.knownTargets().ifPresent(this::requireFigures);
    return plan;
  }

  private void requireFigures(TargetScaling targets) {
    if (targets.last() >= figures.scaling().size()) {
      throw new IllegalArgumentException(
          "targetFeatures: there is no feature %d (counted from 0); the model was fitted on %d"
              .formatted(targets.last(), figures.scaling().size()));
    }
  }

  private boolean bySeries() {
    return getBy().equals(ScalerSettings.SERIES);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    ScalerPlan plan = plan(dataset.schema());
    StructType output = plan.output();
    ScaledRows scaled =
        new ScaledRows(
            plan.columns(),
            plan.oneFeature(),
            bySeries() ? null : figures.scaling(),
            ScalingMethod.of(getMethod()),
            getHandleInvalid());
    Dataset<Row> rows = NumberedColumns.mapPartitions(dataset, scaled, plan.withSequences());
    if (plan.label().isEmpty()) {
      return rows;
    }
    TargetScaling targets = plan.knownTargets().orElseThrow();
    return rows.withColumn(
        output.apply(output.length() - 1).name(),
        targets.scaled(plan.label().get(), InputColumn.named(getScaleCol())));
  }

  /** Reads the figures and then the params. */
  private static final class Reader extends StageReader<SequenceScalerModel> {
    /** Room for both figures of 300,000 features. */
    private static final long LARGEST = 16L << 20;

    Reader() {
      super(SequenceScalerModel.class, uid -> new SequenceScalerModel(uid, NO_FIGURES));
    }

    @Override
    SequenceScalerModel read(FileSystem fs, Path directory, Configuration conf) throws IOException {
      SequenceScalerModel params = super.read(fs, directory, conf);
      Path file = new Path(directory, FILE);
      String name = HadoopFiles.show(file);
      ScalingFile figures = ScalingFile.read(name, bytes(fs, directory, file, name));
      if (!params.bySeries() && figures.scaling().size() == 0) {
        throw new ModelFormatException(
            name + ": level has no numbers, expected one per feature, since by is feature");
      }
      if (!figures.method().equals(params.getMethod())) {
        throw new ModelFormatException(
            "%s: method is %s, expected %s as in the metadata; the directory is damaged: restore it"
                    .formatted(name, figures.method(), params.getMethod())
                + " or fit again");
      }
      SequenceScalerModel model = new SequenceScalerModel(params.uid(), figures);
      return params.copyValues(model, ParamMap.empty());
    }

    private static byte[] bytes(FileSystem fs, Path directory, Path file, String name)
        throws IOException {
      if (!fs.exists(file)) {
        throw new ModelFormatException(
            name + " is missing; expected a saved SequenceScalerModel: restore it or fit again");
      }
      HadoopFiles.requireInside(fs, directory, file);
      long size = fs.getFileStatus(file).getLen();
      if (size > LARGEST) {
        throw new ModelFormatException(
            "%s has %d bytes, expected at most %d".formatted(name, size, LARGEST));
      }
      try (FSDataInputStream in = fs.open(file)) {
        return in.readNBytes((int) LARGEST);
      }
    }
  }
}
