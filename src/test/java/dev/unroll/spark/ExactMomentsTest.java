package dev.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unroll.math.KeyedRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExactMomentsTest {
  private static float[] numbers(int count, double mean, double deviation) {
    KeyedRandom random = KeyedRandom.of(1, "moments");
    float[] numbers = new float[count];
    for (int j = 0; j < count; j++) {
      numbers[j] = (float) (mean + deviation * random.nextGaussian());
    }
    return numbers;
  }

  private static ExactMoments of(float... numbers) {
    ExactMoments moments = new ExactMoments(1);
    for (int at = 0; at < numbers.length; at++) {
      moments.add(numbers, at);
    }
    return moments;
  }

  private static double mean(float[] numbers) {
    double sum = 0;
    for (float number : numbers) {
      sum += number;
    }
    return sum / numbers.length;
  }

  private static double deviation(float[] numbers) {
    double mean = mean(numbers);
    double sum = 0;
    for (float number : numbers) {
      sum += (number - mean) * (number - mean);
    }
    return Math.sqrt(sum / numbers.length);
  }

  @ParameterizedTest
  @CsvSource({"0,1", "1000000,10", "-3,1e-3", "1e-20,1e-22", "1e15,1e14"})
  void agreeWithTwoPasses(double mean, double deviation) {
    float[] numbers = numbers(10_000, mean, deviation);
    ExactMoments moments = of(numbers);
    assertEquals(mean(numbers), moments.mean()[0], 1e-12 * Math.max(Math.abs(mean), deviation));
    assertEquals(deviation(numbers), moments.deviation()[0], 1e-9 * deviation);
  }

  @Test
  void mergedPartsAgreeWithTheWhole() {
    float[] numbers = numbers(1000, 50, 3);
    ExactMoments merged = new ExactMoments(1);
    int[] cuts = {0, 0, 1, 10, 10, 700, 1000};
    for (int i = 0; i + 1 < cuts.length; i++) {
      merged.merge(of(Arrays.copyOfRange(numbers, cuts[i], cuts[i + 1])));
    }
    assertEquals(mean(numbers), merged.mean()[0], 1e-12 * 50);
    assertEquals(deviation(numbers), merged.deviation()[0], 1e-12 * 3);
  }

  @Test
  void theFirstPartMergedIntoNothingIsItselfToTheLastBit() {
    ExactMoments part = of(numbers(100, 0.1, 7));
    ExactMoments merged = new ExactMoments(1);
    merged.merge(new ExactMoments(1));
    merged.merge(part);
    merged.merge(new ExactMoments(1));
    assertArrayEquals(part.mean(), merged.mean());
    assertArrayEquals(part.deviation(), merged.deviation());
  }

  @ParameterizedTest
  @CsvSource({"0", "0.1", "-1234567.8", "1e30", "1e-30"})
  void aConstantFeatureHasDeviationOne(float constant) {
    float[] numbers = new float[1000];
    Arrays.fill(numbers, constant);
    ExactMoments merged = of(numbers);
    merged.merge(of(constant, constant, constant));
    assertEquals(constant, merged.mean()[0], 1e-12 * Math.abs(constant));
    assertEquals(1, merged.deviation()[0]);
  }

  @Test
  void aFeatureThatVariesOnlyBetweenPartsVaries() {
    ExactMoments merged = of(1, 1, 1);
    merged.merge(of(2, 2, 2));
    assertEquals(1.5, merged.mean()[0]);
    assertEquals(0.5, merged.deviation()[0]);
  }

  @Test
  void featuresAreIndependent() {
    ExactMoments moments = new ExactMoments(2);
    float[] values = {99, 1, 10, 3, 30};
    moments.add(values, 1);
    moments.add(values, 3);
    assertArrayEquals(new double[] {2, 20}, moments.mean());
    assertArrayEquals(new double[] {1, 10}, moments.deviation());
  }
}
