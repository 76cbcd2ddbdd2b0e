package dev.unroll.spark.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unroll.net.Scorer;
import dev.unroll.spark.Example;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NumberMetricsTest {
  private static ScoredRows.Scored scored(float[] expected, double... answer) {
    return new ScoredRows.Scored(
        null,
        new Example("r", null, 1, 1, null, expected, 1, null),
        new Scorer.Answer(answer, answer),
        null);
  }

  private static NumberMetrics metrics(List<ScoredRows.Scored> rows) {
    NumberMetrics metrics = new NumberMetrics(2);
    rows.forEach(metrics::add);
    return metrics;
  }

  private static List<ScoredRows.Scored> four() {
    return List.of(
        scored(new float[] {1, 10}, 1, 12),
        scored(new float[] {3, 10}, 2, 10),
        scored(new float[] {1, 10}, 1, 13),
        scored(new float[] {3, 14}, 0.5, 14));
  }

  @Test
  void figuresOfASmallCaseAreThoseComputedByHand() {
    Map<String, Double> figures = metrics(four()).figures();
    double mse = (4 + 1 + 9 + 6.25) / 8;
    assertEquals(mse, figures.get("mse"));
    assertEquals(Math.sqrt(mse), figures.get("rmse"));
    assertEquals((2 + 1 + 3 + 2.5) / 8, figures.get("mae"));
    // Variances 1 and 3: means 2 and 11.
    assertEquals(Math.sqrt((1 + 3) / 2.0), figures.get("baselineRmse"));
    assertEquals(4, figures.size());
  }

  @Test
  void rowsAreCountedOnceHoweverManyNumbersTheyHave() {
    assertEquals(4, metrics(four()).count());
  }

  @Test
  void mergedPartsAreTheWholeWhateverTheirOrder() {
    List<ScoredRows.Scored> rows = new ArrayList<>();
    for (int i = 1; i < 30; i++) {
      rows.add(scored(new float[] {(float) Math.exp(i), 0.1f * i}, Math.exp(i * 0.9), 1e-9 / i));
    }
    Map<String, Double> whole = metrics(rows).figures();
    Collections.reverse(rows);
    for (int cut : new int[] {0, 1, 13, 28}) {
      NumberMetrics metrics = metrics(rows.subList(cut, 29));
      metrics.merge(metrics(rows.subList(0, cut)));
      assertEquals(whole, metrics.figures());
    }
  }

  @Test
  void constantLabelsHaveABaselineWithoutError() {
    List<ScoredRows.Scored> rows =
        Collections.nCopies(7, scored(new float[] {0.1f, -1e30f}, 0.1, 0));
    assertEquals(0, metrics(rows).figures().get("baselineRmse"));
  }

  @Test
  void theHeadlineNamesTheBaseline() {
    assertEquals(
        "RMSE 1.5910, MAE 1.0625 (always answering the mean: RMSE 1.4142)",
        metrics(four()).headline());
  }
}
