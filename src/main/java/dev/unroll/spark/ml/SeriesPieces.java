package dev.unroll.spark.ml;

import static dev.unroll.spark.ml.AssemblerSettings.INDICATE;
import static dev.unroll.spark.ml.AssemblerSettings.PER_SERIES;
import static dev.unroll.spark.ml.AssemblerSettings.PER_STEP;

import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.ml.SeriesSteps.Step;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Rows of whole series, or of pieces of them, out of sorted rows. Holds one of them. */
final class SeriesPieces implements Iterator<Row> {
  /** Spark cannot write a row of 2 GB, and an executor should not have to hold one of that size. */
  private static final long LARGEST_ROW = 1L << 30;

  private final SeriesLayout layout;
  private final SeriesSteps steps;
  private final int mostSteps;
  private Step next;
  private Object seriesLabel;
  private int piece;

  SeriesPieces(SeriesLayout layout, Iterator<Row> rows) {
    this.layout = layout;
    this.steps = new SeriesSteps(layout, rows);
    int width = layout.values().size() * (layout.gaps().equals(INDICATE) ? 2 : 1);
    this.mostSteps = (int) (LARGEST_ROW / (32 + 8L * width));
  }

  @Override
  public boolean hasNext() {
    return next != null || steps.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Step step = next == null ? steps.next() : next;
    begin(step);
    List<Object> values = new ArrayList<>();
    List<Object> labels = new ArrayList<>();
    do {
      last = step.row();
      values.add(step.values());
      addLabel(step.row(), labels);
      step = steps.hasNext() ? steps.next() : null;
    } while (step != null && !step.first() && fits(step.row(), values.size()));
    next = step;
    return row(values, labels);
  }

  private Row last; // of the piece that is being made

  private void begin(Step step) {
    piece = step.first() ? 0 : piece + 1;
    if (step.first()) {
      seriesLabel = layout.labelOf(step.row());
    }
  }

  private boolean fits(Row row, int length) {
    if (length == layout.maxLength()) {
      return false;
    }
    if (length == mostSteps) {
      throw new InvalidDataException(
          "%s%d steps and more do not fit into one row; set maxLength (%d now) to cut the series"
              .formatted(layout.series(row), length, layout.maxLength()));
    }
    return true;
  }

  private void addLabel(Row row, List<Object> labels) {
    Object label = layout.labelOf(row);
    if (layout.labels().equals(PER_STEP)) {
      labels.add(label);
    } else if (layout.labels().equals(PER_SERIES) && !SeriesLayout.same(seriesLabel, label)) {
      throw new InvalidDataException(
          "%scolumn \"%s\" (labelCol) is %s at %s, but %s before; expected one label for all steps"
                  .formatted(layout.series(row), layout.label(), label, layout.at(row), seriesLabel)
              + " (labels = perSeries); correct it, or set labels = last or perStep");
    }
  }

  private Row row(List<Object> values, List<Object> labels) {
    List<Object> cells = new ArrayList<>();
    for (int i = 0; i < layout.keys().size(); i++) {
      cells.add(last.get(i));
    }
    if (layout.maxLength() > 0) {
      cells.add(piece);
    }
    cells.add(values.toArray());
    if (layout.label() != null) {
      cells.add(layout.labels().equals(PER_STEP) ? labels.toArray() : layout.labelOf(last));
    }
    return RowFactory.create(cells.toArray());
  }
}
