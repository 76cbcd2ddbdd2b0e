package dev.unroll.math;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class KeyedRandomTest {

  @Test
  void withAnEmptyKeyItIsSplitMix64() {
    KeyedRandom random = KeyedRandom.of(0, "");
    SplittableRandom expected = new SplittableRandom(0);
    assertEquals(0xE220A8397B1DCDAFL, KeyedRandom.of(0, "").nextLong());
    for (int i = 0; i < 1000; i++) {
      assertEquals(expected.nextLong(), random.nextLong());
    }
  }

  /** Models trained with one version have to be the same with the next. */
  @Test
  void numbersNeverChange() {
    KeyedRandom random = KeyedRandom.of(42, "shuffle", 3, 7);
    assertEquals(757358537195914161L, random.nextLong());
    assertEquals(518, random.nextInt(1000));
    assertEquals(0.47579402f, random.nextFloat());
    assertEquals(0.054994623100909856, random.nextDouble());
    assertEquals(0.9836728041712344, random.nextGaussian());
    assertEquals(1.1805455044177613, random.nextGaussian());
    int[] order = IntStream.range(0, 10).toArray();
    random.shuffle(order);
    assertArrayEquals(new int[] {6, 8, 7, 0, 1, 2, 3, 5, 4, 9}, order);
  }

  @Test
  void equalKeysGiveEqualNumbers() {
    KeyedRandom a = KeyedRandom.of(5, "dropout", 1, 2, 3);
    KeyedRandom b = KeyedRandom.of(5, "dropout", 1, 2, 3);
    for (int i = 0; i < 100; i++) {
      assertEquals(a.nextLong(), b.nextLong());
    }
  }

  @Test
  void everyPartOfTheKeyMatters() {
    Set<Long> first = new HashSet<>();
    int keys = 0;
    for (long seed = -2; seed <= 2; seed++) {
      for (String purpose : new String[] {"a", "b", "ab", "ba", "order", "dropout"}) {
        first.add(KeyedRandom.of(seed, purpose).nextLong());
        keys++;
        for (long key = -3; key <= 3; key++) {
          first.add(KeyedRandom.of(seed, purpose, key).nextLong());
          first.add(KeyedRandom.of(seed, purpose, key, 0).nextLong());
          first.add(KeyedRandom.of(seed, purpose, 4, key).nextLong());
          keys += 3;
        }
      }
    }
    assertEquals(keys, first.size());
  }

  @Test
  void neighbouringKeysGiveUnrelatedNumbers() {
    int n = 20_000;
    double product = 0;
    int equalBits = 0;
    for (int key = 0; key < n; key++) {
      KeyedRandom a = KeyedRandom.of(1, "epoch", key);
      KeyedRandom b = KeyedRandom.of(1, "epoch", key + 1);
      equalBits += Long.bitCount(~(a.nextLong() ^ b.nextLong()));
      product += (a.nextDouble() - 0.5) * (b.nextDouble() - 0.5);
    }
    assertEquals(32, equalBits / (double) n, 5 * 4 / Math.sqrt(n));
    assertEquals(0, product / n, 5 / 12.0 / Math.sqrt(n));
  }

  @Test
  void mixIsABijectionOnWhatItIsTriedOn() {
    long distinct =
        LongStream.rangeClosed(-50_000, 50_000).map(KeyedRandom::mix).distinct().count();
    assertEquals(100_001, distinct);
    assertEquals(0, KeyedRandom.mix(0));
  }

  @Test
  void integersAreUniform() {
    for (int bound : new int[] {1, 2, 7, 1000}) {
      KeyedRandom random = KeyedRandom.of(2, "integers", bound);
      int n = 200 * bound + 100_000;
      int[] count = new int[bound];
      for (int i = 0; i < n; i++) {
        count[random.nextInt(bound)]++;
      }
      double expected = (double) n / bound;
      double chiSquare = 0;
      for (int c : count) {
        chiSquare += (c - expected) * (c - expected) / expected;
      }
      double freedom = bound - 1;
      assertTrue(chiSquare <= freedom + 5 * Math.sqrt(2 * freedom), "chi² " + chiSquare);
    }
  }

  @Test
  void largeBoundsAreCovered() {
    KeyedRandom random = KeyedRandom.of(3, "integers");
    int smallest = Integer.MAX_VALUE;
    int largest = 0;
    for (int i = 0; i < 10_000; i++) {
      int value = random.nextInt(Integer.MAX_VALUE);
      smallest = Math.min(smallest, value);
      largest = Math.max(largest, value);
    }
    assertTrue(smallest >= 0 && smallest < 0.002 * Integer.MAX_VALUE);
    assertTrue(largest > 0.998 * Integer.MAX_VALUE);
  }

  @Test
  void aBoundBelowOneIsRefused() {
    KeyedRandom random = KeyedRandom.of(1, "integers");
    Exception e = assertThrows(IllegalArgumentException.class, () -> random.nextInt(0));
    assertTrue(e.getMessage().contains("0"), e.getMessage());
  }

  @Test
  void floatsAndDoublesAreUniformInZeroToOne() {
    KeyedRandom random = KeyedRandom.of(4, "reals");
    int n = 100_000;
    double[] sums = new double[4];
    for (int i = 0; i < n; i++) {
      float f = random.nextFloat();
      double d = random.nextDouble();
      assertTrue(f >= 0 && f < 1 && d >= 0 && d < 1);
      assertEquals(f, Math.rint(f * 0x1p24) * 0x1p-24);
      sums[0] += f;
      sums[1] += f * (double) f;
      sums[2] += d;
      sums[3] += d * d;
    }
    double error = 5 * 0.3 / Math.sqrt(n);
    assertEquals(1 / 2.0, sums[0] / n, error);
    assertEquals(1 / 3.0, sums[1] / n, error);
    assertEquals(1 / 2.0, sums[2] / n, error);
    assertEquals(1 / 3.0, sums[3] / n, error);
  }

  @Test
  void gaussiansHaveTheMomentsOfANormalDistribution() {
    KeyedRandom random = KeyedRandom.of(5, "gaussians");
    int n = 200_000;
    double[] moments = new double[5];
    double product = 0;
    double before = 0;
    for (int i = 0; i < n; i++) {
      double z = random.nextGaussian();
      for (int power = 1; power <= 4; power++) {
        moments[power] += Math.pow(z, power);
      }
      product += z * before;
      before = z;
    }
    double error = 5 / Math.sqrt(n);
    assertEquals(0, moments[1] / n, error);
    assertEquals(1, moments[2] / n, error * Math.sqrt(2));
    assertEquals(0, moments[3] / n, error * Math.sqrt(15));
    assertEquals(3, moments[4] / n, error * Math.sqrt(96));
    assertEquals(0, product / n, error);
  }

  @Test
  void aShuffleIsAPermutation() {
    for (int n : new int[] {0, 1, 2, 3, 100}) {
      int[] a = IntStream.range(0, n).toArray();
      KeyedRandom.of(6, "shuffle").shuffle(a);
      int[] sorted = a.clone();
      Arrays.sort(sorted);
      assertArrayEquals(IntStream.range(0, n).toArray(), sorted);
      assertFalse(n == 100 && Arrays.equals(a, sorted));
    }
  }

  @Test
  void everyPermutationIsEquallyLikely() {
    int n = 60_000;
    int[] count = new int[27];
    for (int trial = 0; trial < n; trial++) {
      int[] a = {0, 1, 2};
      KeyedRandom.of(7, "shuffle", trial).shuffle(a);
      count[9 * a[0] + 3 * a[1] + a[2]]++;
    }
    for (int code : new int[] {5, 7, 11, 15, 19, 21}) {
      assertEquals(n / 6.0, count[code], 5 * Math.sqrt(n * 5 / 36.0));
    }
  }
}
