package dev.unroll.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.math.KeyedRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StepShapeTest {

  private static StepShape shape(int... lengths) {
    StepShape shape = new StepShape();
    shape.set(lengths, lengths.length);
    return shape;
  }

  @Test
  void rowsAreTimeMajorAndThereIsNoPadding() {
    StepShape shape = shape(4, 2, 2, 1);
    assertEquals(4, shape.batchSize());
    assertEquals(4, shape.steps());
    assertEquals(9, shape.rows());
    int[] active = {4, 3, 1, 1};
    int[] offset = {0, 4, 7, 8};
    for (int t = 0; t < 4; t++) {
      assertEquals(active[t], shape.active(t));
      assertEquals(offset[t], shape.offset(t));
    }
    assertEquals(6, shape.row(1, 2));
    assertEquals(8, shape.row(3, 0));
    assertEquals(2, shape.length(1));
  }

  @Test
  void aStepStartsFromTheStatesOfTheStepBefore() {
    StepShape shape = shape(4, 2, 2, 1);
    assertEquals(0, shape.previousState(0));
    assertEquals(4, shape.previousState(1));
    assertEquals(4 + 4, shape.previousState(2));
    assertEquals(4 + 7, shape.previousState(3));
  }

  @Test
  void everyRowStartsFromTheSameSequencesRowOfTheStepBefore() {
    KeyedRandom random = KeyedRandom.of(1, "shapes");
    StepShape reused = new StepShape();
    for (int trial = 0; trial < 300; trial++) {
      int[] lengths = descending(random);
      reused.set(lengths, lengths.length);
      assertEquals(Arrays.stream(lengths).sum(), reused.rows());
      for (int t = 1; t < reused.steps(); t++) {
        assertTrue(reused.active(t) <= reused.active(t - 1));
        for (int i = 0; i < reused.active(t); i++) {
          assertTrue(reused.length(i) > t);
          int before = reused.batchSize() + reused.row(t - 1, i);
          assertEquals(before, reused.previousState(t) + i);
        }
      }
    }
  }

  private static int[] descending(KeyedRandom random) {
    int batchSize = 1 + random.nextInt(6);
    int longest = 1 + random.nextInt(12);
    int[] lengths = new int[batchSize];
    for (int i = 0; i < batchSize; i++) {
      lengths[i] = -1 - random.nextInt(longest);
    }
    Arrays.sort(lengths);
    return Arrays.stream(lengths).map(length -> -length).toArray();
  }

  @Test
  void aShapeIsReplacedWhole() {
    StepShape shape = shape(9, 8, 7, 6, 5, 4, 3);
    shape.set(new int[] {2, 1, 99}, 2);
    assertEquals(2, shape.batchSize());
    assertEquals(2, shape.steps());
    assertEquals(3, shape.rows());
    assertEquals(1, shape.length(1));
  }

  @Test
  void noSequencesAreNoRows() {
    StepShape shape = shape();
    assertEquals(0, shape.batchSize());
    assertEquals(0, shape.steps());
    assertEquals(0, shape.rows());
  }
}
