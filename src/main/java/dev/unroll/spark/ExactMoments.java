package dev.unroll.spark;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * Count, mean and population deviation of each of several features. Σx and Σx² are exact, and each
 * figure is rounded at its end, so neither the order of the values nor their partitions change a
 * bit of it, and a feature that does not vary has a variance of exactly 0.
 */
public final class ExactMoments implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A float is a whole number below 2²⁴ times 2^(power − 149), power at most 253. */
  private static final int LEAST_POWER = 149;

  private static final int VALUE_BITS = 253 + 24;
  private static final int HALF_BITS = 24;
  private static final MathContext PRECISION = new MathContext(40);

  private final int features;
  private final ExactSums sums;
  private final ExactSums squares;
  private long count;

  public ExactMoments(int features) {
    this.features = features;
    sums = new ExactSums(features, VALUE_BITS);
    squares = new ExactSums(features, 2 * VALUE_BITS);
  }

  /** Adds one step: finite values, one per feature, from {@code at} on. */
  public void add(float[] values, int at) {
    count++;
    sums.expect(1);
    squares.expect(2);
    for (int j = 0; j < features; j++) {
      add(j, Float.floatToRawIntBits(values[at + j]));
    }
  }

  private void add(int feature, int bits) {
    int exponent = bits >>> 23 & 0xff;
    long fraction = bits & 0x7f_ffff;
    long whole = exponent == 0 ? fraction : fraction | 0x80_0000;
    int power = Math.max(exponent - 1, 0);
    sums.add(feature, bits < 0 ? -whole : whole, power);
    long square = whole * whole; // of 48 bits: added in two halves
    squares.add(feature, square & 0xff_ffff, 2 * power);
    squares.add(feature, square >>> HALF_BITS, 2 * power + HALF_BITS);
  }

  /** Adds the steps of another part, of the same features. */
  public void merge(ExactMoments other) {
    count += other.count;
    sums.merge(other.sums);
    squares.merge(other.squares);
  }

  /** Steps. */
  public long count() {
    return count;
  }

  /** Σx / n. There must be a step. */
  public double[] mean() {
    BigInteger steps = BigInteger.valueOf(count);
    double[] mean = new double[features];
    for (int j = 0; j < features; j++) {
      mean[j] = quotient(sums.sum(j), steps.shiftLeft(LEAST_POWER));
    }
    return mean;
  }

  /** √(Σx² / n − (Σx / n)²), or 1 for a feature that does not vary. There must be a step. */
  public double[] deviation() {
    BigInteger steps = BigInteger.valueOf(count);
    double[] deviation = new double[features];
    for (int j = 0; j < features; j++) {
      BigInteger sum = sums.sum(j);
      BigInteger spread = steps.multiply(squares.sum(j)).subtract(sum.multiply(sum));
      BigInteger unit = steps.multiply(steps).shiftLeft(2 * LEAST_POWER);
      deviation[j] = spread.signum() == 0 ? 1 : Math.sqrt(quotient(spread, unit));
    }
    return deviation;
  }

  private static double quotient(BigInteger dividend, BigInteger divisor) {
    return new BigDecimal(dividend).divide(new BigDecimal(divisor), PRECISION).doubleValue();
  }
}
