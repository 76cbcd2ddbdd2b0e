package dev.unroll.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ElementaryTest {
  /** Prime, so that the patterns visited have all kinds of low bits in every exponent. */
  private static final int STRIDE = 251;

  /** How many floats on either side of an interesting point are tried. */
  private static final int NEIGHBOURS = 20_000;

  /**
   * Where something changes: zero, denormals, rounding to another power of two, overflow,
   * saturation; and where the largest errors were found by trying all floats.
   */
  private static final float[] INTERESTING = {
    0f,
    Float.MIN_VALUE,
    Float.MIN_NORMAL,
    0x1p-24f,
    0x1p-13f,
    0.0077671753f,
    0.015583749f,
    (float) (Math.log(2) / 4),
    (float) (Math.log(2) / 2),
    (float) (Math.log(2) * 1.5),
    0.5f,
    1f,
    2f,
    4.157294f,
    5.542755f,
    5.891183f,
    8.6643f,
    Elementary.TWICE_TANH_MAX / 2,
    16.635532f,
    17.328680f,
    87.33655f,
    Elementary.SIGMOID_MAX,
    88.02969f,
    88.72284f,
    -Elementary.EXP_MIN,
    103.27893f,
    103.97208f,
    Elementary.EXP_MAX,
    Float.MAX_VALUE
  };

  private interface FloatFunction {
    float at(float x);
  }

  private interface DoubleFunction {
    double at(double x);
  }

  /** A function, the true one, and the error that its class promises. */
  private record Function(
      String name, FloatFunction ours, DoubleFunction exact, double ulps, float low, float high) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Function> functions() {
    return Stream.of(
        new Function("exp", Elementary::exp, StrictMath::exp, 1.1, 0, Float.POSITIVE_INFINITY),
        new Function("sigmoid", Elementary::sigmoid, ElementaryTest::exactSigmoid, 2.5, 0, 1),
        new Function("tanh", Elementary::tanh, StrictMath::tanh, 2.5, -1, 1));
  }

  /** Below 2^−126 ours may be anything from 0 to that; the error there is then taken as none. */
  private static double exactSigmoid(double x) {
    double e = StrictMath.exp(-Math.abs(x));
    return (x < 0 ? e : 1) / (1 + e);
  }

  private static boolean isFlushed(Function function, float y, double exact) {
    return function.name.equals("sigmoid") && exact < Float.MIN_NORMAL && y <= Float.MIN_NORMAL;
  }

  @ParameterizedTest
  @MethodSource("functions")
  void errorIsWithinTheBoundForFloatsOfEveryExponent(Function function) {
    double worst = 0;
    for (long bits = 0; bits < 1L << 32; bits += STRIDE) {
      worst = Math.max(worst, error(function, Float.intBitsToFloat((int) bits)));
    }
    assertTrue(worst > 0.5, "largest error found: " + worst);
  }

  @ParameterizedTest
  @MethodSource("functions")
  void errorIsWithinTheBoundForEveryFloatNearAnInterestingPoint(Function function) {
    for (float point : INTERESTING) {
      int bits = Float.floatToIntBits(point);
      int from = Math.max(0, bits - NEIGHBOURS);
      for (int b = from; b <= bits + NEIGHBOURS; b++) {
        error(function, Float.intBitsToFloat(b));
        error(function, -Float.intBitsToFloat(b));
      }
    }
  }

  /** Checks the value at x and returns its error in units of the last place. */
  private static double error(Function function, float x) {
    if (Float.isNaN(x)) {
      return 0;
    }
    float y = function.ours.at(x);
    double exact = function.exact.at(x);
    double error = isFlushed(function, y, exact) ? 0 : ulps(y, exact);
    if (!(error <= function.ulps) || y < function.low || y > function.high) {
      throw new AssertionError(
          "%s(%s) = %s, exactly %s: %.3f ulp".formatted(function, x, y, exact, error));
    }
    return error;
  }

  private static double ulps(float y, double exact) {
    float nearest = (float) exact;
    if (Float.isInfinite(nearest) || Float.isInfinite(y)) {
      return nearest == y ? 0 : Double.POSITIVE_INFINITY;
    }
    return Math.abs(y - exact) / Math.ulp(nearest);
  }

  @ParameterizedTest
  @MethodSource("functions")
  void notANumberStaysThat(Function function) {
    assertTrue(Float.isNaN(function.ours.at(Float.NaN)));
    assertTrue(Float.isNaN(function.ours.at(Float.intBitsToFloat(0xFFF12345))));
  }

  @Test
  void limitsAreExact() {
    assertBits(0f, Elementary.exp(Float.NEGATIVE_INFINITY));
    assertBits(0f, Elementary.exp(-Float.MAX_VALUE));
    assertBits(Float.POSITIVE_INFINITY, Elementary.exp(Float.POSITIVE_INFINITY));
    assertBits(Float.POSITIVE_INFINITY, Elementary.exp(Float.MAX_VALUE));
    assertBits(0f, Elementary.sigmoid(Float.NEGATIVE_INFINITY));
    assertBits(1f, Elementary.sigmoid(Float.POSITIVE_INFINITY));
    assertBits(-1f, Elementary.tanh(Float.NEGATIVE_INFINITY));
    assertBits(1f, Elementary.tanh(Float.POSITIVE_INFINITY));
  }

  @Test
  void zerosGiveExactValues() {
    assertBits(1f, Elementary.exp(0f));
    assertBits(1f, Elementary.exp(-0f));
    assertBits(0.5f, Elementary.sigmoid(0f));
    assertBits(0.5f, Elementary.sigmoid(-0f));
    assertBits(0f, Elementary.tanh(0f));
    assertBits(-0f, Elementary.tanh(-0f));
  }

  @Test
  void tanhOfTheSmallestNumbersIsTheNumber() {
    for (float x : new float[] {Float.MIN_VALUE, 1e-42f, Float.MIN_NORMAL, 1e-30f, 1e-10f}) {
      assertBits(x, Elementary.tanh(x));
      assertBits(-x, Elementary.tanh(-x));
    }
  }

  @Test
  void tanhIsOddToTheBit() {
    for (long bits = 0; bits < 1L << 31; bits += 100_003) {
      float x = Float.intBitsToFloat((int) bits);
      assertBits(-Elementary.tanh(x), Elementary.tanh(-x));
    }
  }

  @Test
  void onceSaturatedItStaysSo() {
    assertTrue(Elementary.tanh(8.9f) < 1);
    assertTrue(Elementary.sigmoid(16.5f) < 1);
    assertTrue(Elementary.sigmoid(-87f) > 0);
    int infinity = Float.floatToIntBits(Float.POSITIVE_INFINITY);
    for (int bits = Float.floatToIntBits(9.02f); bits <= infinity; bits += 997) {
      float x = Float.intBitsToFloat(bits);
      assertBits(1f, Elementary.tanh(x));
      if (x >= 17.4f) {
        assertBits(1f, Elementary.sigmoid(x));
      }
      if (x >= 88) {
        assertBits(0f, Elementary.sigmoid(-x));
      }
      if (x >= 104) {
        assertBits(0f, Elementary.exp(-x));
        assertBits(Float.POSITIVE_INFINITY, Elementary.exp(x));
      }
    }
  }

  @Test
  void denormalResultsAreGradual() {
    assertBits(Float.MIN_VALUE, Elementary.exp(-103.5f));
    assertBits(0f, Elementary.exp(-104f));
    assertTrue(Elementary.exp(-88f) > 0 && Elementary.exp(-88f) < Float.MIN_NORMAL);
  }

  /** The same on every machine and in every version: a model's numbers depend on all of them. */
  @Test
  void bitsNeverChange() {
    int hash = 0;
    for (long bits = 0; bits < 1L << 32; bits += 10_007) {
      float x = Float.intBitsToFloat((int) bits);
      hash = 31 * hash + Float.floatToIntBits(Elementary.exp(x));
      hash = 31 * hash + Float.floatToIntBits(Elementary.sigmoid(x));
      hash = 31 * hash + Float.floatToIntBits(Elementary.tanh(x));
    }
    assertEquals(566388473, hash);
  }

  private static void assertBits(float expected, float actual) {
    assertEquals(
        Float.floatToIntBits(expected),
        Float.floatToIntBits(actual),
        () -> "expected " + expected + ", got " + actual);
  }
}
