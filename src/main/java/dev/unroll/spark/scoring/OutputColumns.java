package dev.unroll.spark.scoring;

import dev.unroll.net.Model;
import dev.unroll.net.Task;
import dev.unroll.spark.ClassColumn;
import dev.unroll.spark.ResultColumns;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that scoring adds.
 *
 * @param form how classes and their probabilities are written
 * @param prediction the answer: a class, a number, or an array of them
 * @param probability of the classes, where classes are predicted; null for none
 * @param raw the network's outputs before softmax, where classes are predicted; null for none
 * @param error why a row has no answer; null for none
 */
public record OutputColumns(
    Form form, String prediction, String probability, String raw, String error)
    implements Serializable {

  /** How classes and their probabilities are written. */
  public enum Form {
    /** Classes in the type of the training labels, probabilities as arrays: for any reader. */
    PLAIN,
    /** Numeric classes as doubles, probabilities as vectors: what Spark ML's evaluators take. */
    SPARK_ML
  }

  /** What the score job writes: {@code prediction} and {@code probability}. */
  public static final OutputColumns PLAIN =
      new OutputColumns(Form.PLAIN, "prediction", "probability", null, null);

  /** The same with another column for errors. */
  OutputColumns withError(String name) {
    return new OutputColumns(form, prediction, probability, raw, name);
  }

  /** The input's columns and these. */
  public StructType addTo(StructType input, Model model) {
    return addTo(
        input, model.network().task(), classType(model), several(model), ClassColumn.of(model));
  }

  /** Where the number of outputs is not known yet, as before training. */
  public StructType addTo(StructType input, Task task, DataType labelType, boolean several) {
    return addTo(input, task, labelType, several, Metadata.empty());
  }

  private StructType addTo(
      StructType input, Task task, DataType answer, boolean several, Metadata classes) {
    StructType schema = input;
    DataType prediction = several ? DataTypes.createArrayType(answer, false) : answer;
    schema = add(schema, prediction(), prediction, classes);
    if (task != Task.REGRESS) {
      DataType vector =
          form == Form.SPARK_ML
              ? SQLDataTypes.VectorType()
              : DataTypes.createArrayType(DataTypes.DoubleType, false);
      DataType type = task == Task.TAG ? DataTypes.createArrayType(vector, false) : vector;
      for (String name : vectors()) {
        schema = add(schema, name, type, Metadata.empty());
      }
    }
    return error == null ? schema : add(schema, error, DataTypes.StringType, Metadata.empty());
  }

  private List<String> vectors() {
    return Stream.of(probability, raw).filter(Objects::nonNull).toList();
  }

  private StructType add(StructType schema, String name, DataType type, Metadata metadata) {
    return ResultColumns.add(schema, new StructField(name, type, error != null, metadata));
  }

  /** The type of one predicted class or number. */
  DataType classType(Model model) {
    return model.network().task() == Task.REGRESS
        ? DataTypes.DoubleType
        : answerType(DataType.fromDDL(model.labelType()));
  }

  /** The type of a predicted class, from that of the labels. */
  public DataType answerType(DataType labelType) {
    return form == Form.SPARK_ML && labelType instanceof NumericType
        ? DataTypes.DoubleType
        : labelType;
  }

  private static boolean several(Model model) {
    Task task = model.network().task();
    return task == Task.TAG || (task == Task.REGRESS && model.network().outputSize() > 1);
  }
}
