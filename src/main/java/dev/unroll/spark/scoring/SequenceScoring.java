package dev.unroll.spark.scoring;

import dev.unroll.net.Model;
import dev.unroll.net.Scorer;
import dev.unroll.net.Task;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.InvalidRows;
import dev.unroll.spark.Sent;
import dev.unroll.spark.SequenceColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;
import scala.collection.mutable.ArraySeq$;

/**
 * Adds a model's predictions to a table, lazily and row by row: all columns and their order stay.
 *
 * <p>Columns added: {@code prediction}, a class in the type of the training labels (classify), an
 * array of them, one per step (tag), a double or, for several outputs, an array of doubles
 * (regress); and for classes {@code probability}, an array of doubles in the order of the model's
 * classes, or one such array per step.
 */
public final class SequenceScoring {
  public static final String PREDICTION = "prediction";
  public static final String PROBABILITY = "probability";

  private final Dataset<Row> scored;
  private final InvalidRowCounter skipped;

  private SequenceScoring(Dataset<Row> scored, InvalidRowCounter skipped) {
    this.scored = scored;
    this.skipped = skipped;
  }

  /**
   * @throws InvalidDataException if the features column is missing or of a wrong type, or a column
   *     to be added exists already
   */
  public static SequenceScoring of(Dataset<Row> rows, Model model, ScoringSettings settings) {
    SequenceColumns columns =
        SequenceColumns.of(
            rows.schema(),
            model.network().task(),
            settings.featuresCol(),
            Optional.empty(),
            settings.idCol());
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext());
    InvalidRowCounter skipped = settings.counter(context.sc());
    StructType schema = schema(rows.schema(), model);
    // Freed by Spark once nobody holds the table any more: it may be evaluated at any later time.
    Broadcast<Sent<Model>> sent = context.broadcast(new Sent<>(model));
    MapPartitionsFunction<Row, Row> score =
        score(sent, new RowReader(columns, RowReader.Expected.of(model), skipped), settings);
    return new SequenceScoring(rows.mapPartitions(score, Encoders.row(schema)), skipped);
  }

  private static MapPartitionsFunction<Row, Row> score(
      Broadcast<Sent<Model>> sent, RowReader reader, ScoringSettings settings) {
    String kernels = settings.kernels();
    return rows -> {
      Model model = sent.value().content();
      Answers answers = new Answers(model);
      Iterator<ScoredRows.Scored> scored = new ScoredRows(rows, reader, model, kernels);
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return scored.hasNext();
        }

        @Override
        public Row next() {
          ScoredRows.Scored next = scored.next();
          return answers.append(next.row(), next.answer());
        }
      };
    };
  }

  static StructType schema(StructType input, Model model) {
    Task task = model.network().task();
    DataType answer =
        task == Task.REGRESS ? DataTypes.DoubleType : DataType.fromDDL(model.labelType());
    boolean several =
        task == Task.TAG || (task == Task.REGRESS && model.network().outputSize() > 1);
    StructType schema =
        add(input, PREDICTION, several ? DataTypes.createArrayType(answer, false) : answer);
    if (task == Task.REGRESS) {
      return schema;
    }
    DataType probabilities = DataTypes.createArrayType(DataTypes.DoubleType, false);
    return add(
        schema,
        PROBABILITY,
        task == Task.TAG ? DataTypes.createArrayType(probabilities, false) : probabilities);
  }

  private static StructType add(StructType schema, String name, DataType type) {
    for (StructField field : schema.fields()) {
      if (field.name().equalsIgnoreCase(name)) {
        throw new InvalidDataException(
            "the input has a column \""
                + field.name()
                + "\" already, and scoring would add one of that name; rename or drop it");
      }
    }
    return schema.add(name, type, false);
  }

  /** The table with predictions; evaluated when it is written or collected. */
  public Dataset<Row> rows() {
    return scored;
  }

  /** Rows left out; complete once {@link #rows} has been evaluated. */
  public InvalidRows skipped() {
    return skipped == null ? new InvalidRows() : skipped.value();
  }

  /** Turns answers into column values. */
  private static final class Answers {
    private final Task task;
    private final int outputs;
    private final List<Object> classes = new ArrayList<>();

    Answers(Model model) {
      task = model.network().task();
      outputs = model.network().outputSize();
      if (task != Task.REGRESS) {
        DataType type = DataType.fromDDL(model.labelType());
        model.classes().forEach(name -> classes.add(SequenceColumns.classValue(name, type)));
      }
    }

    Row append(Row row, double[] answer) {
      int size = row.size();
      Object[] values = new Object[size + (task == Task.REGRESS ? 1 : 2)];
      for (int i = 0; i < size; i++) {
        values[i] = row.get(i);
      }
      switch (task) {
        case REGRESS -> values[size] = outputs == 1 ? (Object) answer[0] : seq(answer);
        case CLASSIFY -> {
          values[size] = classes.get(Scorer.largest(answer, 0, outputs));
          values[size + 1] = seq(answer);
        }
        case TAG -> {
          values[size] = tags(answer);
          values[size + 1] = tagProbabilities(answer);
        }
      }
      return RowFactory.create(values);
    }

    private Seq<?> tags(double[] answer) {
      Object[] tags = new Object[answer.length / outputs];
      for (int t = 0; t < tags.length; t++) {
        tags[t] = classes.get(Scorer.largest(answer, t * outputs, outputs));
      }
      return seq(tags);
    }

    private Seq<?> tagProbabilities(double[] answer) {
      Object[] steps = new Object[answer.length / outputs];
      for (int t = 0; t < steps.length; t++) {
        steps[t] = seq(Arrays.copyOfRange(answer, t * outputs, (t + 1) * outputs));
      }
      return seq(steps);
    }

    /** Spark's rows hold arrays as Scala sequences; this one wraps the Java array. */
    private static Seq<?> seq(Object array) {
      return ArraySeq$.MODULE$.make(array);
    }
  }
}
