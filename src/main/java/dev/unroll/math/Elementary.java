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

  /** Adding and taking away 1.5·2^23 rounds a float of small magnitude to the nearest integer. */
  static final float ROUND = 0x1.8p23f;

  /** Beyond these e^x is infinite, or below half of the smallest denormal. */
  static final float EXP_MAX = 88.8f;

  static final float EXP_MIN = -104f;

  /** tanh rounds to 1 from here on. */
  static final float TANH_MAX = 9.02f;

  // (e^r - 1 - r) / r^2 on |r| <= ln 2 / 2: Taylor's 1/2! ... 1/8!; the last terms are far below an
  // ulp there, so nothing is gained by fitting them.
  static final float C2 = 0.5f;
  static final float C3 = 0.16666667f;
  static final float C4 = 0.041666668f;
  static final float C5 = 0.008333334f;
  static final float C6 = 0.0013888889f;
  static final float C7 = 1.984127e-4f;

  private Elementary() {}

  /** e^x; 0 below −104, infinite above 88.8, NaN for NaN. */
  public static float exp(float x) {
    float clamped = Math.max(EXP_MIN, Math.min(x, EXP_MAX));
    float n = Math.fma(clamped, LOG2_E, ROUND) - ROUND;
    float p = expMinusOne(clamped, n);
    // Two factors, because 2^n itself is no float at either end of the range.
    int whole = (int) n;
    int half = whole >> 1;
    return Math.fma(p, powerOfTwo(half), powerOfTwo(half)) * powerOfTwo(whole - half);
  }

  /** 1 / (1 + e^−x). */
  public static float sigmoid(float x) {
    float e = exp(-Math.abs(x));
    return (x < 0 ? e : 1f) / (1f + e);
  }

  /** Hyperbolic tangent: (e^2|x| − 1) / (e^2|x| + 1) with the sign of x. */
  public static float tanh(float x) {
    float twice = 2 * Math.min(Math.abs(x), TANH_MAX);
    float n = Math.fma(twice, LOG2_E, ROUND) - ROUND;
    float power = powerOfTwo((int) n);
    // e^2|x| - 1 without cancellation for small x
    float e = Math.fma(expMinusOne(twice, n), power, power - 1f);
    return Math.copySign(e / (e + 2f), x);
  }

  /** e^r − 1 for r = x − n ln 2. */
  private static float expMinusOne(float x, float n) {
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
    float q = Math.fma(C7, r, C6);
    q = Math.fma(q, r, C5);
    q = Math.fma(q, r, C4);
    q = Math.fma(q, r, C3);
    q = Math.fma(q, r, C2);
    return Math.fma(q * r, r, r);
  }

  private static float powerOfTwo(int n) {
    return Float.intBitsToFloat((n + 127) << 23);
  }
}
