package dev.unroll.math;

import static dev.unroll.math.Elementary.C2;
import static dev.unroll.math.Elementary.C3;
import static dev.unroll.math.Elementary.C4;
import static dev.unroll.math.Elementary.C5;
import static dev.unroll.math.Elementary.C6;
import static dev.unroll.math.Elementary.C7;
import static dev.unroll.math.Elementary.LN2_HIGH;
import static dev.unroll.math.Elementary.LN2_LOW;
import static dev.unroll.math.Elementary.LOG2_E;
import static dev.unroll.math.Elementary.ROUND;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The functions of {@link Elementary} over whole vectors, operation for operation, so that each
 * lane has the bits of the scalar function. After 1.5 · 2^23 has been added, the integer n stands
 * in the low bits of the sum: no conversion is needed.
 *
 * <p>Each loop is written out in full and takes all rows of a step at once, for C2's sake: a helper
 * with a vector in its signature is sometimes not inlined, and a small loop is inlined into a
 * caller that thereby grows too large; either way every vector becomes an object and the loop 5 to
 * 20 times slower. These two are larger than what C2 inlines (325 bytecodes).
 */
final class VectorMath {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();
  private static final int SIGN = 0x80000000;
  private static final int ROUND_BITS = Float.floatToIntBits(ROUND);

  private VectorMath() {}

  /**
   * to = 1 / (1 + e^−x) for n values in each of the rows, which are ld and toLd apart; in place or
   * apart. n is a multiple of the vector length.
   */
  static void sigmoid(int rows, int n, float[] x, int at, int ld, float[] to, int toAt, int toLd) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < n; j += L) {
        int from = at + row * ld + j;
        int into = toAt + row * toLd + j;
        FloatVector v = FloatVector.fromArray(SPECIES, x, from);
        FloatVector u = v.abs().neg().max(Elementary.EXP_MIN);
        FloatVector shifted =
            u.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUND));
        FloatVector n2 = shifted.sub(ROUND);
        FloatVector r =
            n2.fma(
                FloatVector.broadcast(SPECIES, -LN2_LOW),
                n2.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), u));
        FloatVector p =
            r.fma(FloatVector.broadcast(SPECIES, C7), FloatVector.broadcast(SPECIES, C6));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C5));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C4));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C3));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C2));
        p = p.mul(r).fma(r, r);
        IntVector whole = shifted.reinterpretAsInts().sub(ROUND_BITS);
        IntVector half = whole.lanewise(VectorOperators.ASHR, 1);
        FloatVector first = half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        FloatVector second =
            whole.sub(half).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        FloatVector e = p.fma(first, first).mul(second);
        FloatVector top =
            FloatVector.broadcast(SPECIES, 1f).blend(e, v.compare(VectorOperators.LT, 0f));
        top.div(e.add(1f)).intoArray(to, into);
      }
    }
  }

  /**
   * to = tanh(x) for n values in each of the rows, which are ld and toLd apart; in place or apart.
   * n is a multiple of the vector length.
   */
  static void tanh(int rows, int n, float[] x, int at, int ld, float[] to, int toAt, int toLd) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < n; j += L) {
        int from = at + row * ld + j;
        int into = toAt + row * toLd + j;
        FloatVector v = FloatVector.fromArray(SPECIES, x, from);
        FloatVector u = v.abs().min(Elementary.TANH_MAX).mul(2f);
        FloatVector shifted =
            u.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUND));
        FloatVector n2 = shifted.sub(ROUND);
        FloatVector r =
            n2.fma(
                FloatVector.broadcast(SPECIES, -LN2_LOW),
                n2.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), u));
        FloatVector p =
            r.fma(FloatVector.broadcast(SPECIES, C7), FloatVector.broadcast(SPECIES, C6));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C5));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C4));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C3));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C2));
        p = p.mul(r).fma(r, r);
        IntVector exponent = shifted.reinterpretAsInts().sub(ROUND_BITS - 127);
        FloatVector power = exponent.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        FloatVector e = p.fma(power, power.sub(1f));
        IntVector sign = v.reinterpretAsInts().and(SIGN);
        FloatVector y = e.div(e.add(2f));
        y.reinterpretAsInts().or(sign).reinterpretAsFloats().intoArray(to, into);
      }
    }
  }
}
