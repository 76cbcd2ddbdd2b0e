package dev.unroll.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Twelve independent chains of vector multiply-adds: enough to hide the latency of each. */
final class VectorPeak {
  private static final VectorSpecies<Float> SPECIES = VectorMath.SPECIES;
  private static final float[] SINK = new float[SPECIES.length()];

  private VectorPeak() {}

  static double gflops() {
    return PeakRate.best(VectorPeak::run);
  }

  private static double run(int count) {
    FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    FloatVector a = one;
    FloatVector b = one.add(1f);
    FloatVector c = one.add(2f);
    FloatVector d = one.add(3f);
    FloatVector e = one.add(4f);
    FloatVector f = one.add(5f);
    FloatVector g = one.add(6f);
    FloatVector h = one.add(7f);
    FloatVector i = one.add(8f);
    FloatVector j = one.add(9f);
    FloatVector k = one.add(10f);
    FloatVector l = one.add(11f);
    for (int n = 0; n < count; n++) {
      a = a.fma(x, one);
      b = b.fma(x, one);
      c = c.fma(x, one);
      d = d.fma(x, one);
      e = e.fma(x, one);
      f = f.fma(x, one);
      g = g.fma(x, one);
      h = h.fma(x, one);
      i = i.fma(x, one);
      j = j.fma(x, one);
      k = k.fma(x, one);
      l = l.fma(x, one);
    }
    a.add(b)
        .add(c)
        .add(d)
        .add(e)
        .add(f)
        .add(g)
        .add(h)
        .add(i)
        .add(j)
        .add(k)
        .add(l)
        .intoArray(SINK, 0);
    return 2.0 * 12 * SPECIES.length() * count;
  }
}
