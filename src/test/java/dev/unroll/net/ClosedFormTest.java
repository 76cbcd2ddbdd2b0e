package dev.unroll.net;

import static dev.unroll.net.Closeness.assertClose;
import static dev.unroll.net.Closeness.assertSameBits;
import static dev.unroll.net.Closeness.assertWithin;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.math.Kernels;
import dev.unroll.net.RecurrentCase.Sizes;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Cells at weights for which their outputs can be written down. */
class ClosedFormTest {
  private static final Kernels KERNELS = Kernels.best();

  @ParameterizedTest
  @EnumSource(names = {"LSTM", "LSTM_PEEPHOLE"})
  void withZeroWeightsTheCellOfAnLstmHalvesAtEveryStep(CellType cell) {
    RecurrentCase data = withZeroWeights(new Sizes(cell, 2, 5, 1, false, 8, 3, 1));
    RecurrentResult result = RecurrentRun.of(data, KERNELS);
    double[] cn = new double[data.c0().length];
    double[] hn = new double[cn.length];
    for (int j = 0; j < cn.length; j++) {
      cn[j] = Math.scalb(data.c0()[j], -data.lengths()[j / data.hiddenSize()]);
      hn[j] = 0.5 * Math.tanh(cn[j]);
    }
    assertSameBits("cn", cn, result.cn());
    assertClose("hn", hn, result.hn(), 2e-7);
  }

  @Test
  void withZeroWeightsAGruMovesHalfwayToZero() {
    RecurrentCase data = withZeroWeights(new Sizes(CellType.GRU, 2, 5, 1, false, 8, 3, 1));
    double[] hn = data.h0().clone();
    for (int j = 0; j < hn.length; j++) {
      hn[j] = Math.scalb(hn[j], -data.lengths()[j / data.hiddenSize()]);
    }
    assertSameBits("hn", hn, RecurrentRun.of(data, KERNELS).hn());
  }

  /** c_t = σ(b_f)^t c_0 + Σ_s σ(b_f)^(t−s) c̃_s and h_t = σ(b_o) tanh(c_t). */
  @Test
  void withoutRecurrentWeightsTheArticleCellIsAGeometricFilter() {
    RecurrentCase data = RecurrentCase.random(new Sizes(CellType.ARTICLE, 3, 4, 1, false, 9, 9), 1);
    for (String name : new String[] {"W_hc_l0", "W_cc_l0", "W_ho_l0", "W_oc_l0"}) {
      Arrays.fill(data.weights().get(name), 0);
    }
    RecurrentResult result = RecurrentRun.of(data, KERNELS);
    double[] c = new double[data.c0().length];
    double[] h = new double[c.length];
    for (int j = 0; j < c.length; j++) {
      c[j] = filtered(data, j / data.hiddenSize(), j % data.hiddenSize());
      double o = DoubleReference.sigmoid(data.weights().get("b_o_l0")[j % data.hiddenSize()]);
      h[j] = o * Math.tanh(c[j]);
    }
    assertClose("cn", c, result.cn(), 1e-6);
    assertClose("hn", h, result.hn(), 1e-6);
  }

  private static double filtered(RecurrentCase data, int b, int unit) {
    double f = DoubleReference.sigmoid(data.weights().get("b_f_l0")[unit]);
    double c = Math.pow(f, data.steps()) * data.c0()[b * data.hiddenSize() + unit];
    for (int s = 0; s < data.steps(); s++) {
      double[] x = DoubleReference.part(data.x(), s * data.batchSize() + b, data.inputSize());
      double[] fromX = DoubleReference.times(data.weights().get("W_cx_l0"), x);
      double candidate = fromX[unit] + data.weights().get("b_c_l0")[unit];
      c += Math.pow(f, data.steps() - 1 - s) * candidate;
    }
    return c;
  }

  /** r ∘ (R_n h) = R_n (r ∘ h) when R_n is diagonal, so the two variants of the GRU are one. */
  @Test
  void withADiagonalCandidateResetAfterIsResetBefore() {
    RecurrentCase data = gruWithoutCandidateBias();
    double[] full = resetBefore(data);
    assertTrue(distance(full, RecurrentRun.of(data, KERNELS).hn()) > 1e-3, "negative control");

    int n = data.hiddenSize();
    double[] recurrent = data.weights().get("weight_hh_l0");
    for (int j = 0; j < n * n; j++) {
      if (j / n != j % n) {
        recurrent[2 * n * n + j] = 0;
      }
    }
    assertWithin("hn", resetBefore(data), RecurrentRun.of(data, KERNELS).hn(), 1e-6, 1);
  }

  private static RecurrentCase gruWithoutCandidateBias() {
    RecurrentCase data = RecurrentCase.random(new Sizes(CellType.GRU, 3, 4, 1, false, 6, 6), 2);
    Arrays.fill(data.weights().get("bias_hh_l0"), 2 * 4, 3 * 4, 0);
    return data;
  }

  /** hn of a GRU whose reset gate acts before the recurrent product (Cho et al. 2014). */
  private static double[] resetBefore(RecurrentCase data) {
    int n = data.hiddenSize();
    double[] hn = new double[data.h0().length];
    for (int b = 0; b < data.batchSize(); b++) {
      double[] h = DoubleReference.part(data.h0(), b, n);
      for (int t = 0; t < data.steps(); t++) {
        double[] x = DoubleReference.part(data.x(), t * data.batchSize() + b, data.inputSize());
        h = resetBeforeStep(data.weights(), x, h);
      }
      System.arraycopy(h, 0, hn, b * n, n);
    }
    return hn;
  }

  private static double[] resetBeforeStep(Map<String, double[]> weights, double[] x, double[] h) {
    int n = h.length;
    double[] fromX =
        DoubleReference.sum(
            DoubleReference.times(weights.get("weight_ih_l0"), x),
            weights.get("bias_ih_l0"),
            weights.get("bias_hh_l0"));
    double[] fromH = DoubleReference.times(weights.get("weight_hh_l0"), h);
    double[] resetH = new double[n];
    for (int j = 0; j < n; j++) {
      resetH[j] = DoubleReference.sigmoid(fromX[j] + fromH[j]) * h[j];
    }
    double[] fromResetH = DoubleReference.times(weights.get("weight_hh_l0"), resetH);
    double[] next = new double[n];
    for (int j = 0; j < n; j++) {
      double z = DoubleReference.sigmoid(fromX[n + j] + fromH[n + j]);
      next[j] = (1 - z) * Math.tanh(fromX[2 * n + j] + fromResetH[2 * n + j]) + z * h[j];
    }
    return next;
  }

  private static double distance(double[] a, double[] b) {
    double largest = 0;
    for (int j = 0; j < a.length; j++) {
      largest = Math.max(largest, Math.abs(a[j] - b[j]));
    }
    return largest;
  }

  private static RecurrentCase withZeroWeights(Sizes sizes) {
    RecurrentCase data = RecurrentCase.random(sizes, 3);
    Map<String, double[]> zeros = new LinkedHashMap<>();
    data.weights().forEach((name, values) -> zeros.put(name, new double[values.length]));
    return data.withWeights(zeros);
  }
}
