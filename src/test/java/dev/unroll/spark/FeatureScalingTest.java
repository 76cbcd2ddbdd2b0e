package dev.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.math.KeyedRandom;
import dev.unroll.net.Scaling;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Figures of features: against exact arithmetic and a sort, in any order and partitioning. */
class FeatureScalingTest {
  private static final MathContext DIGITS = new MathContext(60);
  private static final double ULP = 0x1p-52;

  /** Features of every kind; all are in one table, so that they cannot disturb one another. */
  private static final int WIDTH = 8;

  private static float[][] table(int steps, long seed) {
    Random random = new Random(seed);
    float[][] table = new float[steps][WIDTH];
    for (float[] step : table) {
      step[0] = (float) random.nextGaussian();
      step[1] = anyFinite(random);
      step[2] = Float.intBitsToFloat(random.nextInt(1 << 23)); // denormal
      step[3] = random.nextBoolean() ? 0f : -0f;
      step[4] = 0.1f; // constant
      step[5] = 1e9f + random.nextInt(3) * 64; // far from 0, close together
      step[6] = (random.nextBoolean() ? 1 : -1) * Float.MAX_VALUE;
      step[7] = random.nextInt(5) - 2; // many repeats
    }
    return table;
  }

  private static float anyFinite(Random random) {
    float value;
    do {
      value = Float.intBitsToFloat(random.nextInt());
    } while (!Float.isFinite(value));
    return value;
  }

