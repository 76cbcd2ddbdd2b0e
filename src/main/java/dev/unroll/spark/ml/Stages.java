package dev.unroll.spark.ml;

import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.params.StageParams;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** What the stages that reshape tables share. */
final class Stages {
  static final Metadata NO_METADATA = Metadata.empty();
  static final ArrayType FEATURES = new ArrayType(new ArrayType(DataTypes.DoubleType, true), false);

  private Stages() {}

  /**
   * @throws IllegalArgumentException if the param has no value
   */
  static <T> T required(Params stage, Param<T> param, String meaning) {
    return StageParams.value(stage, param)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s is not set; expected %s".formatted(param.name(), meaning)));
  }

  /** The columns under the names c0, c1, ..., which need no quoting. */
  static Dataset<Row> byPosition(Dataset<?> dataset) {
    int count = dataset.schema().length();
    return dataset.toDF(IntStream.range(0, count).mapToObj(i -> "c" + i).toArray(String[]::new));
  }

  /** The encoder of rows of that schema, under the names c0, c1, ... */
  static Encoder<Row> encoder(StructType schema) {
    StructType named = new StructType();
    for (int i = 0; i < schema.length(); i++) {
      named = named.add("c" + i, schema.apply(i).dataType(), schema.apply(i).nullable());
    }
    return Encoders.row(named);
  }

  /** Gives columns c0, c1, ... their names and metadata, which an encoder does not keep. */
  static Dataset<Row> named(Dataset<Row> rows, StructType schema) {
    return rows.select(
        IntStream.range(0, schema.length())
            .mapToObj(i -> functions.col("c" + i).as(schema.apply(i).name(), metadata(schema, i)))
            .toArray(Column[]::new));
  }

  private static Metadata metadata(StructType schema, int i) {
    return schema.apply(i).metadata();
  }

  /**
   * @throws InvalidDataException if two columns have one name
   */
  static StructType unique(List<StructField> fields) {
    refuseTwice(fields.stream().map(StructField::name).toList(), "the result has two columns");
    return new StructType(fields.toArray(StructField[]::new));
  }

  /**
   * @param problem goes before the name that occurs twice
   */
  static void refuseTwice(List<String> names, String problem) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new InvalidDataException(
            "%s of the name \"%s\"; name another column or rename one".formatted(problem, name));
      }
    }
  }
}
