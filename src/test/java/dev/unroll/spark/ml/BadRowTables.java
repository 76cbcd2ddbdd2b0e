package dev.unroll.spark.ml;

import dev.unroll.net.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.Metadata;

/** Eight good rows of two features and two classes, with bad ones among them or not. */
final class BadRowTables {
  static final int GOOD = 8;
  static final int LONGEST = 5;

  private static final int[] PLACES = {1, 6}; // of the bad rows
  private static final Metadata CLASSES =
      NominalAttribute.defaultAttr().withValues(new String[] {"still", "moving"}).toMetadata();
  private static final Map<Task, RnnModel<?>> MODELS = new ConcurrentHashMap<>();

  private BadRowTables() {}

  /** Id, features of two steps, label and weight. */
  static Row good(Task task, int i) {
    List<List<Double>> features =
        List.of(List.of((double) i, 2.0 * i - 5), List.of(i % 3 - 1.0, 4.0));
    double label = i % 2;
    return Tables.row("good-" + i, features, task == Task.TAG ? List.of(0.0, label) : label, 1.0);
  }

  static Dataset<Row> clean(Task task) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < GOOD; i++) {
      rows.add(good(task, i));
    }
    return table(task, rows);
  }

  /** The same rows with two bad ones among them. */
  static Dataset<Row> with(BadRowKind kind) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < GOOD; i++) {
      rows.add(good(kind.task, i));
    }
    for (int n = 0; n < PLACES.length; n++) {
      rows.add(PLACES[n], kind.row(n));
    }
    return table(kind.task, rows);
  }

  static boolean isBad(int place) {
    return place == PLACES[0] || place == PLACES[1];
  }

  static Dataset<Row> table(Task task, List<Row> rows) {
    String label = task == Task.TAG ? "ARRAY<DOUBLE>" : "DOUBLE";
    Dataset<Row> table =
        Tables.of(
            "id STRING, features ARRAY<ARRAY<DOUBLE>>, label " + label + ", weight DOUBLE",
            rows.toArray(Row[]::new));
    return task == Task.CLASSIFY ? withClasses(table) : table;
  }

  /** With what a StringIndexer says of its labels: there are two. */
  static Dataset<Row> withClasses(Dataset<Row> table) {
    return table.withColumn("label", table.col("label").as("label", CLASSES));
  }

  static RnnEstimator<?, ?> estimator(Task task) {
    RnnEstimator<?, ?> estimator =
        switch (task) {
          case CLASSIFY -> new RnnClassifier();
          case REGRESS -> new RnnRegressor();
          case TAG -> new RnnTagger();
        };
    estimator.setIdCol("id");
    estimator.setWeightCol("weight");
    estimator.setMaxSequenceLength(LONGEST);
    estimator.setHiddenSize(3);
    estimator.setMaxIter(2);
    estimator.setNumShards(2);
    estimator.setBatchSize(2);
    estimator.setKernels("scalar");
    return estimator;
  }

  /** What is learnt from the good rows. */
  static RnnModel<?> model(Task task) {
    return MODELS.computeIfAbsent(task, t -> estimator(t).fit(clean(t)));
  }
}
