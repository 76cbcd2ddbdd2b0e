package dev.unroll.math;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Arrays for comparing a method with naive loops: both work on copies of the same random values,
 * and afterwards all arrays have to be equal to the bit, whole, so that the values around what
 * should be written, and the arrays that should only be read, are canaries.
 */
final class Buffers {
  private static final float[] SPECIAL = {
    0f,
    -0f,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN,
    Float.MIN_VALUE,
    -1e-40f,
    3e38f,
    -100f,
    100f
  };

  private final KeyedRandom random;
  private final boolean special;

  /** With {@code special}, every tenth value or so is an infinity, a denormal, a zero, ... */
  Buffers(long seed, boolean special) {
    random = KeyedRandom.of(seed, "buffers");
    this.special = special;
  }

  /** Values between −2 and 2, and perhaps special ones. */
  float[] values(int length) {
    float[] values = new float[length];
    for (int j = 0; j < length; j++) {
      values[j] =
          special && random.nextInt(10) == 0
              ? SPECIAL[random.nextInt(SPECIAL.length)]
              : 4 * random.nextFloat() - 2;
    }
    return values;
  }

  /** An offset that is rarely a multiple of anything. */
  int offset() {
    return random.nextInt(20);
  }

  /** Runs both on copies of the arrays and compares what they leave behind. */
  static void assertSameEffect(
      String what, Consumer<float[][]> expected, Consumer<float[][]> actual, float[]... arrays) {
    float[][] left = copies(arrays);
    float[][] right = copies(arrays);
    expected.accept(left);
    actual.accept(right);
    for (int a = 0; a < arrays.length; a++) {
      assertSameBits(what + ", array " + a, left[a], right[a]);
    }
  }

  static float[][] copies(float[]... arrays) {
    return Arrays.stream(arrays).map(float[]::clone).toArray(float[][]::new);
  }

  private static void assertSameBits(String what, float[] expected, float[] actual) {
    for (int j = 0; j < expected.length; j++) {
      int at = j;
      assertEquals(
          Float.floatToIntBits(expected[j]),
          Float.floatToIntBits(actual[j]),
          () -> "%s[%d]: got %s, expected %s".formatted(what, at, actual[at], expected[at]));
    }
  }
}
