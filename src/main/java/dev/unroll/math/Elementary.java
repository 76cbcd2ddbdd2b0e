package dev.unroll.math;

/**
 * exp, sigmoid and tanh in float, made of add, multiply, fused multiply-add, divide and integer
 * operations only. Each of these is rounded the same way by every conforming CPU, so, unlike the
 * JDK's or a vendor's vector functions, these give the same bits everywhere. Over all floats they
 * are within 1.1 ulp (exp), 2.5 ulp (sigmoid) and 2.5 ulp (tanh) of StrictMath; {@code
 * ElementaryTest} holds them to that.
 *
 * <p>Method: x = n ln 2 + r with |r| ≤ ln 2 / 2 (Cody and Waite, 1980: ln 2 in two parts), a
 * polynomial for e<sup>r</sup> − 1, and 2<sup>n</sup> put together from its exponent bits.
 */
public final class Elementary {
  static final float LOG2_E = 1.44269504f;
  static final float LN2_HIGH = 0.693359375f;
  static final float LN2_LOW = -2.12194440e-4f;

  /**
   * Adding and taking away 1.5·2^23 rounds a float of small magnitude to the nearest integer n. The
   * 127 more leave n + 127, the exponent field of 2^n, in the low bits of the sum.
   */
  static final float SHIFT = 0x1.8p23f + 127;

  /** Bits of a float's fraction. */
  static final int FRACTION = 23;

  /** Beyond these e^x is infinite, or below half of the smallest denormal. */
  static final float EXP_MAX = 88.8f;

  static final float EXP_MIN = -104f;

  /** e^−x, as {@link #sigmoid} takes it, is 0 from here on: 2^n with n = −127 is. */
  static final float SIGMOID_MAX = 88f;

  /** tanh rounds to 1 from 9.02 on; this is twice that. */
  static final float TWICE_TANH_MAX = 18.04f;

  // (e^r - 1 - r) / r^2 on |r| <= ln 2 / 2, fitted to the smallest relative error of e^r - 1, which
  // is 1.4e-8; Taylor's series needs a term more for that.
  static final float C2 = 0.49999997f;
  static final float C3 = 0.16666543f;
  static final float C4 = 0.0416672f;
  static final float C5 = 0.0083665485f;
  static final float C6 = 0.001388251f;

  private Elementary() {}

  /** e^x; 0 below −104, infinite above 88.8, NaN for NaN. */
  public static float exp(float x) {
    float clamped = Math.max(EXP_MIN, Math.min(x, EXP_MAX));
    float shifted = Math.fma(clamped, LOG2_E, SHIFT);
    float p = expMinusOne(clamped, shifted - SHIFT);
    // Two factors, because 2^n itself is no float at either end of the range.
    int whole = (int) (shifted - SHIFT);
    int half = whole >> 1;
    return Math.fma(p, powerOfTwo(half), powerOfTwo(half)) * powerOfTwo(whole - half);
  }

  /** 1 / (1 + e^−x); 0 where that is below 2^−126. */
  public static float sigmoid(float x) {
    float magnitude = Math.abs(x);
    float u = magnitude > SIGMOID_MAX ? SIGMOID_MAX : magnitude;
    float shifted = Math.fma(u, -LOG2_E, SHIFT);
    float power = Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << FRACTION);
    float e = Math.fma(expMinusOne(-u, shifted - SHIFT), power, power);
    return (x < 0 ? e : 1f) / (e + 1f);
  }

  /** Hyperbolic tangent: (e^2|x| − 1) / (e^2|x| + 1) with the sign of x. */
  public static float tanh(float x) {
    float twice = Math.abs(x + x);
    float u = twice > TWICE_TANH_MAX ? TWICE_TANH_MAX : twice;
    float shifted = Math.fma(u, LOG2_E, SHIFT);
    float power = Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << FRACTION);
    // e^2|x| - 1 without cancellation for small x
    float e = Math.fma(expMinusOne(u, shifted - SHIFT), power, power - 1f);
    return Math.copySign(e / (e + 2f), x);
  }

  /** e^r − 1 for r = x − n ln 2. */
  private static float expMinusOne(float x, float n) {
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
    float q = Math.fma(C6, r, C5);
    q = Math.fma(q, r, C4);
    q = Math.fma(q, r, C3);
    q = Math.fma(q, r, C2);
    return Math.fma(q * r, r, r);
  }

  private static float powerOfTwo(int n) {
    return Float.intBitsToFloat((n + 127) << FRACTION);
  }
}
