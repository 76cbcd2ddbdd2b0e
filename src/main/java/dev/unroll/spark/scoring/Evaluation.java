package dev.unroll.spark.scoring;

import dev.unroll.net.Model;
import dev.unroll.net.Task;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.InvalidRows;
import dev.unroll.spark.SequenceColumns;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
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
    RowReader reader = new RowReader(columns, RowReader.Expected.of(model), skipped);
    Broadcast<Model> sent = context.broadcast(model);
    try {
      Metrics whole = empty(model);
      parts(rows, reader, sent, settings.kernels()).forEach(whole::merge);
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
        settings.featuresCol(),
        Optional.of(settings.labelCol()),
        settings.idCol());
  }

  private static List<Metrics> parts(
      Dataset<Row> rows, RowReader reader, Broadcast<Model> sent, String kernels) {
    return rows.toJavaRDD()
        .mapPartitions(
            part -> {
              Metrics metrics = empty(sent.value());
              Iterator<ScoredRows.Scored> scored =
                  new ScoredRows(part, reader, sent.value(), kernels);
              scored.forEachRemaining(metrics::add);
              return List.of(metrics).iterator();
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
