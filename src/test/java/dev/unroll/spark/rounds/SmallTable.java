package dev.unroll.spark.rounds;

import dev.unroll.math.KeyedRandom;
import dev.unroll.net.Task;
import dev.unroll.spark.LocalSpark;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Small tables of random sequences: columns {@code id} (string), {@code features} (array of arrays,
 * 1 to 8 steps of 2 values) and {@code label}: a letter (classify), two numbers (regress) or a
 * letter per step (tag), which follow from the values. Row i depends on the seed and i alone.
 */
public final class SmallTable {
  private static final String LETTERS = "abc";

  private SmallTable() {}

  public static Dataset<Row> of(Task task, int count, long seed) {
    return of(LocalSpark.session(), task, count, seed);
  }

  public static Dataset<Row> of(SparkSession spark, Task task, int count, long seed) {
    return spark.createDataFrame(rows(task, count, seed), schema(task));
  }

  public static StructType schema(Task task) {
    return schema(DataTypes.FloatType, labelType(task));
  }

  public static StructType schema(DataType value, DataType label) {
    return new StructType()
        .add("id", DataTypes.StringType)
        .add("features", DataTypes.createArrayType(DataTypes.createArrayType(value)))
        .add("label", label);
  }

  private static DataType labelType(Task task) {
    return switch (task) {
      case CLASSIFY -> DataTypes.StringType;
      case REGRESS -> DataTypes.createArrayType(DataTypes.DoubleType);
      case TAG -> DataTypes.createArrayType(DataTypes.StringType);
    };
  }

  public static List<Row> rows(Task task, int count, long seed) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row("row-" + i, task, KeyedRandom.of(seed, "small-table", i)));
    }
    return rows;
  }

  private static Row row(String id, Task task, KeyedRandom random) {
    List<List<Float>> features = new ArrayList<>();
    List<String> letters = new ArrayList<>();
    float sum = 0;
    int steps = 1 + random.nextInt(8);
    for (int t = 0; t < steps; t++) {
      List<Float> step = List.of((float) random.nextGaussian(), random.nextFloat());
      features.add(step);
      sum += step.get(0);
      letters.add(letter(sum));
    }
    Object label =
        switch (task) {
          case CLASSIFY -> letter(sum);
          case REGRESS -> List.of((double) sum, (double) steps);
          case TAG -> letters;
        };
    return RowFactory.create(id, features, label);
  }

  private static String letter(float value) {
    int index = value < -0.5f ? 0 : value > 0.5f ? 2 : 1;
    return LETTERS.substring(index, index + 1);
  }
}
