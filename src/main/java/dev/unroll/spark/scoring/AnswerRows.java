package dev.unroll.spark.scoring;

import dev.unroll.net.Model;
import dev.unroll.net.Scorer;
import dev.unroll.net.Task;
import dev.unroll.spark.SequenceColumns;
import dev.unroll.spark.SparkArrays;
import dev.unroll.spark.scoring.OutputColumns.Form;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import scala.collection.Seq;

/** Turns answers into the values of {@link OutputColumns}, behind those of the row. */
final class AnswerRows {
  private final OutputColumns output;
  private final Task task;
  private final int outputs;
  private final List<Object> classes = new ArrayList<>();

  AnswerRows(Model model, OutputColumns output) {
    this.output = output;
    task = model.network().task();
    outputs = model.network().outputSize();
    if (task != Task.REGRESS) {
      DataType type = DataType.fromDDL(model.labelType());
      boolean number = !output.answerType(type).equals(type);
      for (String name : model.classes()) {
        Object value = SequenceColumns.classValue(name, type);
        classes.add(number ? ((Number) value).doubleValue() : value);
      }
    }
  }

  Row append(ScoredRows.Scored scored) {
    Row row = scored.row();
    List<Object> values = new ArrayList<>(row.size() + 4);
    for (int i = 0; i < row.size(); i++) {
      values.add(row.get(i));
    }
    Scorer.Answer answer = scored.answer();
    values.add(answer == null ? null : prediction(answer.values()));
    if (task != Task.REGRESS && output.probability() != null) {
      values.add(answer == null ? null : vectors(answer.values()));
    }
    if (task != Task.REGRESS && output.raw() != null) {
      values.add(answer == null ? null : vectors(answer.raw()));
    }
    if (output.error() != null) {
      values.add(reason(scored));
    }
    return RowFactory.create(values.toArray());
  }

  private static String reason(ScoredRows.Scored scored) {
    return scored.refused() == null
        ? null
        : scored.refused().reason().label() + ": " + scored.refused().problem();
  }

  private Object prediction(double[] values) {
    return switch (task) {
      case REGRESS -> outputs == 1 ? (Object) values[0] : SparkArrays.seq(values);
      case CLASSIFY -> classes.get(Scorer.largest(values, 0, outputs));
      case TAG -> tags(values);
    };
  }

  private Seq<?> tags(double[] values) {
    Object[] tags = new Object[values.length / outputs];
    for (int t = 0; t < tags.length; t++) {
      tags[t] = classes.get(Scorer.largest(values, t * outputs, outputs));
    }
    return SparkArrays.seq(tags);
  }

  private Object vectors(double[] values) {
    if (task == Task.CLASSIFY) {
      return vector(values);
    }
    Object[] steps = new Object[values.length / outputs];
    for (int t = 0; t < steps.length; t++) {
      steps[t] = vector(Arrays.copyOfRange(values, t * outputs, (t + 1) * outputs));
    }
    return SparkArrays.seq(steps);
  }

  private Object vector(double[] values) {
    return output.form() == Form.SPARK_ML ? new DenseVector(values) : SparkArrays.seq(values);
  }
}
