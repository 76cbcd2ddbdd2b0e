package dev.unroll.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;

/**
 * One pass of {@link Quantiles}: counts the values of some features by bits of their keys.
 *
 * @param width values per step
 * @param from the first feature counted
 * @param begins of each feature, the first bits of the keys that count; others do not
 * @param known how many bits these are
 * @param bits how many of the next bits values are counted by
 */
record RadixPass(int width, int from, int[][] begins, int known, int bits) implements Serializable {

  /** One block of 2^bits counts for every begin, in the order of features and begins. */
  long[] count(Iterator<float[]> steps) {
    long[] counts = new long[firstCount(begins.length)];
    int[] first = new int[begins.length];
    Arrays.setAll(first, this::firstCount);
    while (steps.hasNext()) {
      float[] values = steps.next();
      for (int at = from; at < values.length; at += width) {
        for (int j = 0; j < begins.length; j++) {
          count(values[at + j], begins[j], counts, first[j]);
        }
      }
    }
    return counts;
  }

  private void count(float value, int[] wanted, long[] counts, int first) {
    long key = Integer.toUnsignedLong(key(value));
    int begin = (int) (key >>> Integer.SIZE - known);
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i] == begin) {
        int next = (int) (key >>> Integer.SIZE - known - bits) & (1 << bits) - 1;
        counts[first + (i << bits) + next]++;
        return;
      }
    }
  }

  /** Where the counts of feature {@code from + j} start. */
  int firstCount(int j) {
    int blocks = 0;
    for (int i = 0; i < j; i++) {
      blocks += begins[i].length;
    }
    return blocks << bits;
  }

  /** Orders as an unsigned number like the value; −0 is 0. */
  static int key(float value) {
    int bits = Float.floatToRawIntBits(value + 0f);
    return bits ^ (bits >> 31 | Integer.MIN_VALUE);
  }

  static float value(int key) {
    return Float.intBitsToFloat(key < 0 ? key ^ Integer.MIN_VALUE : ~key);
  }
}
