package dev.unroll.spark.scoring;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;

/** A sum of doubles without rounding: the same whatever the order and grouping of the terms. */
final class ExactSum implements Serializable {
  private static final long serialVersionUID = 1L;

  private BigDecimal sum = BigDecimal.ZERO;

  /** Adds a finite number. */
  void add(double value) {
    sum = sum.add(new BigDecimal(value));
  }

  void addSquare(double value) {
    BigDecimal exact = new BigDecimal(value);
    sum = sum.add(exact.multiply(exact));
  }

  void merge(ExactSum other) {
    sum = sum.add(other.sum);
  }

  /** The sum divided by {@code count}, rounded once to a double. */
  double mean(long count) {
    return sum.divide(BigDecimal.valueOf(count), MathContext.DECIMAL128).doubleValue();
  }

  /** Σ(x − mean)² / count, where this is Σx² and {@code plain} is Σx. */
  double variance(ExactSum plain, long count) {
    BigDecimal n = BigDecimal.valueOf(count);
    BigDecimal scaled = n.multiply(sum).subtract(plain.sum.multiply(plain.sum));
    return scaled.divide(n.multiply(n), MathContext.DECIMAL128).doubleValue();
  }
}
