package dev.unroll.spark;

import java.io.Serializable;
import java.math.BigInteger;

/**
 * Sums of whole numbers times powers of two, one per feature, without rounding: the same whatever
 * the order and grouping of the terms. A sum is a number in base 2³² whose digits may grow beyond
 * it for a while, so that to add is to change two of them (Kulisch's long accumulator).
 */
final class ExactSums implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int DIGIT_BITS = 32;
  private static final long DIGIT = 0xffff_ffffL;

  /** Each changes a digit by less than 2³², so none passes 2⁶² before it is carried over. */
  private static final int MOST_ADDITIONS = 1 << 30;

  private final int digits;
  private final long[] sums; // (features, digits), the least digit first; the last one has the sign
  private int additions;

  /**
   * @param bits of the largest term
   */
  ExactSums(int features, int bits) {
    digits = bits / DIGIT_BITS + 2;
    sums = new long[Math.multiplyExact(features, digits)];
  }

  /** Adds value · 2^power to one sum; |value| is below 2²⁵. */
  void add(int feature, long value, int power) {
    long shifted = value << (power % DIGIT_BITS);
    int at = feature * digits + power / DIGIT_BITS;
    sums[at] += shifted & DIGIT;
    sums[at + 1] += shifted >> DIGIT_BITS;
  }

  /** To be told before so many additions are made to one feature. */
  void expect(int more) {
    if (additions > MOST_ADDITIONS - more) {
      carry();
      additions = 0;
    }
    additions += more;
  }

  private void carry() {
    for (int i = 0; i < sums.length; i++) {
      if (i % digits != digits - 1) {
        sums[i + 1] += sums[i] >> DIGIT_BITS;
        sums[i] &= DIGIT;
      }
    }
  }

  void merge(ExactSums other) {
    carry();
    other.carry();
    for (int i = 0; i < sums.length; i++) {
      sums[i] += other.sums[i];
    }
    carry();
    additions = 1;
  }

  BigInteger sum(int feature) {
    BigInteger sum = BigInteger.ZERO;
    for (int digit = digits - 1; digit >= 0; digit--) {
      sum = sum.shiftLeft(DIGIT_BITS).add(BigInteger.valueOf(sums[feature * digits + digit]));
    }
    return sum;
  }
}
