package dev.unroll.spark.scoring;

import dev.unroll.net.Model;
import dev.unroll.net.Task;
import dev.unroll.spark.FeatureNames;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.InvalidRowPolicy;
import dev.unroll.spark.InvalidRows;
import dev.unroll.spark.Sent;
import dev.unroll.spark.SequenceColumns;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A model's figures on labelled rows.
 *
 * @param metrics the figures
 * @param skipped rows that could not be used
 */
public record Evaluation(Metrics metrics, InvalidRows skipped) {

  /** One Spark job over the rows. */
  public static Evaluation of(Dataset<Row> rows, Model model, ScoringSettings settings) {
    SequenceColumns columns = columns(rows, model, settings);
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext());
    InvalidRowCounter skipped = settings.counter(context.sc());
    RowReader reader =
        new RowReader(columns, RowReader.Expected.of(model), leftOut(settings), skipped);
    Broadcast<Sent<Model>> sent = context.broadcast(new Sent<>(model));
    try {
      Metrics whole = empty(model);
      parts(rows, reader, sent, settings.kernels()).forEach(part -> whole.merge(part.content()));
      InvalidRows refused = skipped == null ? new InvalidRows() : skipped.value();
      requireRows(whole, refused);
      return new Evaluation(whole, refused);
    } finally {
      sent.destroy();
    }
  }

  /** The columns to compare; all checks that need no data. */
  public static SequenceColumns columns(Dataset<Row> rows, Model model, ScoringSettings settings) {
    return SequenceColumns.of(
        rows.schema(),
        model.network().task(),
        settings.columns().withFeatures(FeatureNames.of(model)));
  }

  /** A row without an answer cannot be compared. */
  private static InvalidRowPolicy leftOut(ScoringSettings settings) {
    return settings.invalidRows() == InvalidRowPolicy.ERROR
        ? InvalidRowPolicy.ERROR
        : InvalidRowPolicy.SKIP;
  }

  private static List<Sent<Metrics>> parts(
      Dataset<Row> rows, RowReader reader, Broadcast<Sent<Model>> sent, String kernels) {
    return rows.toJavaRDD()
        .mapPartitions(
            part -> {
              Model model = sent.value().content();
              Metrics metrics = empty(model);
              new ScoredRows(part, reader, model, kernels).forEachRemaining(metrics::add);
              return List.of(new Sent<>(metrics)).iterator();
            })
        .collect();
  }

  private static Metrics empty(Model model) {
    return model.network().task() == Task.REGRESS
        ? new NumberMetrics(model.network().outputSize())
        : new ClassMetrics(model.classes());
  }

  private static void requireRows(Metrics metrics, InvalidRows refused) {
    if (metrics.count() == 0) {
      throw new InvalidDataException(
          "there is no row to evaluate on; rows that could not be used: " + refused.summary());
    }
  }
}
