package dev.unroll.math;

import static dev.unroll.math.Buffers.assertSameEffect;
import static dev.unroll.math.ElementwiseStep.forAllSizes;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cells' elementwise steps against one unit at a time, to the bit, at all sizes and offsets.
 */
class CellElementwiseTest {
  private static final float[] NO_PEEPHOLES = {};

  @ParameterizedTest
  @MethodSource("dev.unroll.math.ElementwiseStep#implementations")
  void elmanForward(Elementwise e) {
    forAllSizes(
        s -> {
          int n = s.units();
          float[][] arrays = {s.array(0, n), s.array(1, n)};
          assertSameEffect(
              "tanh " + n,
              v -> {
                for (int j = 0; j < n; j++) {
                  v[1][s.at()[1] + j] = Elementary.tanh(v[0][s.at()[0] + j]);
                }
              },
              v -> e.tanhForward(n, v[0], s.at()[0], v[1], s.at()[1]),
              arrays);
          assertSameEffect(
              "relu " + n,
              v -> {
                for (int j = 0; j < n; j++) {
                  v[1][s.at()[1] + j] = Math.max(v[0][s.at()[0] + j], 0f);
                }
              },
              v -> e.reluForward(n, v[0], s.at()[0], v[1], s.at()[1]),
              arrays);
        });
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.math.ElementwiseStep#implementations")
  void elmanBackward(Elementwise e) {
    forAllSizes(
        s -> {
          int n = s.units();
          float[][] arrays = {s.array(0, n), s.array(1, n), s.array(2, n)};
          assertSameEffect(
              "tanh " + n,
              v -> {
                for (int j = 0; j < n; j++) {
                  float y = v[1][s.at()[1] + j];
                  v[0][s.at()[0] + j] = v[2][s.at()[2] + j] * (1 - y * y);
                }
              },
              v -> e.tanhBackward(n, v[0], s.at()[0], v[1], s.at()[1], v[2], s.at()[2]),
              arrays);
          assertSameEffect(
              "relu " + n,
              v -> {
                for (int j = 0; j < n; j++) {
                  boolean on = v[1][s.at()[1] + j] > 0;
                  v[0][s.at()[0] + j] = on ? v[2][s.at()[2] + j] : 0f;
                }
              },
              v -> e.reluBackward(n, v[0], s.at()[0], v[1], s.at()[1], v[2], s.at()[2]),
              arrays);
        });
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.math.ElementwiseStep#implementations")
  void lstmForward(Elementwise e) {
    forAllSizes(s -> lstmForward(e, s, false));
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.math.ElementwiseStep#implementations")
  void lstmPeepholeForward(Elementwise e) {
    forAllSizes(s -> lstmForward(e, s, true));
  }

  private static void lstmForward(Elementwise e, ElementwiseStep s, boolean peephole) {
    int n = s.units();
    int cAt = s.at()[1] + n + s.at()[5];
    assertSameEffect(
        s.rows() + " rows of " + s.h(),
        v -> {
          for (int j = 0; j < n; j++) {
            float[] p = peephole ? peepholes(s, v[4], j) : NO_PEEPHOLES;
            float[] after =
                NaiveElementwise.lstm(s.gates(v[0], s.at()[0], 4, j), v[1][s.at()[1] + j], p);
            s.setGates(v[0], s.at()[0], 4, j, after);
            v[1][cAt + j] = after[4];
            v[2][s.at()[2] + j] = after[5];
            v[3][s.at()[3] + j] = after[6];
          }
        },
        v -> {
          if (peephole) {
            e.lstmPeepholeForward(
                s.rows(), s.h(), v[0], s.at()[0], v[1], s.at()[1], cAt, v[2], s.at()[2], v[3],
                s.at()[3], v[4], s.at()[4]);
          } else {
            e.lstmForward(
                s.rows(), s.h(), v[0], s.at()[0], v[1], s.at()[1], cAt, v[2], s.at()[2], v[3],
                s.at()[3]);
          }
        },
        s.array(0, 4 * n),
        s.array(1, 2 * n + s.at()[5]),
        s.array(2, n),
        s.array(3, n),
        s.array(4, 3 * s.h()));
  }

  /** [p_i p_f p_o] of a unit. */
  private static float[] peepholes(ElementwiseStep s, float[] p, int unit) {
    return s.gates(p, s.at()[4], 3, unit % s.h());
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.math.ElementwiseStep#implementations")
  void lstmBackward(Elementwise e) {
    forAllSizes(s -> lstmBackward(e, s, false));
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.math.ElementwiseStep#implementations")
  void lstmPeepholeBackward(Elementwise e) {
    forAllSizes(s -> lstmBackward(e, s, true));
  }

  private static void lstmBackward(Elementwise e, ElementwiseStep s, boolean peephole) {
    int n = s.units();
    assertSameEffect(
        s.rows() + " rows of " + s.h(),
        v -> {
          for (int j = 0; j < n; j++) {
            float[] p = peephole ? peepholes(s, v[4], j) : NO_PEEPHOLES;
            float[] d =
                NaiveElementwise.lstmBackward(
                    s.gates(v[0], s.at()[0], 4, j),
                    v[1][s.at()[1] + j],
                    v[2][s.at()[2] + j],
                    v[3][s.at()[3] + j],
                    v[5][j],
                    p);
            s.setGates(v[0], s.at()[0], 4, j, d);
            v[5][j] = d[4];
          }
        },
        v -> {
          if (peephole) {
            e.lstmPeepholeBackward(
                s.rows(), s.h(), v[0], s.at()[0], v[1], s.at()[1], v[2], s.at()[2], v[3], s.at()[3],
                v[5], v[4], s.at()[4]);
          } else {
            e.lstmBackward(
                s.rows(), s.h(), v[0], s.at()[0], v[1], s.at()[1], v[2], s.at()[2], v[3], s.at()[3],
                v[5]);
          }
        },
        s.array(0, 4 * n),
        s.array(1, n),
        s.array(2, n),
        s.array(3, n),
        s.array(4, 3 * s.h()),
        s.array(5, n));
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.math.ElementwiseStep#implementations")
  void gruForward(Elementwise e) {
    forAllSizes(
        s -> {
          int n = s.units();
          int hAt = s.at()[1] + n + s.at()[5];
          assertSameEffect(
              s.rows() + " rows of " + s.h(),
              v -> {
                for (int j = 0; j < n; j++) {
                  float[] after =
                      NaiveElementwise.gru(s.gates(v[0], s.at()[0], 4, j), v[1][s.at()[1] + j]);
                  s.setGates(v[0], s.at()[0], 4, j, after);
                  v[1][hAt + j] = after[4];
                }
              },
              v -> e.gruForward(s.rows(), s.h(), v[0], s.at()[0], v[1], s.at()[1], hAt),
              s.array(0, 4 * n),
              s.array(1, 2 * n + s.at()[5]));
        });
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.math.ElementwiseStep#implementations")
  void gruBackward(Elementwise e) {
    forAllSizes(
        s -> {
          int n = s.units();
          int dhAt = s.at()[2] + n + s.at()[5];
          assertSameEffect(
              s.rows() + " rows of " + s.h(),
              v -> {
                for (int j = 0; j < n; j++) {
                  float[] d =
                      NaiveElementwise.gruBackward(
                          s.gates(v[0], s.at()[0], 4, j),
                          v[1][s.at()[1] + j],
                          v[2][dhAt + j],
                          v[2][s.at()[2] + j]);
                  s.setGates(v[0], s.at()[0], 4, j, d);
                  v[2][s.at()[2] + j] = d[4];
                }
              },
              v ->
                  e.gruBackward(
                      s.rows(), s.h(), v[0], s.at()[0], v[1], s.at()[1], v[2], s.at()[2], dhAt),
              s.array(0, 4 * n),
              s.array(1, n),
              s.array(2, 2 * n + s.at()[5]));
        });
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.math.ElementwiseStep#implementations")
  void articleForward(Elementwise e) {
    forAllSizes(
        s -> {
          int n = s.units();
          int cAt = s.at()[1] + n + s.at()[5];
          float[][] arrays = {
            s.array(0, 3 * n), s.array(1, 2 * n + s.at()[5]), s.array(2, n), s.array(3, n)
          };
          assertSameEffect(
              "forget " + s.rows() + " rows of " + s.h(),
              v -> {
                for (int j = 0; j < n; j++) {
                  int gate = s.gate(s.at()[0], 3, 1, j);
                  v[0][gate] = Elementary.sigmoid(v[0][gate]);
                  float candidate = v[0][s.gate(s.at()[0], 3, 0, j)];
                  v[1][cAt + j] = Math.fma(v[0][gate], v[1][s.at()[1] + j], candidate);
                }
              },
              v -> e.articleForgetForward(s.rows(), s.h(), v[0], s.at()[0], v[1], s.at()[1], cAt),
              arrays);
          assertSameEffect(
              "output " + s.rows() + " rows of " + s.h(),
              v -> {
                for (int j = 0; j < n; j++) {
                  int gate = s.gate(s.at()[0], 3, 2, j);
                  v[0][gate] = Elementary.sigmoid(v[0][gate]);
                  v[2][s.at()[2] + j] = Elementary.tanh(v[1][cAt + j]);
                  v[3][s.at()[3] + j] = v[0][gate] * v[2][s.at()[2] + j];
                }
              },
              v ->
                  e.articleOutputForward(
                      s.rows(), s.h(), v[0], s.at()[0], v[1], cAt, v[2], s.at()[2], v[3],
                      s.at()[3]),
              arrays);
        });
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.math.ElementwiseStep#implementations")
  void articleBackward(Elementwise e) {
    forAllSizes(
        s -> {
          int n = s.units();
          float[][] arrays = {s.array(0, 3 * n), s.array(1, n), s.array(2, n), s.array(3, n)};
          assertSameEffect(
              "output " + s.rows() + " rows of " + s.h(),
              v -> {
                for (int j = 0; j < n; j++) {
                  int gate = s.gate(s.at()[0], 3, 2, j);
                  float o = v[0][gate];
                  float q = v[1][s.at()[1] + j];
                  float dh = v[2][s.at()[2] + j];
                  v[0][gate] = dh * q * (o * (1 - o));
                  v[3][j] = Math.fma(dh * o, 1 - q * q, v[3][j]);
                }
              },
              v ->
                  e.articleOutputBackward(
                      s.rows(), s.h(), v[0], s.at()[0], v[1], s.at()[1], v[2], s.at()[2], v[3]),
              arrays);
          assertSameEffect(
              "forget " + s.rows() + " rows of " + s.h(),
              v -> {
                for (int j = 0; j < n; j++) {
                  float f = v[0][s.gate(s.at()[0], 3, 1, j)];
                  float dc = v[3][j];
                  v[0][s.gate(s.at()[0], 3, 0, j)] = dc;
                  v[0][s.gate(s.at()[0], 3, 1, j)] = dc * v[1][s.at()[1] + j] * (f * (1 - f));
                  v[3][j] = dc * f;
                }
              },
              v -> e.articleForgetBackward(s.rows(), s.h(), v[0], s.at()[0], v[1], s.at()[1], v[3]),
              arrays);
        });
  }
}
