package dev.unroll.jobs.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AddingProblemTest {
  @Test
  void marksOneStepInEachHalfAndAddsTheirValues() {
    for (int steps : new int[] {2, 3, 7, 50}) {
      for (AddingProblem.Sample sample : AddingProblem.generate(200, steps, 3)) {
        assertEquals(steps, sample.features().length);
        assertEquals(1, markers(sample, 0, steps / 2));
        assertEquals(1, markers(sample, steps / 2, steps));
        float sum = 0;
        for (float[] step : sample.features()) {
          assertTrue(step[0] >= 0 && step[0] < 1);
          sum += step[0] * step[1];
        }
        assertEquals(sum, sample.sum());
      }
    }
  }

  @Test
  void theBaselineIsOneSixth() {
    double error =
        AddingProblem.generate(20_000, 4, 1).stream()
            .mapToDouble(sample -> Math.pow(sample.sum() - 1, 2))
            .average()
            .orElseThrow();
    assertEquals(1.0 / 6, error, 0.004);
  }

  @Test
  void lengthsCoverTheRange() {
    Set<Integer> lengths =
        AddingProblem.generate(500, 20, 30, 1).stream()
            .map(sample -> sample.features().length)
            .collect(Collectors.toSet());
    assertEquals(11, lengths.size());
    assertTrue(lengths.contains(20) && lengths.contains(30));
  }

  @Test
  void dependsOnTheSeedAndThePlaceAlone() {
    List<AddingProblem.Sample> few = AddingProblem.generate(3, 9, 5);
    List<AddingProblem.Sample> many = AddingProblem.generate(10, 9, 5);
    for (int i = 0; i < few.size(); i++) {
      assertArrayEquals(few.get(i).features(), many.get(i).features());
    }
    assertNotEquals(few.get(0).sum(), AddingProblem.generate(1, 9, 6).get(0).sum());
  }

  @Test
  void refusesImpossibleLengths() {
    assertThrows(IllegalArgumentException.class, () -> AddingProblem.generate(1, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> AddingProblem.generate(1, 5, 4, 0));
  }

  private static int markers(AddingProblem.Sample sample, int from, int to) {
    int count = 0;
    for (int t = from; t < to; t++) {
      count += (int) sample.features()[t][1];
    }
    return count;
  }
}
