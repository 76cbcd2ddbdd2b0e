package dev.unroll.spark.rounds;

import dev.unroll.spark.Example;
import dev.unroll.spark.SequenceColumns;
import dev.unroll.spark.rounds.LearnerSettings.Placement;
import java.io.Serializable;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The rows to learn from, and how to read them. */
record LearnerData(Dataset<Row> dataset, Reader reader) {
  /** Stands in the names of rows without an id: {@code 17 of partition 2}, counted from 0. */
  static final String UNNAMED = " of partition ";

  /**
   * Reads rows of one schema.
   *
   * @param shape what all rows are held to; null while it is not known yet
   */
  record Reader(SequenceColumns columns, Placement placement, Shape shape) implements Serializable {

    /** Rows are named by the id column, else by where they were read. */
    Example read(Row row, int partition, long index) {
      Example example = columns.read(row, index + UNNAMED + partition);
      if (shape != null) {
        shape.check(columns, example);
      }
      return example;
    }
  }

  /** The width of most rows, which the others are held to. */
  record Shape(int width, int labelWidth, long rowsOfWidth) implements Serializable {

    void check(SequenceColumns columns, Example example) {
      columns.expectWidth(example, width, "as in " + rowsOfWidth + " of the rows");
      if (example.numbers() != null) {
        columns.expectLabelWidth(example, labelWidth, "as in most rows");
      }
    }
  }

  JavaRDD<Row> rows() {
    return dataset.toJavaRDD();
  }

  LearnerData expecting(Shape shape) {
    return new LearnerData(dataset, new Reader(reader.columns(), reader.placement(), shape));
  }
}
