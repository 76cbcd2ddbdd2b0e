package dev.unroll.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;

/** Comparisons of whole tensors, relative to the largest value of the expected one. */
final class Closeness {
  private Closeness() {}

  /** Largest |value|. */
  static double magnitude(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /** Every |actual − expected| is at most tolerance · scale. */
  static void assertWithin(
      String what, double[] expected, double[] actual, double tolerance, double scale) {
    assertEquals(expected.length, actual.length, () -> what + ": number of values");
    for (int j = 0; j < expected.length; j++) {
      double error = Math.abs(actual[j] - expected[j]);
      int at = j;
      assertTrue(
          error <= tolerance * scale,
          () ->
              "%s[%d]: got %s, expected %s; difference %.3g is %.3g of %.3g, allowed %.3g"
                  .formatted(
                      what, at, actual[at], expected[at], error, error / scale, scale, tolerance));
    }
  }

  static void assertClose(String what, double[] expected, double[] actual, double tolerance) {
    assertWithin(what, expected, actual, tolerance, magnitude(expected));
  }

  /**
   * The same tensors, each close; but one that is smaller than {@code floor} times the largest of
   * them all is measured against that. So small is what is left of a sum whose terms cancel, and
   * such a sum can be no more exact than its terms.
   */
  static void assertAllClose(
      Map<String, double[]> expected,
      Map<String, double[]> actual,
      double tolerance,
      double floor) {
    assertEquals(expected.keySet(), actual.keySet());
    double largest = expected.values().stream().mapToDouble(Closeness::magnitude).max().orElse(0);
    expected.forEach(
        (name, values) ->
            assertWithin(
                name,
                values,
                actual.get(name),
                tolerance,
                Math.max(magnitude(values), floor * largest)));
  }

  /** The same outputs, states and, by everything but the weights, gradients. */
  static void assertSameBits(RecurrentResult expected, RecurrentResult actual) {
    assertSameBits("y", expected.y(), actual.y());
    assertSameBits("hn", expected.hn(), actual.hn());
    assertEquals(expected.cn() == null, actual.cn() == null);
    if (expected.cn() != null) {
      assertSameBits("cn", expected.cn(), actual.cn());
    }
    for (String name : new String[] {"x", "h0", "c0"}) {
      if (expected.gradients().containsKey(name)) {
        assertSameBits(name, expected.gradients().get(name), actual.gradients().get(name));
      }
    }
  }

  static void assertSameBits(String what, double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length, () -> what + ": number of values");
    for (int j = 0; j < expected.length; j++) {
      int at = j;
      assertEquals(
          Double.doubleToLongBits(expected[j]),
          Double.doubleToLongBits(actual[j]),
          () -> "%s[%d]: got %s, expected %s".formatted(what, at, actual[at], expected[at]));
    }
  }
}
