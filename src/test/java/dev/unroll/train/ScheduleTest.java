package dev.unroll.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.train.Schedule.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final double EXACT = 1e-15;

  @Test
  void constantStaysAtOne() {
    Schedule schedule = new Schedule(Shape.CONSTANT, 0);
    for (double progress : new double[] {0, 0.01, 0.5, 1}) {
      assertEquals(1, schedule.factor(progress));
    }
  }

  @Test
  void cosineFallsFromOneToZeroAndIsHalfInTheMiddle() {
    Schedule schedule = new Schedule(Shape.COSINE, 0);
    assertEquals(1, schedule.factor(0));
    assertEquals(0.5 * (1 + Math.sqrt(0.5)), schedule.factor(0.25), EXACT);
    assertEquals(0.5, schedule.factor(0.5), EXACT);
    assertEquals(0.25, schedule.factor(2.0 / 3), EXACT);
    assertEquals(0, schedule.factor(1), EXACT);
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void warmupRisesInAStraightLineAndJoinsWithoutAJump(Shape shape) {
    Schedule schedule = new Schedule(shape, 0.2);
    assertEquals(0, schedule.factor(0));
    assertEquals(0.25, schedule.factor(0.05), EXACT);
    assertEquals(0.5, schedule.factor(0.1), EXACT);
    assertEquals(1, schedule.factor(0.2 - 1e-13), 1e-11);
    assertEquals(1, schedule.factor(0.2), EXACT);
  }

  @Test
  void cosineAfterWarmupCoversTheRest() {
    Schedule schedule = new Schedule(Shape.COSINE, 0.2);
    assertEquals(0.5, schedule.factor(0.6), EXACT);
    assertEquals(0, schedule.factor(1), EXACT);
  }

  @Test
  void cosineNeverRises() {
    Schedule schedule = new Schedule(Shape.COSINE, 0);
    for (int i = 0; i < 1000; i++) {
      assertTrue(schedule.factor(i / 1000.0) > schedule.factor((i + 1) / 1000.0));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, 1.5, Double.NaN})
  void aWarmupOutsideOfTheRunIsRefused(double warmup) {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> new Schedule(Shape.COSINE, warmup));
    assertEquals("warmup is " + warmup + ", expected a share in [0, 1)", e.getMessage());
  }
}
