package dev.unroll.spark.ml;

import dev.unroll.spark.InputColumn;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.rounds.SerialTrials.Fold;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.NumericType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * How the rows are cut into parts, and which parts judge when others are trained on.
 *
 * @param part gives each row its part; decided by the row alone
 * @param parts how many there are
 */
record TuningFolds(Column part, int parts, List<Fold> folds) {
  private static final int PARTS_OF_ONE_FOLD = 4;

  /**
   * Each row is in one part by a hash; each part judges once.
   *
   * @param identity columns that decide: the id, so that rows of one id stay together, or the
   *     content
   */
  static TuningFolds byHash(List<String> identity, int count, long seed) {
    int parts = count == 1 ? PARTS_OF_ONE_FOLD : count;
    List<Column> columns = new ArrayList<>();
    columns.add(functions.lit(seed));
    identity.forEach(name -> columns.add(InputColumn.named(name)));
    Column hash = functions.xxhash64(CollectionConverters.asScala(columns).toSeq());
    List<Fold> folds = new ArrayList<>();
    for (int judge = 0; judge < count; judge++) {
      int held = judge;
      folds.add(
          new Fold(
              IntStream.range(0, parts).filter(i -> i != held).boxed().toList(), List.of(judge)));
    }
    return new TuningFolds(functions.pmod(hash, functions.lit(parts)), parts, folds);
  }

  /**
   * Time is cut into count + 1 stretches with equally many rows. For each origin, the end of a
   * stretch, all rows before it are trained on but those of the embargo, and the next stretch
   * judges. A stretch is two parts: what the embargo at its end leaves, and the rest.
   */
  static TuningFolds rollingOrigin(Dataset<Row> rows, String timeCol, int count, double embargo) {
    Column time = seconds(rows, timeCol);
    double[] ends = ends(rows, time, count);
    requireLonger(ends, embargo, timeCol);
    // Rows at an end belong to the stretch that ends there.
    Column part = functions.lit(2 * count);
    for (int i = count - 1; i >= 0; i--) {
      Column inTail = time.gt(ends[i + 1] - embargo).cast("int");
      part =
          functions.when(time.leq(ends[i + 1]), functions.lit(2 * i).plus(inTail)).otherwise(part);
    }
    part = functions.when(time.isNotNull().and(functions.not(time.isNaN())), part);
    List<Fold> folds = new ArrayList<>();
    for (int origin = 0; origin < count; origin++) {
      List<Integer> before = new ArrayList<>();
      IntStream.range(0, 2 * origin + 1).forEach(before::add);
      List<Integer> next =
          origin == count - 1 ? List.of(2 * count) : List.of(2 * origin + 2, 2 * origin + 3);
      folds.add(new Fold(before, next));
    }
    return new TuningFolds(part, 2 * count + 1, folds);
  }

  /** Numbers as they are; dates and timestamps as seconds. */
  private static Column seconds(Dataset<Row> rows, String timeCol) {
    Column time = InputColumn.named(timeCol);
    return rows.schema().apply(timeCol).dataType() instanceof NumericType
        ? time.cast("double")
        : time.cast("timestamp").cast("double");
  }

  /** The least time, then the ends of all stretches but the last. Exact, so always the same. */
  private static double[] ends(Dataset<Row> rows, Column time, int count) {
    List<Column> figures = new ArrayList<>();
    for (int i = 0; i <= count; i++) {
      Column share = functions.lit((double) i / (count + 1));
      figures.add(functions.percentile(time, share));
    }
    Row found = rows.select(CollectionConverters.asScala(figures).toSeq()).head();
    double[] ends = new double[count + 1];
    for (int i = 0; i <= count; i++) {
      if (found.isNullAt(i)) {
        throw new InvalidDataException("no row has a time; check timeCol");
      }
      ends[i] = found.getDouble(i);
    }
    return ends;
  }

  private static void requireLonger(double[] ends, double embargo, String timeCol) {
    for (int i = 1; i < ends.length; i++) {
      if (ends[i] - ends[i - 1] <= embargo) {
        throw new InvalidDataException(
            "column \"%s\": the stretch from %s to %s is no longer than the embargo of %s; lower embargo or numFolds"
                .formatted(timeCol, ends[i - 1], ends[i], embargo));
      }
    }
  }
}
