package dev.unroll.spark.scoring;

import dev.unroll.math.Kernels;
import dev.unroll.net.Model;
import dev.unroll.net.Scorer;
import dev.unroll.net.SequenceBlock;
import dev.unroll.spark.Example;
import dev.unroll.spark.InvalidRowException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;

/**
 * The rows of one partition with the model's answers, in their order. A group of rows is read and
 * scored at a time, so memory is bounded by the group, not by the partition.
 */
final class ScoredRows implements Iterator<ScoredRows.Scored> {
  private static final int MOST_ROWS = 256;
  private static final int MOST_STEPS = 1 << 14;

  private final Iterator<Row> rows;
  private final RowReader reader;
  private final Model model;
  private final Scorer scorer;
  private final int partition = TaskContext.getPartitionId();
  private final ArrayDeque<Scored> ready = new ArrayDeque<>();
  private long index;

  /**
   * A row, what was read from it, and the answer.
   *
   * @param answer null where the row could not be scored
   * @param refused why not; null where it could
   */
  record Scored(Row row, Example example, Scorer.Answer answer, InvalidRowException refused) {}

  ScoredRows(Iterator<Row> rows, RowReader reader, Model model, String kernels) {
    this.rows = rows;
    this.reader = reader;
    this.model = model;
    scorer = new Scorer(model, Kernels.named(kernels));
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && rows.hasNext()) {
      scoreGroup();
    }
    return !ready.isEmpty();
  }

  @Override
  public Scored next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private void scoreGroup() {
    List<Scored> group = new ArrayList<>();
    List<Example> examples = new ArrayList<>();
    int steps = 0;
    while (rows.hasNext() && group.size() < MOST_ROWS && steps < MOST_STEPS) {
      Row row = rows.next();
      try {
        Example example = reader.read(row, partition, index++);
        steps += example.length();
        group.add(new Scored(row, example, null, null));
        examples.add(example);
      } catch (InvalidRowException e) {
        reader.refused(e);
        group.add(new Scored(row, null, null, e));
      }
    }
    Scorer.Answer[] answers =
        examples.isEmpty() ? new Scorer.Answer[0] : scorer.answers(block(examples, steps));
    int next = 0;
    for (Scored read : group) {
      addReady(read.refused() == null ? answered(read, answers[next++]) : read);
    }
  }

  private Scored answered(Scored read, Scorer.Answer answer) {
    try {
      reader.columns().expectFinite(read.example(), answer.values());
      return new Scored(read.row(), read.example(), answer, null);
    } catch (InvalidRowException e) {
      reader.refused(e);
      return new Scored(read.row(), read.example(), null, e);
    }
  }

  private void addReady(Scored scored) {
    if (scored.refused() == null || reader.keeps()) {
      ready.add(scored);
    }
  }

  private SequenceBlock block(List<Example> examples, int steps) {
    int width = model.network().inputSize();
    int[] starts = new int[examples.size() + 1];
    float[] values = new float[Math.multiplyExact(steps, width)];
    for (int i = 0; i < examples.size(); i++) {
      Example example = examples.get(i);
      System.arraycopy(example.values(), 0, values, starts[i] * width, example.values().length);
      starts[i + 1] = starts[i] + example.length();
    }
    return new SequenceBlock(width, starts, values, 0, false, new float[0]);
  }
}
