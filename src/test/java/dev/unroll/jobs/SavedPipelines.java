package dev.unroll.jobs;

import dev.unroll.spark.TsFile;
import dev.unroll.spark.ml.SequenceAssembler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * A program that loads a pipeline, transforms a table and prints what comes out, with all bits: in
 * a JVM that has never seen the classes of the fit. Arguments: the pipeline's directory, the
 * table's.
 */
public final class SavedPipelines {
  static final String ROW = "row ";

  private SavedPipelines() {}

  public static void main(String[] args) throws IOException {
    try (SparkSession spark = SparkSession.builder().appName("saved").getOrCreate()) {
      Dataset<Row> table = spark.read().parquet(args[1]);
      rows(PipelineModel.load(args[0]).transform(table)).forEach(System.out::println);
    }
  }

  /** Key, prediction, probability and raw prediction of each row, exactly, sorted. */
  static List<String> rows(Dataset<Row> scored) {
    List<String> lines = new ArrayList<>();
    for (Row row :
        scored.select("id", "prediction", "probability", "rawPrediction").collectAsList()) {
      lines.add(
          ROW
              + row.get(0)
              + " "
              + row.get(1)
              + " "
              + hex(((Vector) row.get(2)).toArray())
              + " "
              + hex(((Vector) row.get(3)).toArray()));
    }
    lines.sort(null);
    return lines;
  }

  static String hex(double[] values) {
    StringBuilder text = new StringBuilder();
    for (double value : values) {
      text.append(Double.toHexString(value)).append(',');
    }
    return text.toString();
  }

  /** A row per step: id, time, v0, v1, ..., speaker, in no order. */
  static Dataset<Row> longTable(SparkSession spark, Path file) {
    Dataset<Row> series = TsFile.read(spark, file.toString());
    int width = series.selectExpr("size(features[0])").head().getInt(0);
    List<String> columns = new ArrayList<>(List.of("id", "time"));
    for (int i = 0; i < width; i++) {
      columns.add("step[" + i + "] AS v" + i);
    }
    columns.add("label AS speaker");
    return series
        .select(
            functions.col("id"),
            functions.col("label"),
            functions.posexplode(functions.col("features")).as(new String[] {"time", "step"}))
        .selectExpr(columns.toArray(String[]::new))
        .repartition(3, functions.col("time"));
  }

  static Pipeline pipeline(int width, PipelineStage last) {
    String[] values =
        Stream.iterate(0, i -> i < width, i -> i + 1).map(i -> "v" + i).toArray(String[]::new);
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              new StringIndexer().setInputCol("speaker").setOutputCol("label"),
              new SequenceAssembler()
                  .setKeyCols(new String[] {"id"})
                  .setTimeCol("time")
                  .setValueCols(values)
                  .setLabelCol("label"),
              last
            });
  }
}
