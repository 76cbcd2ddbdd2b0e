package dev.unroll.spark.ml;

import dev.unroll.net.Scaling;
import dev.unroll.spark.Example;
import dev.unroll.spark.FeatureScaling;
import dev.unroll.spark.InputColumn;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.InvalidRowException;
import dev.unroll.spark.ScalingMethod;
import dev.unroll.spark.Sent;
import dev.unroll.spark.SequenceColumns;
import dev.unroll.spark.TimedJob;
import dev.unroll.spark.params.StageParams;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** Learns the figures of a scaler from rows. */
final class ScalerFit {
  /** As any job of Spark's: until it is cancelled. */
  private static final double NO_LIMIT = Double.POSITIVE_INFINITY;

  private ScalerFit() {}

  /**
   * @throws InvalidDataException if no row can be used, or one cannot and is not to be left out
   */
  static Scaling figures(SequenceScaler stage, Dataset<?> dataset) {
    Optional<String> id = StageParams.value(stage, stage.idCol());
    List<Column> needed = new ArrayList<>(List.of(InputColumn.named(stage.getInputCol())));
    id.filter(name -> !name.equals(stage.getInputCol()))
        .ifPresent(name -> needed.add(InputColumn.named(name)));
    Dataset<Row> rows = dataset.select(needed.toArray(Column[]::new));
    SequenceColumns columns = ScalerPlan.sequences(rows.schema(), stage);
    boolean strict = stage.getHandleInvalid().equals("error");
    try {
      int width = width(rows.toJavaRDD(), new Reader(columns, 0, strict));
      return figures(
          rows.toJavaRDD(),
          new Reader(columns, width, strict),
          ScalingMethod.of(stage.getMethod()));
    } catch (RuntimeException e) {
      throw InvalidDataException.in(e).map(RuntimeException.class::cast).orElse(e);
    }
  }

  /** Values per step of most rows; of equally frequent widths, the least. */
  private static int width(JavaRDD<Row> rows, Reader reader) {
    JavaRDD<Sent<TreeMap<Integer, Long>>> counts =
        rows.mapPartitions(part -> List.of(new Sent<>(widths(reader.read(part)))).iterator());
    TreeMap<Integer, Long> all = new TreeMap<>();
    TimedJob.collect(counts, "count features", NO_LIMIT, "")
        .forEach(part -> part.content().forEach((width, n) -> all.merge(width, n, Long::sum)));
    if (all.isEmpty()) {
      throw new InvalidDataException(
          "there is no row to fit the scaler on, or none that can be used; expected at least one");
    }
    long most = all.values().stream().mapToLong(Long::longValue).max().orElseThrow();
    return all.entrySet().stream()
        .filter(entry -> entry.getValue() == most)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private static TreeMap<Integer, Long> widths(Iterator<Example> examples) {
    TreeMap<Integer, Long> widths = new TreeMap<>();
    examples.forEachRemaining(example -> widths.merge(example.width(), 1L, Long::sum));
    return widths;
  }

  private static Scaling figures(JavaRDD<Row> rows, Reader reader, ScalingMethod method) {
    JavaRDD<float[]> steps = rows.mapPartitions(part -> values(reader.read(part)));
    boolean readAgain = method == ScalingMethod.ROBUST;
    if (readAgain) {
      steps.setName("values to scale").persist(StorageLevel.MEMORY_AND_DISK());
    }
    try {
      return FeatureScaling.of(steps, reader.width(), method, NO_LIMIT);
    } finally {
      if (readAgain) {
        steps.unpersist(false);
      }
    }
  }

  private static Iterator<float[]> values(Iterator<Example> examples) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return examples.hasNext();
      }

      @Override
      public float[] next() {
        return examples.next().values();
      }
    };
  }

  /**
   * Reads the rows of a partition.
   *
   * @param width what all must have; 0 while it is not known
   * @param strict whether a row that cannot be used ends the job, or else is left out
   */
  private record Reader(SequenceColumns columns, int width, boolean strict)
      implements Serializable {

    Iterator<Example> read(Iterator<Row> rows) {
      return new RowResults<>(rows, this::example);
    }

    /** Null for a row that is left out. */
    private Example example(Row row, String position) {
      try {
        Example example = columns.read(row, position);
        return width == 0 ? example : columns.expectWidth(example, width, "as in most rows");
      } catch (InvalidRowException e) {
        if (strict) {
          throw new InvalidDataException(e.getMessage());
        }
        return null;
      }
    }
  }
}
