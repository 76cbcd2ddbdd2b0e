package dev.unroll.math;

import java.util.function.IntToDoubleFunction;

/** The rate of fused multiply-adds on one core when nothing else limits it. */
public final class PeakRate {
  private PeakRate() {}

  /**
   * GFLOP/s, the best of several tries; of what C2 makes of plain Java without the vector module.
   */
  public static double gflops() {
    return Kernels.best() instanceof VectorKernels ? VectorPeak.gflops() : ScalarPeak.gflops();
  }

  /** The best of several tries of a loop that returns how many operations it did. */
  static double best(IntToDoubleFunction loop) {
    double best = 0;
    for (int attempt = 0; attempt < 30; attempt++) {
      long start = System.nanoTime();
      double operations = loop.applyAsDouble(2_000_000);
      best = Math.max(best, operations / (System.nanoTime() - start));
    }
    return best;
  }

  /**
   * Chains of multiply-adds over values from the first-level cache, one load and one store per
   * sixteen of them: what C2 turns into vectors by itself, where a loop on local variables stays
   * scalar.
   */
  private static final class ScalarPeak {
    private static final int VALUES = 2048;
    private static final int CHAIN = 16;
    private static final float[] VALUE = new float[VALUES];

    static double gflops() {
      return best(ScalarPeak::run);
    }

    private static double run(int count) {
      int passes = count / VALUES;
      for (int pass = 0; pass < passes; pass++) {
        chain(VALUE);
      }
      return 2.0 * CHAIN * VALUES * passes;
    }

    private static void chain(float[] value) {
      for (int i = 0; i < VALUES; i++) {
        float v = value[i];
        v = Math.fma(v, 0.999f, 1f);
        v = Math.fma(v, 0.998f, 1f);
        v = Math.fma(v, 0.999f, 1f);
        v = Math.fma(v, 0.998f, 1f);
        v = Math.fma(v, 0.999f, 1f);
        v = Math.fma(v, 0.998f, 1f);
        v = Math.fma(v, 0.999f, 1f);
        v = Math.fma(v, 0.998f, 1f);
        v = Math.fma(v, 0.999f, 1f);
        v = Math.fma(v, 0.998f, 1f);
        v = Math.fma(v, 0.999f, 1f);
        v = Math.fma(v, 0.998f, 1f);
        v = Math.fma(v, 0.999f, 1f);
        v = Math.fma(v, 0.998f, 1f);
        v = Math.fma(v, 0.999f, 1f);
        v = Math.fma(v, 0.998f, 1f);
        value[i] = v;
      }
    }
  }
}
