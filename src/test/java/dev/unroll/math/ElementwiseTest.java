package dev.unroll.math;

import static dev.unroll.math.Buffers.assertSameEffect;
import static dev.unroll.math.ElementwiseStep.forAllSizes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Row sums, optimiser steps and norms against plain loops, to the bit, at all sizes and offsets.
 */
class ElementwiseTest {

  @ParameterizedTest
  @MethodSource("dev.unroll.math.ElementwiseStep#implementations")
  void rows(Elementwise e) {
    forAllSizes(
        s -> {
          int ld = s.h() + s.at()[5];
          float[][] arrays = {s.array(0, s.h()), s.array(1, s.rows() * ld)};
          assertSameEffect(
              "addRows " + s.rows() + " of " + s.h(),
              v -> {
                for (int j = 0; j < s.units(); j++) {
                  v[0][s.at()[0] + j % s.h()] += v[1][s.at()[1] + j / s.h() * ld + j % s.h()];
                }
              },
              v -> e.addRows(s.rows(), s.h(), v[1], s.at()[1], ld, v[0], s.at()[0]),
              arrays);
        });
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.math.ElementwiseStep#implementations")
  void rowProducts(Elementwise e) {
    forAllSizes(
        s -> {
          int lda = s.h() + s.at()[4];
          int ldb = s.h() + s.at()[5];
          assertSameEffect(
              s.rows() + " rows of " + s.h(),
              v -> {
                for (int j = 0; j < s.units(); j++) {
                  int sum = s.at()[2] + j % s.h();
                  float a = v[0][s.at()[0] + j / s.h() * lda + j % s.h()];
                  float b = v[1][s.at()[1] + j / s.h() * ldb + j % s.h()];
                  v[2][sum] = Math.fma(a, b, v[2][sum]);
                }
              },
              v ->
                  e.addProducts(
                      s.rows(), s.h(), v[0], s.at()[0], lda, v[1], s.at()[1], ldb, v[2], s.at()[2]),
              s.array(0, s.rows() * lda),
              s.array(1, s.rows() * ldb),
              s.array(2, s.h()));
        });
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.math.ElementwiseStep#implementations")
  void softmax(Elementwise e) {
    forAllSizes(
        s -> {
          float[][] arrays = {s.array(0, s.units()), s.array(1, s.units())};
          arrays[0][s.at()[0]] *= 60;
          assertSameEffect(
              "softmax of " + s.units(),
              v -> {
                float max = Float.NEGATIVE_INFINITY;
                for (int j = 0; j < s.units(); j++) {
                  max = Math.max(max, v[0][s.at()[0] + j]);
                }
                double total = 0;
                for (int j = 0; j < s.units(); j++) {
                  float power = Elementary.exp(v[0][s.at()[0] + j] - max);
                  v[1][s.at()[1] + j] = power;
                  total += power;
                }
                for (int j = 0; j < s.units(); j++) {
                  v[1][s.at()[1] + j] = (float) (v[1][s.at()[1] + j] * (1 / total));
                }
              },
              v -> e.softmax(s.units(), v[0], s.at()[0], v[1], s.at()[1]),
              arrays);
        });
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.math.ElementwiseStep#implementations")
  void sgdStep(Elementwise e) {
    forAllSizes(
        s -> {
          int n = s.units();
          assertSameEffect(
              "sgd on " + n,
              v -> {
                for (int j = 0; j < n; j++) {
                  float gradient = Math.fma(0.01f, v[0][j], 0.5f * v[1][j]);
                  v[0][j] = Math.fma(-0.1f, gradient, v[0][j]);
                }
              },
              v -> e.sgdStep(n, v[0], v[1], 0.1f, 0.01f, 0.5f),
              s.array(0, n),
              s.array(1, n));
        });
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.math.ElementwiseStep#implementations")
  void momentumStep(Elementwise e) {
    forAllSizes(
        s -> {
          int n = s.units();
          assertSameEffect(
              "momentum " + n,
              v -> {
                for (int j = 0; j < n; j++) {
                  float g = Math.fma(0.01f, v[0][j], 0.75f * v[1][j]);
                  v[2][j] = Math.fma(0.9f, v[2][j], g);
                  v[0][j] = Math.fma(-0.1f, v[2][j], v[0][j]);
                }
              },
              v -> e.momentumStep(n, v[0], v[1], v[2], 0.1f, 0.9f, 0.01f, 0.75f),
              s.array(0, n),
              s.array(1, n),
              s.array(2, n));
        });
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.math.ElementwiseStep#implementations")
  void adamStep(Elementwise e) {
    float beta1 = 0.9f;
    float beta2 = 0.999f;
    forAllSizes(
        s -> {
          int n = s.units();
          float[] squares = s.array(3, n);
          for (int j = 0; j < squares.length; j++) {
            squares[j] = Math.abs(squares[j]);
          }
          assertSameEffect(
              "adam " + n,
              v -> {
                for (int j = 0; j < n; j++) {
                  float g = Math.fma(0.01f, v[0][j], 0.75f * v[1][j]);
                  v[2][j] = Math.fma(beta1, v[2][j], (1 - beta1) * g);
                  v[3][j] = Math.fma(beta2, v[3][j], (1 - beta2) * g * g);
                  float denominator = (float) Math.sqrt(v[3][j]) / 0.3f + 1e-8f;
                  v[0][j] = Math.fma(-0.02f, v[2][j] / denominator, 0.99f * v[0][j]);
                }
              },
              v ->
                  e.adamStep(
                      n, v[0], v[1], v[2], v[3], 0.02f, 0.3f, beta1, beta2, 1e-8f, 0.01f, 0.99f,
                      0.75f),
              s.array(0, n),
              s.array(1, n),
              s.array(2, n),
              squares);
        });
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.math.ElementwiseStep#implementations")
  void sumOfSquaresAddsOverSixteenLanes(Elementwise e) {
    forAllSizes(
        s -> {
          float[] a = s.array(0, s.units());
          assertEquals(NaiveElementwise.sumOfSquares(s.units(), a), e.sumOfSquares(s.units(), a));
        });
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.math.ElementwiseStep#implementations")
  void sumOfSquaresIsExactWhereDoubleIs(Elementwise e) {
    float[] a = new float[1000];
    for (int j = 0; j < a.length; j++) {
      a[j] = j * 0x1p60f;
    }
    assertEquals(332_833_500 * 0x1p120, e.sumOfSquares(1000, a));
    assertEquals(0, e.sumOfSquares(0, a));
    assertEquals(1 * 0x1p120, e.sumOfSquares(2, a));
  }
}
