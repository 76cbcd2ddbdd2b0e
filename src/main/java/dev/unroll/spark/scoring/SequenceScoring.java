package dev.unroll.spark.scoring;

import dev.unroll.net.Model;
import dev.unroll.spark.FeatureNames;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.InvalidRowPolicy;
import dev.unroll.spark.InvalidRows;
import dev.unroll.spark.NumberedColumns;
import dev.unroll.spark.Sent;
import dev.unroll.spark.SequenceColumns;
import java.util.Iterator;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Adds a model's predictions to a table, lazily and row by row: all columns and their order stay.
 * {@link OutputColumns} says what is added: {@code prediction}, a class (classify), an array of
 * them, one per step (tag), a double or, for several outputs, an array of doubles (regress); and
 * for classes their probabilities, in the order of the model's classes.
 */
public final class SequenceScoring {
  private final Dataset<Row> scored;
  private final InvalidRowCounter skipped;

  private SequenceScoring(Dataset<Row> scored, InvalidRowCounter skipped) {
    this.scored = scored;
    this.skipped = skipped;
  }

  /**
   * Adds the columns of the score job and counts the rows that are left out.
   *
   * @throws InvalidDataException if the features column is missing or of a wrong type, or a column
   *     to be added exists already
   */
  public static SequenceScoring of(Dataset<Row> rows, Model model, ScoringSettings settings) {
    InvalidRowCounter skipped = settings.counter(rows.sparkSession().sparkContext());
    OutputColumns plain =
        OutputColumns.PLAIN.withError(
            settings.invalidRows() == InvalidRowPolicy.KEEP ? "error" : null);
    return new SequenceScoring(score(rows, model, settings, plain, skipped), skipped);
  }

  /** Adds the given columns. */
  public static Dataset<Row> score(
      Dataset<Row> rows, Model model, ScoringSettings settings, OutputColumns output) {
    return score(rows, model, settings, output, null);
  }

  private static Dataset<Row> score(
      Dataset<Row> rows,
      Model model,
      ScoringSettings settings,
      OutputColumns output,
      InvalidRowCounter skipped) {
    SequenceColumns columns = columns(rows.schema(), model, settings);
    StructType schema = output.addTo(rows.schema(), model);
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext());
    // Freed by Spark once nobody holds the table any more: it may be evaluated at any later time.
    Broadcast<Sent<Model>> sent = context.broadcast(new Sent<>(model));
    RowReader reader =
        new RowReader(columns, RowReader.Expected.of(model), settings.invalidRows(), skipped);
    return NumberedColumns.mapPartitions(
        rows, answer(sent, reader, settings.kernels(), output), schema);
  }

  /** The columns to read; all checks that need no data. */
  public static SequenceColumns columns(StructType schema, Model model, ScoringSettings settings) {
    return SequenceColumns.of(
        schema,
        model.network().task(),
        settings.columns().withoutLabel().withFeatures(FeatureNames.of(model)));
  }

  private static MapPartitionsFunction<Row, Row> answer(
      Broadcast<Sent<Model>> sent, RowReader reader, String kernels, OutputColumns output) {
    return rows -> {
      Model model = sent.value().content();
      AnswerRows answers = new AnswerRows(model, output);
      Iterator<ScoredRows.Scored> scored = new ScoredRows(rows, reader, model, kernels);
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return scored.hasNext();
        }

        @Override
        public Row next() {
          return answers.append(scored.next());
        }
      };
    };
  }

  /** The table with predictions; evaluated when it is written or collected. */
  public Dataset<Row> rows() {
    return scored;
  }

  /** Rows without an answer; complete once {@link #rows} has been evaluated. */
  public InvalidRows skipped() {
    return skipped == null ? new InvalidRows() : skipped.value();
  }
}
