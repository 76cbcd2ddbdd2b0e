package dev.unroll.spark.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Scorer;
import dev.unroll.spark.Example;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassMetricsTest {
  private static final List<String> CLASSES = List.of("a", "b", "c", "d");

  /** A sequence of class {@code actual} that was answered with {@code predicted}, by a half. */
  private static ScoredRows.Scored scored(String actual, String predicted) {
    double[] answer = new double[4];
    Arrays.fill(answer, 0.5 / 3);
    answer[CLASSES.indexOf(predicted)] = 0.5;
    return scored(new String[] {actual}, answer);
  }

  private static ScoredRows.Scored scored(String[] actual, double[] answer) {
    return new ScoredRows.Scored(
        null,
        new Example("r", null, 1, 1, actual, null, 1, null),
        new Scorer.Answer(answer, answer),
        null);
  }

  private static ClassMetrics metrics(List<ScoredRows.Scored> rows) {
    ClassMetrics metrics = new ClassMetrics(CLASSES);
    rows.forEach(metrics::add);
    return metrics;
  }

  /** a: 3 of 4 right, one taken for b; b: 2 of 3, one taken for a; c: 0 of 1, taken for a. */
  private static List<ScoredRows.Scored> eight() {
    return List.of(
        scored("a", "a"),
        scored("a", "a"),
        scored("b", "b"),
        scored("a", "b"),
        scored("c", "a"),
        scored("b", "a"),
        scored("a", "a"),
        scored("b", "b"));
  }

  @Test
  void figuresOfASmallCaseAreThoseComputedByHand() {
    Map<String, Double> figures = metrics(eight()).figures();
    assertEquals(5 / 8.0, figures.get("accuracy"));
    assertEquals(4 / 8.0, figures.get("baselineAccuracy"), "always answering a");
    assertEquals(3 / 5.0, figures.get("precision.a"));
    assertEquals(3 / 4.0, figures.get("recall.a"));
    assertEquals(2 / 3.0, figures.get("precision.b"));
    assertEquals(2 / 3.0, figures.get("recall.b"));
    assertEquals(0, figures.get("precision.c"), "never answered");
    assertEquals(0, figures.get("recall.c"));
    assertEquals(0, figures.get("precision.d"));
    assertEquals(0, figures.get("recall.d"), "no such case");
    double[][] confusion = {{3, 1, 0, 0}, {1, 2, 0, 0}, {1, 0, 0, 0}, {0, 0, 0, 0}};
    for (int a = 0; a < 4; a++) {
      for (int p = 0; p < 4; p++) {
        String cell = "confusion." + CLASSES.get(a) + "." + CLASSES.get(p);
        assertEquals(confusion[a][p], figures.get(cell), cell);
      }
    }
    assertEquals(3 + 2 * 4 + 16, figures.size());
  }

  @Test
  void theLossIsTheMeanCrossEntropy() {
    double expected = -(5 * Math.log(0.5) + 3 * Math.log(0.5 / 3)) / 8;
    assertEquals(expected, metrics(eight()).figures().get("loss"), 1e-15);
  }

  @Test
  void aProbabilityOfZeroLeavesTheLossFinite() {
    ClassMetrics metrics = metrics(List.of(scored(new String[] {"a"}, new double[] {0, 1, 0, 0})));
    double loss = metrics.figures().get("loss");
    assertTrue(loss > 100 && loss < 110, "-log of the smallest float: " + loss);
  }

  @Test
  void ofEqualProbabilitiesTheFirstClassIsTheAnswer() {
    double[] equal = {0.25, 0.25, 0.25, 0.25};
    ClassMetrics metrics =
        metrics(List.of(scored(new String[] {"a"}, equal), scored(new String[] {"b"}, equal)));
    assertEquals(1, metrics.cases(0, 0));
    assertEquals(1, metrics.cases(1, 0));
  }

  @Test
  void stepsOfATagSequenceCountOneByOne() {
    double[] answer = {0.7, 0.1, 0.1, 0.1, 0.1, 0.1, 0.7, 0.1, 0.7, 0.1, 0.1, 0.1};
    ClassMetrics metrics = metrics(List.of(scored(new String[] {"a", "c", "b"}, answer)));
    assertEquals(3, metrics.count());
    assertEquals(2 / 3.0, metrics.accuracy());
    assertEquals(1, metrics.cases(1, 0));
  }

  @Test
  void mergedPartsAreTheWholeWhateverTheirOrder() {
    Map<String, Double> whole = metrics(eight()).figures();
    List<ScoredRows.Scored> shuffled = new ArrayList<>(eight());
    Collections.reverse(shuffled);
    for (int cut = 0; cut <= 8; cut++) {
      ClassMetrics metrics = metrics(shuffled.subList(cut, 8));
      metrics.merge(metrics(shuffled.subList(0, cut)));
      assertEquals(whole, metrics.figures());
      assertEquals(8, metrics.count());
    }
  }

  @Test
  void theHeadlineNamesTheBaseline() {
    assertEquals(
        "accuracy 0.6250 on 8 (always answering \"a\": 0.5000)", metrics(eight()).headline());
  }

  @Test
  void theTableShowsEveryClassWithItsConfusion() {
    List<String> lines = metrics(eight()).table().lines().toList();
    assertEquals(5, lines.size());
    assertEquals(
        List.of("class", "precision", "recall", "cases", "answered", "as", "a", "b", "c", "d"),
        words(lines.get(0)));
    assertEquals(List.of("a", "0.6000", "0.7500", "4", "3", "1", "0", "0"), words(lines.get(1)));
    assertEquals(List.of("c", "0.0000", "0.0000", "1", "1", "0", "0", "0"), words(lines.get(3)));
    assertEquals(1, lines.stream().map(String::length).distinct().count(), "columns are in line");
  }

  private static List<String> words(String line) {
    return List.of(line.trim().split(" +"));
  }

  @Test
  void aConfusionMatrixOfManyClassesIsNotListed() {
    List<String> many = IntStream.range(0, 31).mapToObj(c -> "c" + c).toList();
    ClassMetrics metrics = new ClassMetrics(many);
    metrics.add(scored(new String[] {"c30"}, new double[31]));
    assertEquals(1, metrics.cases(30, 0));
    assertFalse(metrics.figures().keySet().stream().anyMatch(k -> k.startsWith("confusion")));
    assertFalse(metrics.table().contains("answered as"));
  }
}
