package dev.unroll.math;

/** The rate of fused multiply-adds on one core when nothing but registers is touched. */
public final class PeakRate {
  private PeakRate() {}

  /** GFLOP/s, the best of several tries; of plain Java where there is no vector module. */
  public static double gflops() {
    return Kernels.best() instanceof VectorKernels ? VectorPeak.gflops() : ScalarPeak.gflops();
  }

  /** The best of several tries of a loop that returns how many operations it did. */
  static double best(java.util.function.IntToDoubleFunction loop) {
    double best = 0;
    for (int attempt = 0; attempt < 30; attempt++) {
      long start = System.nanoTime();
      double operations = loop.applyAsDouble(2_000_000);
      best = Math.max(best, operations / (System.nanoTime() - start));
    }
    return best;
  }

  /** Twelve independent chains of scalar multiply-adds. */
  private static final class ScalarPeak {
    private static volatile float sink;

    static double gflops() {
      return best(ScalarPeak::run);
    }

    private static double run(int count) {
      float a = 1;
      float b = 2;
      float c = 3;
      float d = 4;
      float e = 5;
      float f = 6;
      float g = 7;
      float h = 8;
      for (int i = 0; i < count; i++) {
        a = Math.fma(a, 0.999f, 1f);
        b = Math.fma(b, 0.999f, 1f);
        c = Math.fma(c, 0.999f, 1f);
        d = Math.fma(d, 0.999f, 1f);
        e = Math.fma(e, 0.999f, 1f);
        f = Math.fma(f, 0.999f, 1f);
        g = Math.fma(g, 0.999f, 1f);
        h = Math.fma(h, 0.999f, 1f);
      }
      sink = a + b + c + d + e + f + g + h;
      return 2.0 * 8 * count;
    }
  }
}
