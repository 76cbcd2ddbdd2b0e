package dev.unroll.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BatchTest {
  /** Five sequences of lengths 2 3 1 3 4; step s has values s and 100 + s. */
  private static final int[] STARTS = {0, 2, 5, 6, 9, 13};

  private static SequenceBlock block(int targetSize, boolean perStep, float... targets) {
    float[] values = new float[2 * 13];
    for (int s = 0; s < 13; s++) {
      values[2 * s] = s;
      values[2 * s + 1] = 100 + s;
    }
    return new SequenceBlock(2, STARTS, values, targetSize, perStep, targets);
  }

  private static Batch batch(SequenceBlock block, int... indices) {
    Batch batch = new Batch();
    batch.fill(block, indices, 0, indices.length, Scaling.none(2));
    return batch;
  }

  /** The first value of every row. */
  private static float[] rows(Batch batch) {
    float[] rows = new float[batch.shape().rows()];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = batch.x()[2 * row];
      assertEquals(100 + rows[row], batch.x()[2 * row + 1]);
    }
    return rows;
  }

  @Test
  void sequencesAreSortedByLengthAndStoredStepByStep() {
    Batch batch = batch(block(1, false), 0, 1, 2, 3, 4);
    assertEquals(5, batch.shape().batchSize());
    assertEquals(4, batch.order(0));
    assertEquals(1, batch.order(1));
    assertEquals(3, batch.order(2));
    assertEquals(0, batch.order(3));
    assertEquals(2, batch.order(4));
    assertArrayEquals(new float[] {9, 2, 6, 0, 5, 10, 3, 7, 1, 11, 4, 8, 12}, rows(batch));
  }

  @Test
  void orderCountsWithinTheChosenSequences() {
    int[] indices = {4, 2, 3, 1, 0};
    Batch batch = new Batch();
    batch.fill(block(1, false), indices, 1, 3, Scaling.none(2));
    assertEquals(3, batch.shape().batchSize());
    assertEquals(1, batch.order(0));
    assertEquals(2, batch.order(1));
    assertEquals(0, batch.order(2));
    assertArrayEquals(new float[] {6, 2, 5, 7, 3, 8, 4}, rows(batch));
    assertArrayEquals(new int[] {4, 2, 3, 1, 0}, indices);
  }

  @Test
  void inputsAreScaledFeatureByFeature() {
    Scaling scaling = new Scaling(new double[] {1, 100}, new double[] {0.5, 4});
    Batch batch = new Batch();
    batch.fill(block(1, false), new int[] {0, 2}, 0, 2, scaling);
    assertArrayEquals(new float[] {-2, 0, 8, 1.25f, 0, 0.25f}, Arrays.copyOf(batch.x(), 6));
    assertEquals(5, scaling.invert(0, 8));
  }

  @Test
  void scalingIsDoneInDouble() {
    float[] scaled = new float[1];
    new Scaling(new double[] {1e8 + 1}, new double[] {3}).apply(new float[] {1e8f}, 0, scaled, 0);
    assertEquals((float) (-1 / 3.0), scaled[0]);
  }

  @Test
  void targetsOfSequencesFollowTheOrder() {
    Batch batch = batch(block(1, false, 10, 11, 12, 13, 14), 0, 1, 2, 3, 4);
    assertArrayEquals(new float[] {14, 11, 13, 10, 12}, Arrays.copyOf(batch.targets(), 5));
  }

  @Test
  void targetsOfSeveralNumbersStayTogether() {
    Batch batch = batch(block(3, false, 0, 1, 2, 10, 11, 12, 20, 21, 22), 0, 2, 1);
    assertArrayEquals(
        new float[] {10, 11, 12, 0, 1, 2, 20, 21, 22}, Arrays.copyOf(batch.targets(), 9));
  }

  @Test
  void targetsOfStepsFollowTheRows() {
    float[] targets = new float[13];
    for (int s = 0; s < 13; s++) {
      targets[s] = 50 + s;
    }
    Batch batch = batch(block(1, true, targets), 3, 0, 4);
    float[] rows = rows(batch);
    for (int row = 0; row < rows.length; row++) {
      assertEquals(50 + rows[row], batch.targets()[row]);
    }
  }

  @Test
  void weightsFollowTheTargets() {
    Batch batch = batch(weighted(block(1, false, 10, 11, 12, 13, 14)), 0, 1, 2, 3, 4);
    assertArrayEquals(new float[] {5, 2, 4, 1, 3}, Arrays.copyOf(batch.weights(), 5));
    batch = batch(weighted(block(1, true, new float[13])), 3, 0, 4);
    assertArrayEquals(
        new float[] {5, 4, 1, 5, 4, 1, 5, 4, 5}, Arrays.copyOf(batch.weights(), 9), "every step's");
    batch.fill(block(1, true, new float[13]), new int[] {0}, 0, 1, Scaling.none(2));
    assertNull(batch.weights());
  }

  /** Sequence i has the weight 1 + i. */
  private static SequenceBlock weighted(SequenceBlock block) {
    return new SequenceBlock(
        block.inputSize(),
        block.starts(),
        block.values(),
        block.targetSize(),
        block.targetPerStep(),
        block.targets(),
        new float[] {1, 2, 3, 4, 5});
  }

  @Test
  void aBatchIsReplacedWhole() {
    SequenceBlock block = block(1, false, 10, 11, 12, 13, 14);
    Batch batch = batch(block, 0, 1, 2, 3, 4);
    for (int[] indices : new int[][] {{2}, {0, 4}, {3, 3, 3}, {0, 1, 2, 3, 4, 0, 1}}) {
      batch.fill(block, indices, 0, indices.length, Scaling.none(2));
      Batch fresh = batch(block, indices);
      assertArrayEquals(rows(fresh), rows(batch));
      for (int i = 0; i < indices.length; i++) {
        assertEquals(fresh.order(i), batch.order(i));
        assertEquals(fresh.targets()[i], batch.targets()[i]);
        assertEquals(fresh.shape().length(i), batch.shape().length(i));
      }
    }
  }
}
