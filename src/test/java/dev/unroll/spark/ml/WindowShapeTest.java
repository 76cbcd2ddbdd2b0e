package dev.unroll.spark.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The arithmetic of windows against loops over every step. */
class WindowShapeTest {
  private static final int CASES = 5_000;

  private static WindowShape random(Random random, boolean lastOnly, double fraction) {
    int length = 1 + random.nextInt(8);
    return new WindowShape(
        length,
        1 + random.nextInt(length),
        1 + random.nextInt(6),
        random.nextInt(5),
        lastOnly,
        fraction);
  }

  @Test
  void endsAreThoseOfALoop() {
    Random random = new Random(7);
    for (int i = 0; i < CASES; i++) {
      WindowShape shape = random(random, i % 5 == 0, 0);
      int steps = random.nextInt(40);
      assertEquals(byLoop(shape, steps), ends(shape, steps), shape + ", steps " + steps);
    }
  }

  private static List<Integer> byLoop(WindowShape shape, int steps) {
    List<Integer> ends = new ArrayList<>();
    for (int end = steps - 1 - shape.horizon(); end >= 0; end -= shape.stride()) {
      int room = end + 1;
      if (Math.min(room, shape.length()) >= shape.minLength()) {
        ends.add(end);
      }
    }
    Collections.reverse(ends);
    boolean one = shape.lastOnly() && !ends.isEmpty();
    return one ? ends.subList(ends.size() - 1, ends.size()) : ends;
  }

  private static List<Integer> ends(WindowShape shape, int steps) {
    return shape.ends(steps).boxed().toList();
  }

  @Test
  void noStepIsSeenByBothSides() {
    Random random = new Random(8);
    int both = 0;
    for (int i = 0; i < CASES; i++) {
      WindowShape shape = random(random, false, random.nextDouble());
      int steps = random.nextInt(60);
      BitSet training = seen(shape, steps, false);
      BitSet validation = seen(shape, steps, true);
      String what = shape + ", steps " + steps;
      assertTrue(training.length() <= first(validation, steps), what);
      assertTrue(validation.cardinality() <= Math.round(shape.validationFraction() * steps), what);
      both += training.isEmpty() || validation.isEmpty() ? 0 : 1;
    }
    assertTrue(both > CASES / 4, "only " + both + " cases had both sides");
  }

  private static int first(BitSet steps, int otherwise) {
    return steps.isEmpty() ? otherwise : steps.nextSetBit(0);
  }

  private static BitSet seen(WindowShape shape, int steps, boolean validation) {
    BitSet seen = new BitSet();
    shape
        .ends(steps)
        .filter(end -> shape.isValidation(end, steps) == validation)
        .forEach(end -> seen.set(shape.start(end), end + shape.horizon() + 1));
    return seen;
  }

  /** Both sides have every window that is theirs alone. */
  @Test
  void onlyWindowsAcrossTheCutAreLeftOut() {
    WindowShape shape = new WindowShape(3, 3, 1, 1, false, 0.5);
    assertEquals(List.of(2, 3, 4, 8, 9), ends(new WindowShape(3, 3, 1, 1, false, 0.45), 11));
    assertEquals(List.of(2, 3, 7, 8), ends(shape, 10));
    assertEquals(List.of(), ends(shape, 4));
  }

  @Test
  void endsOfTheLongestSeriesComeOneByOne() {
    WindowShape shape = new WindowShape(1_000, 1_000, 1, 0, false, 0);
    PrimitiveIterator.OfInt ends = shape.ends(Integer.MAX_VALUE).iterator();
    assertEquals(999, ends.nextInt());
    assertEquals(1_000, ends.nextInt());
    WindowShape wide = new WindowShape(1, 1, Integer.MAX_VALUE, 0, false, 0);
    assertEquals(List.of(Integer.MAX_VALUE - 1), ends(wide, Integer.MAX_VALUE));
  }
}
