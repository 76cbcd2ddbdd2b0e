package dev.unroll.spark.scoring;

import dev.unroll.net.Model;
import dev.unroll.spark.Example;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.InvalidRowException;
import dev.unroll.spark.InvalidRowPolicy;
import dev.unroll.spark.SequenceColumns;
import java.io.Serializable;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.spark.sql.Row;

/**
 * Reads rows for a model and holds them to what it knows: its input size, its classes.
 *
 * @param columns where features and, for evaluation, labels are
 * @param model what the rows must fit
 * @param policy what a refused row does
 * @param skipped counts refused rows; null where nobody asks for their number
 */
record RowReader(
    SequenceColumns columns, Expected model, InvalidRowPolicy policy, InvalidRowCounter skipped)
    implements Serializable {

  /** What a model expects of a row. */
  record Expected(int inputSize, int outputSize, Set<String> classes) implements Serializable {
    static Expected of(Model model) {
      return new Expected(
          model.network().inputSize(),
          model.network().outputSize(),
          new LinkedHashSet<>(model.classes()));
    }
  }

  Example read(Row row, int partition, long index) {
    Example example = columns.read(row, index + " of partition " + partition);
    columns.expectWidth(example, model.inputSize(), "inputSize of the model");
    if (example.classes() != null) {
      columns.expectClasses(example, model.classes());
    }
    if (example.numbers() != null) {
      columns.expectLabelWidth(example, model.outputSize(), "outputs of the model");
    }
    return example;
  }

  void refused(InvalidRowException row) {
    if (policy == InvalidRowPolicy.ERROR) {
      throw new InvalidDataException(row.getMessage());
    }
    if (skipped != null) {
      skipped.add(row);
    }
  }

  /** Whether refused rows stay, without an answer. */
  boolean keeps() {
    return policy == InvalidRowPolicy.KEEP;
  }
}
