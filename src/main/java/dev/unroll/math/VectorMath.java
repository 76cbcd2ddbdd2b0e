package dev.unroll.math;

import static dev.unroll.math.Elementary.C2;
import static dev.unroll.math.Elementary.C3;
import static dev.unroll.math.Elementary.C4;
import static dev.unroll.math.Elementary.C5;
import static dev.unroll.math.Elementary.C6;
import static dev.unroll.math.Elementary.EXP_MAX;
import static dev.unroll.math.Elementary.EXP_MIN;
import static dev.unroll.math.Elementary.FRACTION;
import static dev.unroll.math.Elementary.LN2_HIGH;
import static dev.unroll.math.Elementary.LN2_LOW;
import static dev.unroll.math.Elementary.LOG2_E;
import static dev.unroll.math.Elementary.SHIFT;
import static dev.unroll.math.Elementary.SIGMOID_MAX;
import static dev.unroll.math.Elementary.TWICE_TANH_MAX;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The functions of {@link Elementary} over whole vectors, operation for operation, so that each
 * lane has the bits of the scalar function.
 *
 * <p>Each loop is written out in full and takes all rows of a step at once, for C2's sake: a helper
 * with a vector in its signature is sometimes not inlined, and a small loop is inlined into a
 * caller that thereby grows too large; either way every vector becomes an object and the loop 5 to
 * 20 times slower. These are larger than what C2 inlines (325 bytecodes). Limits are applied by
 * comparing and blending: {@code min} and {@code max} are six instructions each, because they must
 * tell −0 from 0.
 */
final class VectorMath {
  /**
   * The widest vectors, as the class that Netlib takes them from too. C2 compiles the Vector API's
   * own methods by the classes it has seen in them; a second one, such as that of {@code
   * SPECIES_PREFERRED} beside Netlib's, makes every vector an object wherever MLlib has run first.
   */
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_MAX;

  private static final int L = SPECIES.length();
  private static final int SIGN = 0x80000000;
  private static final int SHIFT_BITS = Float.floatToIntBits(SHIFT);

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
        FloatVector magnitude = v.abs();
        FloatVector u =
            magnitude.blend(SIGMOID_MAX, magnitude.compare(VectorOperators.GT, SIGMOID_MAX));
        FloatVector shifted =
            u.fma(FloatVector.broadcast(SPECIES, -LOG2_E), FloatVector.broadcast(SPECIES, SHIFT));
        FloatVector n2 = shifted.sub(SHIFT);
        FloatVector r =
            n2.fma(
                FloatVector.broadcast(SPECIES, -LN2_LOW),
                n2.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), u.neg()));
        FloatVector p =
            r.fma(FloatVector.broadcast(SPECIES, C6), FloatVector.broadcast(SPECIES, C5));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C4));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C3));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C2));
        p = p.mul(r).fma(r, r);
        FloatVector power =
            shifted
                .reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, FRACTION)
                .reinterpretAsFloats();
        FloatVector e = p.fma(power, power);
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
        FloatVector twice = v.add(v).abs();
        FloatVector u =
            twice.blend(TWICE_TANH_MAX, twice.compare(VectorOperators.GT, TWICE_TANH_MAX));
        FloatVector shifted =
            u.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, SHIFT));
        FloatVector n2 = shifted.sub(SHIFT);
        FloatVector r =
            n2.fma(
                FloatVector.broadcast(SPECIES, -LN2_LOW),
                n2.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), u));
        FloatVector p =
            r.fma(FloatVector.broadcast(SPECIES, C6), FloatVector.broadcast(SPECIES, C5));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C4));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C3));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C2));
        p = p.mul(r).fma(r, r);
        FloatVector power =
            shifted
                .reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, FRACTION)
                .reinterpretAsFloats();
        FloatVector e = p.fma(power, power.sub(1f));
        IntVector sign = v.reinterpretAsInts().and(SIGN);
        FloatVector y = e.div(e.add(2f));
        y.reinterpretAsInts().or(sign).reinterpretAsFloats().intoArray(to, into);
      }
    }
  }

  /** to = e^(x − less) for n values, a multiple of the vector length. */
  static void exp(int n, float[] x, int at, float less, float[] to, int toAt) {
    for (int j = 0; j < n; j += L) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, at + j).sub(less);
      FloatVector low = v.blend(EXP_MIN, v.compare(VectorOperators.LT, EXP_MIN));
      FloatVector u = low.blend(EXP_MAX, low.compare(VectorOperators.GT, EXP_MAX));
      FloatVector shifted =
          u.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, SHIFT));
      FloatVector n2 = shifted.sub(SHIFT);
      FloatVector r =
          n2.fma(
              FloatVector.broadcast(SPECIES, -LN2_LOW),
              n2.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), u));
      FloatVector p = r.fma(FloatVector.broadcast(SPECIES, C6), FloatVector.broadcast(SPECIES, C5));
      p = p.fma(r, FloatVector.broadcast(SPECIES, C4));
      p = p.fma(r, FloatVector.broadcast(SPECIES, C3));
      p = p.fma(r, FloatVector.broadcast(SPECIES, C2));
      p = p.mul(r).fma(r, r);
      IntVector whole = shifted.reinterpretAsInts().sub(SHIFT_BITS);
      IntVector half = whole.lanewise(VectorOperators.ASHR, 1);
      FloatVector first =
          half.add(127).lanewise(VectorOperators.LSHL, FRACTION).reinterpretAsFloats();
      FloatVector second =
          whole.sub(half).add(127).lanewise(VectorOperators.LSHL, FRACTION).reinterpretAsFloats();
      p.fma(first, first).mul(second).intoArray(to, toAt + j);
    }
  }
}
