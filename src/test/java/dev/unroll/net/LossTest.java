package dev.unroll.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.math.Elementwise;
import dev.unroll.math.Kernels;
import org.junit.jupiter.api.Test;

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

  @Test
  void everyTaskHasItsLoss() {
    assertInstanceOf(SoftmaxCrossEntropy.class, Loss.of(Task.CLASSIFY));
    assertInstanceOf(SoftmaxCrossEntropy.class, Loss.of(Task.TAG));
    assertInstanceOf(SquaredError.class, Loss.of(Task.REGRESS));
  }
}
