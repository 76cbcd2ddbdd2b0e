package dev.unroll.math;

import static dev.unroll.math.Buffers.assertSameEffect;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Elementwise steps against one unit at a time, to the bit, at all kinds of sizes and offsets. */
class ElementwiseTest {
  private static final int[] SIZES = {0, 1, 3, 4, 7, 8, 13, 16, 31, 64, 100, 257};
  private static final int[] ROWS = {0, 1, 3, 7, 16};
  private static final float[] NO_PEEPHOLES = {};

  private static Stream<Elementwise> implementations() {
    Elementwise scalar = new ScalarElementwise();
    Elementwise best = Kernels.best().elementwise();
    return best.getClass() == scalar.getClass() ? Stream.of(scalar) : Stream.of(scalar, best);
  }

  /** Rows of units, where the arrays start, and values to fill them with. */
  private record Step(int rows, int h, Buffers buffers, int... at) {

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

  private static void forAllSizes(Consumer<Step> test) {
    int seed = 0;
    for (int rows : ROWS) {
      for (int h : SIZES) {
        for (boolean special : new boolean[] {false, true}) {
          Buffers buffers = new Buffers(seed++, special);
          int[] at = new int[6];
          for (int j = 0; j < at.length; j++) {
            at[j] = buffers.offset();
          }
          test.accept(new Step(rows, h, buffers, at));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void elmanForward(Elementwise e) {
    forAllSizes(
        s -> {
          int n = s.units();
          float[][] arrays = {s.array(0, n), s.array(1, n)};
          assertSameEffect(
              "tanh " + n,
              v -> {
                for (int j = 0; j < n; j++) {
                  v[1][s.at[1] + j] = Elementary.tanh(v[0][s.at[0] + j]);
                }
              },
              v -> e.tanhForward(n, v[0], s.at[0], v[1], s.at[1]),
              arrays);
          assertSameEffect(
              "relu " + n,
              v -> {
                for (int j = 0; j < n; j++) {
                  v[1][s.at[1] + j] = Math.max(v[0][s.at[0] + j], 0f);
                }
              },
              v -> e.reluForward(n, v[0], s.at[0], v[1], s.at[1]),
              arrays);
        });
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void elmanBackward(Elementwise e) {
    forAllSizes(
        s -> {
          int n = s.units();
          float[][] arrays = {s.array(0, n), s.array(1, n), s.array(2, n)};
          assertSameEffect(
              "tanh " + n,
              v -> {
                for (int j = 0; j < n; j++) {
                  float y = v[1][s.at[1] + j];
                  v[0][s.at[0] + j] = v[2][s.at[2] + j] * (1 - y * y);
                }
              },
              v -> e.tanhBackward(n, v[0], s.at[0], v[1], s.at[1], v[2], s.at[2]),
              arrays);
          assertSameEffect(
              "relu " + n,
              v -> {
                for (int j = 0; j < n; j++) {
                  boolean on = v[1][s.at[1] + j] > 0;
                  v[0][s.at[0] + j] = on ? v[2][s.at[2] + j] : 0f;
                }
              },
              v -> e.reluBackward(n, v[0], s.at[0], v[1], s.at[1], v[2], s.at[2]),
              arrays);
        });
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void lstmForward(Elementwise e) {
    forAllSizes(s -> lstmForward(e, s, false));
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void lstmPeepholeForward(Elementwise e) {
    forAllSizes(s -> lstmForward(e, s, true));
  }

  private static void lstmForward(Elementwise e, Step s, boolean peephole) {
    int n = s.units();
    int cAt = s.at[1] + n + s.at[5];
    assertSameEffect(
        s.rows + " rows of " + s.h,
        v -> {
          for (int j = 0; j < n; j++) {
            float[] p = peephole ? peepholes(s, v[4], j) : NO_PEEPHOLES;
            float[] after =
                NaiveElementwise.lstm(s.gates(v[0], s.at[0], 4, j), v[1][s.at[1] + j], p);
            s.setGates(v[0], s.at[0], 4, j, after);
            v[1][cAt + j] = after[4];
            v[2][s.at[2] + j] = after[5];
            v[3][s.at[3] + j] = after[6];
          }
        },
        v -> {
          if (peephole) {
            e.lstmPeepholeForward(
                s.rows, s.h, v[0], s.at[0], v[1], s.at[1], cAt, v[2], s.at[2], v[3], s.at[3],
                v[4], s.at[4]);
          } else {
            e.lstmForward(
                s.rows, s.h, v[0], s.at[0], v[1], s.at[1], cAt, v[2], s.at[2], v[3], s.at[3]);
          }
        },
        s.array(0, 4 * n),
        s.array(1, 2 * n + s.at[5]),
        s.array(2, n),
        s.array(3, n),
        s.array(4, 3 * s.h));
  }

  /** [p_i p_f p_o] of a unit. */
  private static float[] peepholes(Step s, float[] p, int unit) {
    return s.gates(p, s.at[4], 3, unit % s.h);
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void lstmBackward(Elementwise e) {
    forAllSizes(s -> lstmBackward(e, s, false));
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void lstmPeepholeBackward(Elementwise e) {
    forAllSizes(s -> lstmBackward(e, s, true));
  }

  private static void lstmBackward(Elementwise e, Step s, boolean peephole) {
    int n = s.units();
    assertSameEffect(
        s.rows + " rows of " + s.h,
        v -> {
          for (int j = 0; j < n; j++) {
            float[] p = peephole ? peepholes(s, v[4], j) : NO_PEEPHOLES;
            float[] d =
                NaiveElementwise.lstmBackward(
                    s.gates(v[0], s.at[0], 4, j),
                    v[1][s.at[1] + j],
                    v[2][s.at[2] + j],
                    v[3][s.at[3] + j],
                    v[5][j],
                    p);
            s.setGates(v[0], s.at[0], 4, j, d);
            v[5][j] = d[4];
          }
        },
        v -> {
          if (peephole) {
            e.lstmPeepholeBackward(
                s.rows, s.h, v[0], s.at[0], v[1], s.at[1], v[2], s.at[2], v[3], s.at[3], v[5],
                v[4], s.at[4]);
          } else {
            e.lstmBackward(
                s.rows, s.h, v[0], s.at[0], v[1], s.at[1], v[2], s.at[2], v[3], s.at[3], v[5]);
          }
        },
        s.array(0, 4 * n),
        s.array(1, n),
        s.array(2, n),
        s.array(3, n),
        s.array(4, 3 * s.h),
        s.array(5, n));
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void gruForward(Elementwise e) {
    forAllSizes(
        s -> {
          int n = s.units();
          int hAt = s.at[1] + n + s.at[5];
          assertSameEffect(
              s.rows + " rows of " + s.h,
              v -> {
                for (int j = 0; j < n; j++) {
                  float[] after =
                      NaiveElementwise.gru(s.gates(v[0], s.at[0], 4, j), v[1][s.at[1] + j]);
                  s.setGates(v[0], s.at[0], 4, j, after);
                  v[1][hAt + j] = after[4];
                }
              },
              v -> e.gruForward(s.rows, s.h, v[0], s.at[0], v[1], s.at[1], hAt),
              s.array(0, 4 * n),
              s.array(1, 2 * n + s.at[5]));
        });
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void gruBackward(Elementwise e) {
    forAllSizes(
        s -> {
          int n = s.units();
          int dhAt = s.at[2] + n + s.at[5];
          assertSameEffect(
              s.rows + " rows of " + s.h,
              v -> {
                for (int j = 0; j < n; j++) {
                  float[] d =
                      NaiveElementwise.gruBackward(
                          s.gates(v[0], s.at[0], 4, j),
                          v[1][s.at[1] + j],
                          v[2][dhAt + j],
                          v[2][s.at[2] + j]);
                  s.setGates(v[0], s.at[0], 4, j, d);
                  v[2][s.at[2] + j] = d[4];
                }
              },
              v ->
                  e.gruBackward(
                      s.rows, s.h, v[0], s.at[0], v[1], s.at[1], v[2], s.at[2], dhAt),
              s.array(0, 4 * n),
              s.array(1, n),
              s.array(2, 2 * n + s.at[5]));
        });
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void articleForward(Elementwise e) {
    forAllSizes(
        s -> {
          int n = s.units();
          int cAt = s.at[1] + n + s.at[5];
          float[][] arrays = {
            s.array(0, 3 * n), s.array(1, 2 * n + s.at[5]), s.array(2, n), s.array(3, n)
          };
          assertSameEffect(
              "forget " + s.rows + " rows of " + s.h,
              v -> {
                for (int j = 0; j < n; j++) {
                  int gate = s.gate(s.at[0], 3, 1, j);
                  v[0][gate] = Elementary.sigmoid(v[0][gate]);
                  float candidate = v[0][s.gate(s.at[0], 3, 0, j)];
                  v[1][cAt + j] = Math.fma(v[0][gate], v[1][s.at[1] + j], candidate);
                }
              },
              v -> e.articleForgetForward(s.rows, s.h, v[0], s.at[0], v[1], s.at[1], cAt),
              arrays);
          assertSameEffect(
              "output " + s.rows + " rows of " + s.h,
              v -> {
                for (int j = 0; j < n; j++) {
                  int gate = s.gate(s.at[0], 3, 2, j);
                  v[0][gate] = Elementary.sigmoid(v[0][gate]);
                  v[2][s.at[2] + j] = Elementary.tanh(v[1][cAt + j]);
                  v[3][s.at[3] + j] = v[0][gate] * v[2][s.at[2] + j];
                }
              },
              v ->
                  e.articleOutputForward(
                      s.rows, s.h, v[0], s.at[0], v[1], cAt, v[2], s.at[2], v[3], s.at[3]),
              arrays);
        });
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void articleBackward(Elementwise e) {
    forAllSizes(
        s -> {
          int n = s.units();
          float[][] arrays = {s.array(0, 3 * n), s.array(1, n), s.array(2, n), s.array(3, n)};
          assertSameEffect(
              "output " + s.rows + " rows of " + s.h,
              v -> {
                for (int j = 0; j < n; j++) {
                  int gate = s.gate(s.at[0], 3, 2, j);
                  float o = v[0][gate];
                  float q = v[1][s.at[1] + j];
                  float dh = v[2][s.at[2] + j];
                  v[0][gate] = dh * q * (o * (1 - o));
                  v[3][j] = Math.fma(dh * o, 1 - q * q, v[3][j]);
                }
              },
              v ->
                  e.articleOutputBackward(
                      s.rows, s.h, v[0], s.at[0], v[1], s.at[1], v[2], s.at[2], v[3]),
              arrays);
          assertSameEffect(
              "forget " + s.rows + " rows of " + s.h,
              v -> {
                for (int j = 0; j < n; j++) {
                  float f = v[0][s.gate(s.at[0], 3, 1, j)];
                  float dc = v[3][j];
                  v[0][s.gate(s.at[0], 3, 0, j)] = dc;
                  v[0][s.gate(s.at[0], 3, 1, j)] = dc * v[1][s.at[1] + j] * (f * (1 - f));
                  v[3][j] = dc * f;
                }
              },
              v -> e.articleForgetBackward(s.rows, s.h, v[0], s.at[0], v[1], s.at[1], v[3]),
              arrays);
        });
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void rows(Elementwise e) {
    forAllSizes(
        s -> {
          int ld = s.h + s.at[5];
          float[][] arrays = {s.array(0, s.h), s.array(1, s.rows * ld)};
          assertSameEffect(
              "setRows " + s.rows + " of " + s.h,
              v -> {
                for (int j = 0; j < s.units(); j++) {
                  v[1][s.at[1] + j / s.h * ld + j % s.h] = v[0][s.at[0] + j % s.h];
                }
              },
              v -> e.setRows(s.rows, s.h, v[0], s.at[0], v[1], s.at[1], ld),
              arrays);
          assertSameEffect(
              "addRows " + s.rows + " of " + s.h,
              v -> {
                for (int j = 0; j < s.units(); j++) {
                  v[0][s.at[0] + j % s.h] += v[1][s.at[1] + j / s.h * ld + j % s.h];
                }
              },
              v -> e.addRows(s.rows, s.h, v[1], s.at[1], ld, v[0], s.at[0]),
              arrays);
        });
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void rowProducts(Elementwise e) {
    forAllSizes(
        s -> {
          int lda = s.h + s.at[4];
          int ldb = s.h + s.at[5];
          assertSameEffect(
              s.rows + " rows of " + s.h,
              v -> {
                for (int j = 0; j < s.units(); j++) {
                  int sum = s.at[2] + j % s.h;
                  float a = v[0][s.at[0] + j / s.h * lda + j % s.h];
                  float b = v[1][s.at[1] + j / s.h * ldb + j % s.h];
                  v[2][sum] = Math.fma(a, b, v[2][sum]);
                }
              },
              v ->
                  e.addProducts(
                      s.rows, s.h, v[0], s.at[0], lda, v[1], s.at[1], ldb, v[2], s.at[2]),
              s.array(0, s.rows * lda),
              s.array(1, s.rows * ldb),
              s.array(2, s.h));
        });
  }

  @ParameterizedTest
  @MethodSource("implementations")
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
  @MethodSource("implementations")
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
  @MethodSource("implementations")
  void sumOfSquaresAddsOverSixteenLanes(Elementwise e) {
    forAllSizes(
        s -> {
          float[] a = s.array(0, s.units());
          assertEquals(NaiveElementwise.sumOfSquares(s.units(), a), e.sumOfSquares(s.units(), a));
        });
  }

  @ParameterizedTest
  @MethodSource("implementations")
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
