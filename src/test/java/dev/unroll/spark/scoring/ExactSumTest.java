package dev.unroll.spark.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.unroll.math.KeyedRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExactSumTest {
  private static ExactSum sum(double... terms) {
    ExactSum sum = new ExactSum();
    for (double term : terms) {
      sum.add(term);
    }
    return sum;
  }

  @Test
  void nothingIsLostBesideALargeTerm() {
    assertEquals(1, sum(1e300, 1, -1e300).mean(1));
    assertEquals(Double.MIN_VALUE, sum(-1e300, Double.MIN_VALUE, 1e300).mean(1));
  }

  @Test
  void theOrderAndGroupingOfTheTermsDoNotMatter() {
    double[] terms = new double[500];
    KeyedRandom random = KeyedRandom.of(1, "exact-sum");
    for (int i = 0; i < terms.length; i++) {
      terms[i] = random.nextGaussian() * Math.exp(5 * random.nextGaussian());
    }
    double expected = sum(terms).mean(7);
    double plain = 0;
    for (double term : terms) {
      plain += term;
    }
    assertNotEquals(expected, plain / 7, "terms that a plain sum rounds");
    for (int groups : new int[] {2, 5, 100}) {
      assertEquals(expected, dealt(terms, groups).mean(7));
    }
  }

  /** The sum of the sums of every groups-th term, last group first. */
  private static ExactSum dealt(double[] terms, int groups) {
    List<ExactSum> sums = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      ExactSum sum = new ExactSum();
      for (int i = g; i < terms.length; i += groups) {
        sum.add(terms[i]);
      }
      sums.add(0, sum);
    }
    ExactSum whole = new ExactSum();
    sums.forEach(whole::merge);
    return whole;
  }

  @Test
  void theMeanIsRoundedOnce() {
    assertEquals(0.1, sum(0.1, 0.1, 0.1).mean(3));
    assertEquals(1.0 / 3, sum(1).mean(3));
  }

  @Test
  void squaresAreExactToo() {
    double value = 1e8 + 1;
    ExactSum squares = new ExactSum();
    squares.addSquare(value);
    squares.add(-1e16);
    squares.add(-2e8);
    assertEquals(1, squares.mean(1), "of 1e16 + 2e8 + 1, which no double holds");
    assertNotEquals(1, value * value - 1e16 - 2e8);
  }

  @Test
  void theVarianceIsExactBesideALargeMean() {
    ExactSum plain = new ExactSum();
    ExactSum squares = new ExactSum();
    for (double value : new double[] {1e9 - 1, 1e9 + 1}) {
      plain.add(value);
      squares.addSquare(value);
    }
    assertEquals(1, squares.variance(plain, 2));
  }
}
