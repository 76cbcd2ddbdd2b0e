package dev.unroll.spark.rounds;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.unroll.net.Task;
import dev.unroll.spark.Example;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.InvalidRowException;
import dev.unroll.spark.InvalidRows;
import dev.unroll.spark.SequenceColumns;
import dev.unroll.spark.TimedJob;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/**
 * What the first pass over the data finds: how many rows can be used, their width, their classes,
 * and how their steps spread over the buckets that shards are made of. Everything in it is a count
 * or a set, so it does not depend on the order of rows or partitions.
 */
@DefaultSerializer(JavaSerializer.class) // it holds records
final class DataProfile implements Serializable {
  private static final long serialVersionUID = 1L;
  private final InvalidRows invalid = new InvalidRows();
  private final TreeMap<RowShape, Group> shapes = new TreeMap<>();
  private final int buckets;
  private long rows;
  private long weightless;

  private DataProfile(int buckets) {
    this.buckets = buckets;
  }

  /** One Spark job over the data. */
  static DataProfile of(LearnerData data, ValidationSplit split, int buckets, double maxSeconds) {
    LearnerData.Reader reader = data.reader();
    List<DataProfile> parts =
        TimedJob.collect(
            data.rows()
                .mapPartitionsWithIndex(
                    (partition, rows) ->
                        List.of(ofPartition(reader, split, buckets, partition, rows)).iterator(),
                    false),
            "check rows",
            maxSeconds,
            "raise training.maxRoundSeconds");
    DataProfile whole = new DataProfile(buckets);
    parts.forEach(whole::merge);
    return whole;
  }

  private static DataProfile ofPartition(
      LearnerData.Reader reader,
      ValidationSplit split,
      int buckets,
      int partition,
      Iterator<Row> rows) {
    DataProfile profile = new DataProfile(buckets);
    for (long index = 0; rows.hasNext(); index++) {
      profile.rows++;
      try {
        Example example = reader.read(rows.next(), partition, index);
        if (example.weight() > 0) {
          profile.add(example, reader, split);
        } else {
          profile.weightless++;
        }
      } catch (InvalidRowException e) {
        profile.invalid.add(e);
      }
    }
    return profile;
  }

  private void add(Example example, LearnerData.Reader reader, ValidationSplit split) {
    int labelWidth = example.numbers() == null ? 1 : example.numbers().length;
    Group group =
        shapes.computeIfAbsent(
            new RowShape(example.width(), labelWidth), shape -> new Group(example.id()));
    group.rows++;
    if (example.classes() != null) {
      for (String name : example.classes()) {
        group.classes.merge(name, 1L, Long::sum);
      }
    }
    group.requireFewClasses();
    RowKey key = RowKey.of(example, reader.placement(), split);
    if (!key.heldOut()) {
      group.bucketSteps.merge(key.bucket(buckets), (long) example.length(), Long::sum);
    }
  }

  private void merge(DataProfile other) {
    rows += other.rows;
    weightless += other.weightless;
    invalid.merge(other.invalid);
    other.shapes.forEach((shape, group) -> shapes.merge(shape, group, Group::plus));
  }

  /**
   * Fails where nothing can be learnt from the rows, or, from one class, nothing at first.
   *
   * @param label the column of labels
   */
  void requireUsable(Task task, String label, boolean needsTwoClasses) {
    if (rows == 0) {
      throw new InvalidDataException(
          "the training data has no rows, expected at least 1; check where it comes from"
              + " (input.train.path of a job)");
    }
    if (weightless == rows) {
      throw new InvalidDataException(
          "all %d rows have weight 0, expected at least 1 with more; correct the weights, or name no column of weights (weightCol, input.weightCol of a job)"
              .formatted(rows));
    }
    if (!hasUsableRows()) {
      throw new InvalidDataException(
          "none of the %d rows can be used, by reason: %s%s%s"
              .formatted(
                  rows,
                  invalid.summary(),
                  weightless == 0 ? "" : "; rows of weight 0: " + weightless,
                  invalid.list()));
    }
    if (task != Task.REGRESS && needsTwoClasses && classes().size() < 2) {
      throw new InvalidDataException(
          "column \"%s\": all labels are \"%s\", expected at least two classes to tell apart; add rows of other classes, or name another column (labelCol, input.labelCol of a job)"
              .formatted(label, classes().firstKey()));
    }
  }