  private static JavaRDD<float[]> rdd(List<float[]> steps, int partitions) {
    return JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext())
        .parallelize(steps, partitions);
  }

  private static Scaling scaling(float[][] table, ScalingMethod method) {
    return FeatureScaling.of(rdd(Arrays.asList(table), 3), table[0].length, method, 600);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 1001})
  void standardIsTheRoundedExactFigure(int steps) {
    float[][] table = table(steps, 1);
    Scaling found = scaling(table, ScalingMethod.STANDARD);
    for (int j = 0; j < WIDTH; j++) {
      BigDecimal mean = mean(table, j, false);
      BigDecimal variance = BigDecimal.ZERO;
      for (float[] step : table) {
        variance = variance.add(new BigDecimal(step[j]).subtract(mean).pow(2));
      }
      variance = variance.divide(BigDecimal.valueOf(steps), DIGITS);
      assertEquals(mean.doubleValue(), found.mean()[j], "mean of feature " + j);
      double deviation = variance.sqrt(DIGITS).doubleValue();
      boolean constant = j == 4 || j == 3 || steps == 1;
      assertEquals(
          constant ? 1 : deviation == 0 ? 1 : deviation,
          found.deviation()[j],
          2 * ULP * deviation,
          "deviation of feature " + j);
    }
  }

  private static BigDecimal mean(float[][] table, int feature, boolean absolute) {
    BigDecimal sum = BigDecimal.ZERO;
    for (float[] step : table) {
      BigDecimal value = new BigDecimal(step[feature]);
      sum = sum.add(absolute ? value.abs() : value);
    }
    return sum.divide(BigDecimal.valueOf(table.length), DIGITS);
  }

  @Test
  void meanAbsIsTheRoundedExactFigure() {
    float[][] table = table(777, 2);
    Scaling found = scaling(table, ScalingMethod.MEAN_ABS);
    assertArrayEquals(new double[WIDTH], found.mean());
    for (int j = 0; j < WIDTH; j++) {
      double expected = j == 3 ? 1 : mean(table, j, true).doubleValue();
      assertEquals(expected, found.deviation()[j], "feature " + j);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 1000, 4099})
  void robustIsWhatASortFinds(int steps) {
    float[][] table = table(steps, 3);
    Scaling found = scaling(table, ScalingMethod.ROBUST);
    for (int j = 0; j < WIDTH; j++) {
      double[] sorted = sorted(table, j);
      double range = quantile(sorted, 0.75) - quantile(sorted, 0.25);
      assertEquals(quantile(sorted, 0.5), found.mean()[j], "median of feature " + j);
      assertEquals(range > 0 ? range : 1, found.deviation()[j], "range of feature " + j);
    }
  }

  private static double[] sorted(float[][] table, int feature) {
    return Arrays.stream(table).mapToDouble(step -> step[feature] + 0f).sorted().toArray();
  }

  /** As numpy documents its linear method. */
  private static double quantile(double[] sorted, double p) {
    double position = (sorted.length - 1) * p;
    int below = (int) Math.floor(position);
    int above = Math.min(below + 1, sorted.length - 1);
    double part = position - below;
    double distance = sorted[above] - sorted[below];
    return part >= 0.5 ? sorted[above] - distance * (1 - part) : sorted[below] + distance * part;
  }

  @Test
  void minMaxIsLeastAndLargest() {
    float[][] table = table(501, 4);
    Scaling found = scaling(table, ScalingMethod.MIN_MAX);
    for (int j = 0; j < WIDTH; j++) {
      double[] sorted = sorted(table, j);
      assertEquals(sorted[0], found.mean()[j]);
      double range = sorted[500] - sorted[0];
      assertEquals(range > 0 ? range : 1, found.deviation()[j]);
    }
  }

  @ParameterizedTest
  @EnumSource
  void neitherOrderNorPartitionsChangeABit(ScalingMethod method) {
    List<float[]> steps = new ArrayList<>(Arrays.asList(table(900, 5)));
    Scaling expected = FeatureScaling.of(rdd(steps, 1), WIDTH, method, 600);
    for (int partitions : new int[] {2, 7, 65, 150}) { // the last two are added up by executors
      Collections.shuffle(steps, new Random(partitions));
      assertSame(expected, FeatureScaling.of(rdd(steps, partitions), WIDTH, method, 600));
    }
  }

  @Test
  void severalStepsMayBeInOneArray() {
    float[][] table = table(60, 6);
    List<float[]> arrays = new ArrayList<>();
    for (int from = 0; from < 60; from += 20) {
      float[] joined = new float[20 * WIDTH];
      for (int t = 0; t < 20; t++) {
        System.arraycopy(table[from + t], 0, joined, t * WIDTH, WIDTH);
      }
      arrays.add(joined);
    }
    arrays.add(new float[0]);
    for (ScalingMethod method : ScalingMethod.values()) {
      assertSame(scaling(table, method), FeatureScaling.of(rdd(arrays, 2), WIDTH, method, 600));
    }
  }

  @Test
  void moreFeaturesThanOneSearchTakes() {
    int width = 300;
    float[][] table = new float[41][width];
    for (int t = 0; t < table.length; t++) {
      for (int j = 0; j < width; j++) {
        table[t][j] = (float) KeyedRandom.mix(t * 1000L + j);
      }
    }
    Scaling found = scaling(table, ScalingMethod.ROBUST);
    for (int j = 0; j < width; j++) {
      assertEquals(quantile(sorted(table, j), 0.5), found.mean()[j], "feature " + j);
    }
  }

  @Test
  void keysOrderLikeTheirValues() {
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      float a = anyFinite(random);
      float b = i % 2 == 0 ? anyFinite(random) : Math.nextUp(a);
      int byKey = Integer.compareUnsigned(RadixPass.key(a), RadixPass.key(b));
      assertEquals(Float.compare(a + 0f, b + 0f), byKey, a + " and " + b);
      assertEquals(a + 0f, RadixPass.value(RadixPass.key(a)));
    }
    assertEquals(RadixPass.key(0f), RadixPass.key(-0f));
  }

  /** 2³⁰ additions in a row are too many to try; their carry is tried with so many at once. */
  @Test
  void sumsAreCarriedOver() {
    ExactSums sums = new ExactSums(2, 300);
    BigDecimal expected = BigDecimal.ZERO;
    for (int i = 0; i < 500; i++) {
      sums.expect(1 << 28);
      long value = (1 << 24) - 1 - i;
      sums.add(1, i % 3 == 0 ? -value : value, i % 270);
      expected =
          expected.add(
              new BigDecimal(
                  java.math.BigInteger.valueOf(i % 3 == 0 ? -value : value).shiftLeft(i % 270)));
    }
    assertEquals(expected.toBigIntegerExact(), sums.sum(1));
    assertEquals(java.math.BigInteger.ZERO, sums.sum(0));
  }

  @Test
  void withoutStepsThereIsNoScaling() {
    for (int partitions : new int[] {1, 3}) {
      for (ScalingMethod method : ScalingMethod.values()) {
        JavaRDD<float[]> none = rdd(List.of(), partitions);
        if (method == ScalingMethod.NONE) {
          assertSame(Scaling.none(2), FeatureScaling.of(none, 2, method, 600));
        } else {
          InvalidDataException e =
              assertThrows(
                  InvalidDataException.class, () -> FeatureScaling.of(none, 2, method, 600));
          assertTrue(e.getMessage().contains("no step"), e.getMessage());
        }
      }
    }
  }

  @Test
  void aSeriesHasTheFiguresOfItsOwnSteps() {
    float[][] table = table(97, 8);
    float[] joined = new float[97 * WIDTH];
    for (int t = 0; t < 97; t++) {
      System.arraycopy(table[t], 0, joined, t * WIDTH, WIDTH);
    }
    for (ScalingMethod method : ScalingMethod.values()) {
      Scaling exact = scaling(table, method);
      Scaling series = SeriesScaling.of(joined, WIDTH, method);
      for (int j = 0; j < WIDTH; j++) {
        double scale = exact.deviation()[j];
        boolean deepAr = method == ScalingMethod.MEAN_ABS;
        double expected = deepAr ? 1 + (j == 3 ? 0 : scale) : scale;
        double near = Math.max(Math.abs(exact.mean()[j]), scale);
        assertEquals(exact.mean()[j], series.mean()[j], 1e-13 * near, method + " of " + j);
        assertEquals(expected, series.deviation()[j], 1e-9 * expected, method + " of " + j);
      }
    }
  }

  private static void assertSame(Scaling expected, Scaling found) {
    assertArrayEquals(bits(expected.mean()), bits(found.mean()));
    assertArrayEquals(bits(expected.deviation()), bits(found.deviation()));
  }

  private static long[] bits(double[] values) {
    return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray();
  }
}
