package dev.unroll.spark.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TuningVerdictTest {

  private static TunedTrial trial(int number, int size, double loss, double error, int epochs) {
    double[] curve = new double[epochs];
    Arrays.fill(curve, loss);
    String status = epochs == 9 ? "finished" : "stopped";
    return new TunedTrial(
        number,
        Map.of("hiddenSize", "" + size),
        epochs,
        loss,
        error,
        new double[] {loss},
        curve,
        curve,
        epochs,
        status);
  }

  private static TuningVerdict verdict(String select, TunedTrial... trials) {
    return TuningVerdict.of(List.of(trials), new RnnClassifier(), select);
  }

  @Test
  void theSmallestSizeWithinOneStandardErrorIsEnough() {
    TunedTrial[] trials = {
      trial(0, 8, 0.50, 0.01, 9),
      trial(1, 16, 0.34, 0.01, 9),
      trial(2, 32, 0.32, 0.01, 9),
      trial(3, 64, 0.30, 0.05, 9)
    };
    assertEquals(3, verdict("best", trials).selected().trial());
    TuningVerdict smallest = verdict("smallest", trials);
    assertEquals(1, smallest.selected().trial());
    assertTrue(smallest.text().contains("16 hidden units are enough"), smallest.text());
    assertTrue(smallest.text().contains("8 units fall behind"), smallest.text());
    assertTrue(smallest.text().contains("32 units reach 0.32"), smallest.text());
  }

  @Test
  void aSizeThatWasStoppedIsNotChosen() {
    TuningVerdict verdict =
        verdict("smallest", trial(0, 8, 0.29, 0.01, 3), trial(1, 16, 0.30, 0.05, 9));
    assertEquals(1, verdict.selected().trial());
    assertTrue(verdict.text().contains("8 units fall behind: after 3 epochs"), verdict.text());
  }

  @Test
  void ofSeveralCandidatesOfASizeTheBestSpeaksForIt() {
    TuningVerdict verdict =
        verdict(
            "smallest", trial(0, 8, 0.9, 0, 9), trial(1, 8, 0.3, 0, 9), trial(2, 16, 0.3, 0, 9));
    assertEquals(1, verdict.selected().trial());
  }

  @Test
  void withoutACandidateThatFinishedThereIsNoModel() {
    IllegalStateException failure =
        assertThrows(IllegalStateException.class, () -> verdict("best", trial(0, 8, 1, 0, 3)));
    assertTrue(failure.getMessage().contains("hiddenSize=8 stopped"), failure.getMessage());
  }
}
