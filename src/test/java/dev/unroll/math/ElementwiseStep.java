package dev.unroll.math;

import java.util.function.Consumer;
import java.util.stream.Stream;

/** A step's sizes, where its arrays start, and values to fill these with. */
record ElementwiseStep(int rows, int h, Buffers buffers, int... at) {
  private static final int[] SIZES = {0, 1, 3, 4, 7, 8, 13, 16, 31, 64, 100, 257};
  private static final int[] ROWS = {0, 1, 3, 7, 16};

  /** All that promise equal bits. */
  static Stream<Elementwise> implementations() {
    Elementwise scalar = new ScalarElementwise();
    Elementwise best = Kernels.best().elementwise();
    return best.getClass() == scalar.getClass() ? Stream.of(scalar) : Stream.of(scalar, best);
  }

  static void forAllSizes(Consumer<ElementwiseStep> test) {
    int seed = 0;
    for (int rows : ROWS) {
      for (int h : SIZES) {
        for (boolean special : new boolean[] {false, true}) {
          Buffers buffers = new Buffers(seed++, special);
          int[] at = new int[6];
          for (int j = 0; j < at.length; j++) {
            at[j] = buffers.offset();
          }
          test.accept(new ElementwiseStep(rows, h, buffers, at));
        }
      }
    }
  }

  /** An array with room for {@code values} values from at[index] on. */
  float[] array(int index, int values) {
    return buffers.values(at[index] + values + 17);
  }

  int units() {
    return rows * h;
  }

  /** Gate {@code gate} of {@code gates} of unit j in a row, in the array at {@code start}. */
  int gate(int start, int gates, int gate, int unit) {
    return start + (unit / h * gates + gate) * h + unit % h;
  }

  /** All gates of a unit. */
  float[] gates(float[] a, int start, int gates, int unit) {
    float[] values = new float[gates];
    for (int gate = 0; gate < gates; gate++) {
      values[gate] = a[gate(start, gates, gate, unit)];
    }
    return values;
  }

  /** Stores the first values as the gates of a unit. */
  void setGates(float[] a, int start, int gates, int unit, float... values) {
    for (int gate = 0; gate < gates; gate++) {
      a[gate(start, gates, gate, unit)] = values[gate];
    }
  }
}