  boolean hasUsableRows() {
    return !shapes.isEmpty();
  }

  long rows() {
    return rows;
  }

  InvalidRows invalid() {
    return invalid;
  }

  /**
   * Values per step of most rows, and label values of most of these; of equally frequent ones, the
   * smallest.
   */
  LearnerData.Shape shape() {
    TreeMap<Integer, Long> widths = new TreeMap<>();
    shapes.forEach((shape, group) -> widths.merge(shape.width(), group.rows, Long::sum));
    int width = mostFrequent(widths);
    TreeMap<Integer, Long> labelWidths = new TreeMap<>();
    shapes.forEach(
        (shape, group) -> {
          if (shape.width() == width) {
            labelWidths.merge(shape.labelWidth(), group.rows, Long::sum);
          }
        });
    return new LearnerData.Shape(width, mostFrequent(labelWidths), widths.get(width));
  }

  /** Adds the rows of another shape than most to the invalid ones. */
  void refuseOtherShapes(SequenceColumns columns) {
    LearnerData.Shape expected = shape();
    shapes.forEach(
        (shape, group) -> {
          float[] label = new float[shape.labelWidth()];
          Example first = new Example(group.firstId, null, 0, shape.width(), null, label, 1, null);
          try {
            expected.check(columns, first);
          } catch (InvalidRowException e) {
            invalid.add(e, group.rows);
          }
        });
  }

  /** The rows of the shape that is learnt from. */
  private Group usable() {
    LearnerData.Shape shape = shape();
    return shapes.get(new RowShape(shape.width(), shape.labelWidth()));
  }

  /** Classes of the usable rows and how often each occurs, per sequence or per step. */
  SortedMap<String, Long> classes() {
    return usable().classes;
  }

  /** Steps of the usable rows that are not held out, by bucket. */
  long[] bucketSteps() {
    long[] steps = new long[buckets];
    usable().bucketSteps.forEach((bucket, count) -> steps[bucket] = count);
    return steps;
  }

  private static int mostFrequent(TreeMap<Integer, Long> counts) {
    int best = counts.firstKey();
    for (Map.Entry<Integer, Long> entry : counts.entrySet()) {
      if (entry.getValue() > counts.get(best)) {
        best = entry.getKey();
      }
    }
    return best;
  }

  /** How wide a row is. */
  private record RowShape(int width, int labelWidth) implements Serializable, Comparable<RowShape> {
    @Override
    public int compareTo(RowShape other) {
      int byWidth = Integer.compare(width, other.width);
      return byWidth != 0 ? byWidth : Integer.compare(labelWidth, other.labelWidth);
    }
  }

  /** Rows of one shape: what the first of them is called, their classes, and their steps. */
  private static final class Group implements Serializable {
    private static final long serialVersionUID = 1L;

    final String firstId;
    final TreeMap<String, Long> classes = new TreeMap<>();
    final TreeMap<Integer, Long> bucketSteps = new TreeMap<>();
    long rows;

    Group(String firstId) {
      this.firstId = firstId;
    }

    Group plus(Group other) {
      rows += other.rows;
      other.classes.forEach((name, count) -> classes.merge(name, count, Long::sum));
      other.bucketSteps.forEach((bucket, steps) -> bucketSteps.merge(bucket, steps, Long::sum));
      requireFewClasses();
      return this;
    }

    void requireFewClasses() {
      if (classes.size() > SequenceColumns.MOST_CLASSES) {
        throw new InvalidDataException(
            "the label has more than "
                + SequenceColumns.MOST_CLASSES
                + " different values, too many for classes; for numbers use a regressor (task = regress), or"
                + " name another label column");
      }
    }
  }
}
