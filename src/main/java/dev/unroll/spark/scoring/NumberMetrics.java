package dev.unroll.spark.scoring;

import java.util.Arrays;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** Errors of predicted numbers, over all rows and outputs. */
public final class NumberMetrics implements Metrics {
  private static final long serialVersionUID = 1L;

  private final ExactSum squaredError = new ExactSum();
  private final ExactSum absoluteError = new ExactSum();
  private final ExactSum[] label;
  private final ExactSum[] squaredLabel;
  private long rows;

  NumberMetrics(int outputs) {
    label = sums(outputs);
    squaredLabel = sums(outputs);
  }

  private static ExactSum[] sums(int count) {
    ExactSum[] sums = new ExactSum[count];
    Arrays.setAll(sums, i -> new ExactSum());
    return sums;
  }

  @Override
  public void add(ScoredRows.Scored scored) {
    rows++;
    for (int j = 0; j < label.length; j++) {
      double expected = scored.example().numbers()[j];
      double error = scored.answer().values()[j] - expected;
      squaredError.addSquare(error);
      absoluteError.add(Math.abs(error));
      label[j].add(expected);
      squaredLabel[j].addSquare(expected);
    }
  }

  @Override
  public void merge(Metrics metrics) {
    NumberMetrics other = (NumberMetrics) metrics;
    rows += other.rows;
    squaredError.merge(other.squaredError);
    absoluteError.merge(other.absoluteError);
    for (int j = 0; j < label.length; j++) {
      label[j].merge(other.label[j]);
      squaredLabel[j].merge(other.squaredLabel[j]);
    }
  }

  @Override
  public long count() {
    return rows;
  }

  private double mse() {
    return squaredError.mean(rows * label.length);
  }

  /** Root mean squared error of always answering this data's own mean. */
  private double baselineRmse() {
    double variance = 0;
    for (int j = 0; j < label.length; j++) {
      variance += squaredLabel[j].variance(label[j], rows) / label.length;
    }
    return Math.sqrt(variance);
  }

  @Override
  public SortedMap<String, Double> figures() {
    TreeMap<String, Double> figures = new TreeMap<>();
    figures.put("mse", mse());
    figures.put("rmse", Math.sqrt(mse()));
    figures.put("mae", absoluteError.mean(rows * label.length));
    figures.put("baselineRmse", baselineRmse());
    return figures;
  }

  @Override
  public String headline() {
    return String.format(
        Locale.ROOT,
        "RMSE %.5g, MAE %.5g (always answering the mean: RMSE %.5g)",
        Math.sqrt(mse()),
        figures().get("mae"),
        baselineRmse());
  }

  @Override
  public String table() {
    return "";
  }
}
