package dev.unroll.spark.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.spark.params.Setting;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchSpaceTest {
  private static final List<Setting> SETTINGS =
      List.of(RnnSettings.HIDDEN_SIZE, RnnSettings.STEP_SIZE, RnnSettings.CELL);

  private static SearchSpace space(String... dimensions) {
    return new SearchSpace(SETTINGS, dimensions);
  }

  @Test
  void choicesMakeAGrid() {
    List<Map<String, String>> grid =
        space("hiddenSize = 8, 16", "cell=gru, lstm , article").candidates(0, 1);
    assertEquals(6, grid.size());
    assertEquals(Map.of("hiddenSize", "8", "cell", "gru"), grid.get(0));
    assertEquals(Map.of("hiddenSize", "16", "cell", "article"), grid.get(5));
    assertEquals(6, new HashSet<>(grid).size());
  }

  @Test
  void ofALargeGridSomeAreDrawnTheSameForTheSameSeed() {
    SearchSpace space = space("hiddenSize = 1, 2, 3, 4, 5, 6, 7, 8, 9", "stepSize = 0.1, 0.2");
    List<Map<String, String>> some = space.candidates(5, 7);
    assertEquals(5, new HashSet<>(some).size());
    assertEquals(some, space.candidates(5, 7));
    assertNotEquals(some, space.candidates(5, 8));
    assertTrue(space.candidates(0, 1).containsAll(some));
  }

  @Test
  void rangesAreDrawnEvenlyOnALogarithmicScale() {
    List<Map<String, String>> drawn =
        space("stepSize = 1e-4 .. 1", "hiddenSize = 4 .. 256").candidates(4000, 3);
    double[] rates =
        drawn.stream().mapToDouble(c -> Double.parseDouble(c.get("stepSize"))).toArray();
    long low = java.util.Arrays.stream(rates).filter(rate -> rate < 1e-2).count();
    assertEquals(2000, low, 150, "half of them below the middle of the logarithms");
    for (Map<String, String> candidate : drawn) {
      int size = Integer.parseInt(candidate.get("hiddenSize"));
      double rate = Double.parseDouble(candidate.get("stepSize"));
      assertTrue(size >= 4 && size <= 256 && rate >= 1e-4 && rate <= 1, candidate.toString());
    }
    assertEquals(16, space("stepSize = 0.001 .. 0.1").candidates(0, 1).size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hiddenSize 8 | expected such as hiddenSize = 8, 16, 32",
        "hidenSize = 8 | \"hidenSize\" cannot be tuned; expected one of cell, hiddenSize, stepSize",
        "hiddenSize = 8, 0 | hiddenSize = \"0\", expected a whole number from 1",
        "cell = rnn | cell = \"rnn\", expected one of rnn_tanh",
        "stepSize = 0.1 .. 0.01 | expected a range of numbers from above 0 to a larger one",
        "hiddenSize = 2.5 | hiddenSize = \"2.5\", expected a whole number",
      })
  void whatIsWrongIsSaid(String dimension, String message) {
    IllegalArgumentException failure =
        assertThrows(IllegalArgumentException.class, () -> space(dimension));
    assertTrue(failure.getMessage().contains(message), failure.getMessage());
  }

  @Test
  void candidatesAreTextAndBack() {
    SearchSpace space = space();
    Map<String, String> candidate = Map.of("hiddenSize", "8");
    assertEquals(candidate, space.candidate(SearchSpace.text(candidate)));
    assertEquals(
        Map.of("hiddenSize", "8", "stepSize", "0.01"),
        space.candidate("hiddenSize=8, stepSize=0.01"));
  }
}
