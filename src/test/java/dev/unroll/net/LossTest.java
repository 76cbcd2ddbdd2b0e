package dev.unroll.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.math.Elementwise;
import dev.unroll.math.Kernels;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LossTest {
  private static final Elementwise E = Kernels.best().elementwise();

  private static final float[] LOGITS = {0.5f, -1f, 2f, 0f, 0.25f, -3f};

  @Test
  void crossEntropyIsTheSumAndItsGradientThatOfTheMean() {
    float[] dLogits = new float[6];
    double sum =
        new SoftmaxCrossEntropy()
            .lossAndGradient(E, 2, 3, LOGITS, new float[] {2, 0}, null, dLogits);
    double[] first = {0.5, -1, 2};
    double[] second = {0, 0.25, -3};
    double expected = DoubleNetwork.crossEntropy(first, 2) + DoubleNetwork.crossEntropy(second, 0);
    assertEquals(expected, sum, 1e-6);
    for (int j = 0; j < 3; j++) {
      assertEquals(derivative(first, j, 2) / 2, dLogits[j], 1e-7);
      assertEquals(derivative(second, j, 0) / 2, dLogits[3 + j], 1e-7);
    }
  }

  private static double derivative(double[] logits, int j, int target) {
    return DoubleReference.derivative(
        logits, j, 0x1p-12, () -> DoubleNetwork.crossEntropy(logits, target));
  }

  @Test
  void crossEntropyOfExtremeLogitsIsFinite() {
    float[] logits = {3e38f, -3e38f, 0};
    float[] dLogits = new float[3];
    SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy();
    assertEquals(0, loss.lossAndGradient(E, 1, 3, logits, new float[] {0}, null, dLogits));
    assertArrayEquals(new float[3], dLogits);
    assertEquals(3e38, loss.lossAndGradient(E, 1, 3, logits, new float[] {2}, null, dLogits), 1e32);
    assertArrayEquals(new float[] {1, 0, -1}, dLogits);
  }

  @Test
  void probabilitiesAddUpToOneAndTheirLogarithmsToTheLogits() {
    float[] probabilities = new float[5];
    double logTotal = E.softmax(3, LOGITS, 3, probabilities, 1);
    float sum = 0;
    for (int j = 0; j < 3; j++) {
      sum += probabilities[1 + j];
      assertEquals(LOGITS[3 + j] - logTotal, Math.log(probabilities[1 + j]), 1e-6);
    }
    assertEquals(1, sum, 1e-6);
    assertEquals(0, probabilities[0]);
    assertEquals(0, probabilities[4]);
  }

  @Test
  void notANumberShowsInLossAndGradient() {
    float[] dLogits = new float[3];
    float[] logits = {0, Float.NaN, 1};
    double loss =
        new SoftmaxCrossEntropy().lossAndGradient(E, 1, 3, logits, new float[] {0}, null, dLogits);
    assertTrue(Double.isNaN(loss));
    assertTrue(Float.isNaN(dLogits[0]) && Float.isNaN(dLogits[1]) && Float.isNaN(dLogits[2]));
  }

  @Test
  void squaredErrorIsTheMeanOverOutputsSummedOverRows() {
    float[] dLogits = new float[6];
    float[] targets = {0, 0, 0, 1, 1, 1};
    double sum = new SquaredError().lossAndGradient(E, 2, 3, LOGITS, targets, null, dLogits);
    assertEquals((0.25 + 1 + 4) / 3 + (1 + 0.5625 + 16) / 3, sum, 1e-12);
    for (int j = 0; j < 6; j++) {
      assertEquals(2 * (LOGITS[j] - targets[j]) / 6, dLogits[j], 1e-7);
    }
  }

  // --- weights of rows ---

  private static final float[] WEIGHTS = {3, 0.5f};

  private static float[] targets(Task task) {
    return task == Task.REGRESS ? new float[] {0, 1, 2, 3, -1, -2} : new float[] {2, 0};
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void theGradientIsThatOfTheWeightedMean(Task task) {
    float[] dLogits = new float[6];
    double sum = Loss.of(task).lossAndGradient(E, 2, 3, LOGITS, targets(task), WEIGHTS, dLogits);
    double[] logits = {0.5, -1, 2, 0, 0.25, -3};
    assertEquals(3.5 * weightedMean(task, logits), sum, 1e-6);
    for (int j = 0; j < 6; j++) {
      double expected =
          DoubleReference.derivative(logits, j, 0x1p-12, () -> weightedMean(task, logits));
      assertEquals(expected, dLogits[j], 1e-6);
    }
  }

  private static double weightedMean(Task task, double[] logits) {
    double sum = 0;
    for (int row = 0; row < 2; row++) {
      double[] of = Arrays.copyOfRange(logits, 3 * row, 3 * row + 3);
      double loss = 0;
      if (task == Task.REGRESS) {
        for (int j = 0; j < 3; j++) {
          loss += Math.pow(of[j] - targets(task)[3 * row + j], 2) / 3;
        }
      } else {
        loss = DoubleNetwork.crossEntropy(of, (int) targets(task)[row]);
      }
      sum += WEIGHTS[row] * loss;
    }
    return sum / 3.5;
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void equalWeightsChangeNothingButTheSum(Task task) {
    float[] unweighted = new float[6];
    double sum = Loss.of(task).lossAndGradient(E, 2, 3, LOGITS, targets(task), null, unweighted);
    for (float weight : new float[] {1, 0.1f, 1e-38f, 3e38f}) {
      float[] dLogits = new float[6];
      float[] weights = {weight, weight};
      double weighted =
          Loss.of(task).lossAndGradient(E, 2, 3, LOGITS, targets(task), weights, dLogits);
      assertEquals(weight * sum, weighted, 1e-12 * weight * sum);
      assertArrayEquals(unweighted, dLogits, 1e-6f);
    }
  }

  @Test
  void withoutWeightsTheGradientIsRoundedAsItAlwaysWas() {
    float[] expected = new float[9];
    float[] dLogits = new float[9];
    float[] logits = {0.5f, -1f, 2f, 0f, 0.25f, -3f, 1f, 1.1f, 1.2f};
    float[] classes = {2, 0, 1};
    float share = 1f / 3;
    for (int row = 0; row < 3; row++) {
      E.softmax(3, logits, 3 * row, expected, 3 * row);
      for (int j = 3 * row; j < 3 * row + 3; j++) {
        expected[j] *= share;
      }
      expected[3 * row + (int) classes[row]] -= share;
    }
    new SoftmaxCrossEntropy().lossAndGradient(E, 3, 3, logits, classes, null, dLogits);
    assertArrayEquals(expected, dLogits);

    float factor = 2f / (3f * 3);
    for (int j = 0; j < 9; j++) {
      expected[j] = factor * logits[j];
    }
    new SquaredError().lossAndGradient(E, 3, 3, logits, new float[9], null, dLogits);
    assertArrayEquals(expected, dLogits);
  }

  @Test
  void everyTaskHasItsLoss() {
    assertInstanceOf(SoftmaxCrossEntropy.class, Loss.of(Task.CLASSIFY));
    assertInstanceOf(SoftmaxCrossEntropy.class, Loss.of(Task.TAG));
    assertInstanceOf(SquaredError.class, Loss.of(Task.REGRESS));
  }
}
