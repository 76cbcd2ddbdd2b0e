package dev.unroll.math;

import static dev.unroll.math.Elementary.sigmoid;
import static dev.unroll.math.Elementary.tanh;

import java.util.Arrays;

/** The specification of {@link Elementwise} in plain loops. */
public final class ScalarElementwise implements Elementwise {
  private final double[] sums = new double[LANES];

  @Override
  public void tanhForward(int count, float[] a, int aAt, float[] hidden, int hAt) {
    for (int j = 0; j < count; j++) {
      hidden[hAt + j] = tanh(a[aAt + j]);
    }
  }

  @Override
  public void tanhBackward(
      int count, float[] a, int aAt, float[] hidden, int hAt, float[] dh, int dhAt) {
    for (int j = 0; j < count; j++) {
      float y = hidden[hAt + j];
      a[aAt + j] = dh[dhAt + j] * (1 - y * y);
    }
  }

  @Override
  public void reluForward(int count, float[] a, int aAt, float[] hidden, int hAt) {
    for (int j = 0; j < count; j++) {
      hidden[hAt + j] = Math.max(a[aAt + j], 0f);
    }
  }

  @Override
  public void reluBackward(
      int count, float[] a, int aAt, float[] hidden, int hAt, float[] dh, int dhAt) {
    for (int j = 0; j < count; j++) {
      a[aAt + j] = hidden[hAt + j] > 0 ? dh[dhAt + j] : 0f;
    }
  }

  @Override
  public void lstmForward(
      int rows,
      int h,
      float[] a,
      int aAt,
      float[] c,
      int cPrevAt,
      int cAt,
      float[] q,
      int qAt,
      float[] hidden,
      int hAt) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < h; j++) {
        lstmUnit(
            j,
            h,
            a,
            aAt + 4 * row * h,
            c,
            cPrevAt + row * h,
            cAt + row * h,
            q,
            qAt + row * h,
            hidden,
            hAt + row * h);
      }
    }
  }

  /** Unit j of one row, whose values start at the given places. */
  static void lstmUnit(
      int j,
      int h,
      float[] a,
      int aAt,
      float[] c,
      int cPrevAt,
      int cAt,
      float[] q,
      int qAt,
      float[] hidden,
      int hAt) {
    float i = sigmoid(a[aAt + j]);
    float f = sigmoid(a[aAt + h + j]);
    float g = tanh(a[aAt + 2 * h + j]);
    float o = sigmoid(a[aAt + 3 * h + j]);
    float cell = Math.fma(f, c[cPrevAt + j], i * g);
    float squashed = tanh(cell);
    a[aAt + j] = i;
    a[aAt + h + j] = f;
    a[aAt + 2 * h + j] = g;
    a[aAt + 3 * h + j] = o;
    c[cAt + j] = cell;
    q[qAt + j] = squashed;
    hidden[hAt + j] = o * squashed;
  }

  @Override
  public void lstmBackward(
      int rows,
      int h,
      float[] a,
      int aAt,
      float[] c,
      int cPrevAt,
      float[] q,
      int qAt,
      float[] dh,
      int dhAt,
      float[] dc) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < h; j++) {
        lstmUnitBackward(
            j,
            h,
            a,
            aAt + 4 * row * h,
            c,
            cPrevAt + row * h,
            q,
            qAt + row * h,
            dh,
            dhAt + row * h,
            dc,
            row * h);
      }
    }
  }

  /** Unit j of one row, whose values start at the given places. */
  static void lstmUnitBackward(
      int j,
      int h,
      float[] a,
      int aAt,
      float[] c,
      int cPrevAt,
      float[] q,
      int qAt,
      float[] dh,
      int dhAt,
      float[] dc,
      int dcAt) {
    float i = a[aAt + j];
    float f = a[aAt + h + j];
    float g = a[aAt + 2 * h + j];
    float o = a[aAt + 3 * h + j];
    float squashed = q[qAt + j];
    float dHidden = dh[dhAt + j];
    float dCell = Math.fma(dHidden * o, 1 - squashed * squashed, dc[dcAt + j]);
    a[aAt + j] = dCell * g * (i * (1 - i));
    a[aAt + h + j] = dCell * c[cPrevAt + j] * (f * (1 - f));
    a[aAt + 2 * h + j] = dCell * i * (1 - g * g);
    a[aAt + 3 * h + j] = dHidden * squashed * (o * (1 - o));
    dc[dcAt + j] = dCell * f;
  }

  @Override
  public void lstmPeepholeForward(
      int rows,
      int h,
      float[] a,
      int aAt,
      float[] c,
      int cPrevAt,
      int cAt,
      float[] q,
      int qAt,
      float[] hidden,
      int hAt,
      float[] p,
      int pAt) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < h; j++) {
        lstmPeepholeUnit(
            j,
            h,
            a,
            aAt + 4 * row * h,
            c,
            cPrevAt + row * h,
            cAt + row * h,
            q,
            qAt + row * h,
            hidden,
            hAt + row * h,
            p,
            pAt);
      }
    }
  }

  /** Unit j of one row, whose values start at the given places. */
  static void lstmPeepholeUnit(
      int j,
      int h,
      float[] a,
      int aAt,
      float[] c,
      int cPrevAt,
      int cAt,
      float[] q,
      int qAt,
      float[] hidden,
      int hAt,
      float[] p,
      int pAt) {
    float cPrev = c[cPrevAt + j];
    float i = sigmoid(Math.fma(p[pAt + j], cPrev, a[aAt + j]));
    float f = sigmoid(Math.fma(p[pAt + h + j], cPrev, a[aAt + h + j]));
    float g = tanh(a[aAt + 2 * h + j]);
    float cell = Math.fma(f, cPrev, i * g);
    float o = sigmoid(Math.fma(p[pAt + 2 * h + j], cell, a[aAt + 3 * h + j]));
    float squashed = tanh(cell);
    a[aAt + j] = i;
    a[aAt + h + j] = f;
    a[aAt + 2 * h + j] = g;
    a[aAt + 3 * h + j] = o;
    c[cAt + j] = cell;
    q[qAt + j] = squashed;
    hidden[hAt + j] = o * squashed;
  }

  @Override
  public void lstmPeepholeBackward(
      int rows,
      int h,
      float[] a,
      int aAt,
      float[] c,
      int cPrevAt,
      float[] q,
      int qAt,
      float[] dh,
      int dhAt,
      float[] dc,
      float[] p,
      int pAt) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < h; j++) {
        lstmPeepholeUnitBackward(
            j,
            h,
            a,
            aAt + 4 * row * h,
            c,
            cPrevAt + row * h,
            q,
            qAt + row * h,
            dh,
            dhAt + row * h,
            dc,
            p,
            pAt,
            row * h);
      }
    }
  }

  /** Unit j of one row, whose values start at the given places. */
  static void lstmPeepholeUnitBackward(
      int j,
      int h,
      float[] a,
      int aAt,
      float[] c,
      int cPrevAt,
      float[] q,
      int qAt,
      float[] dh,
      int dhAt,
      float[] dc,
      float[] p,
      int pAt,
      int dcAt) {
    float i = a[aAt + j];
    float f = a[aAt + h + j];
    float g = a[aAt + 2 * h + j];
    float o = a[aAt + 3 * h + j];
    float squashed = q[qAt + j];
    float dHidden = dh[dhAt + j];
    float dOutput = dHidden * squashed * (o * (1 - o));
    float dCell = Math.fma(dHidden * o, 1 - squashed * squashed, dc[dcAt + j]);
    dCell = Math.fma(p[pAt + 2 * h + j], dOutput, dCell);
    float dInput = dCell * g * (i * (1 - i));
    float dForget = dCell * c[cPrevAt + j] * (f * (1 - f));
    a[aAt + j] = dInput;
    a[aAt + h + j] = dForget;
    a[aAt + 2 * h + j] = dCell * i * (1 - g * g);
    a[aAt + 3 * h + j] = dOutput;
    float dPrev = Math.fma(p[pAt + j], dInput, dCell * f);
    dc[dcAt + j] = Math.fma(p[pAt + h + j], dForget, dPrev);
  }

  @Override
  public void gruForward(
      int rows, int h, float[] a, int aAt, float[] hidden, int hPrevAt, int hAt) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < h; j++) {
        gruUnit(j, h, a, aAt + 4 * row * h, hidden, hPrevAt + row * h, hAt + row * h);
      }
    }
  }

  /** Unit j of one row, whose values start at the given places. */
  static void gruUnit(int j, int h, float[] a, int aAt, float[] hidden, int hPrevAt, int hAt) {
    float r = sigmoid(a[aAt + j]);
    float z = sigmoid(a[aAt + h + j]);
    float n = tanh(Math.fma(r, a[aAt + 2 * h + j], a[aAt + 3 * h + j]));
    a[aAt + j] = r;
    a[aAt + h + j] = z;
    a[aAt + 3 * h + j] = n;
    hidden[hAt + j] = Math.fma(z, hidden[hPrevAt + j] - n, n);
  }

  @Override
  public void gruBackward(
      int rows,
      int h,
      float[] a,
      int aAt,
      float[] hidden,
      int hPrevAt,
      float[] dh,
      int dhPrevAt,
      int dhAt) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < h; j++) {
        gruUnitBackward(
            j,
            h,
            a,
            aAt + 4 * row * h,
            hidden,
            hPrevAt + row * h,
            dh,
            dhPrevAt + row * h,
            dhAt + row * h);
      }
    }
  }

  /** Unit j of one row, whose values start at the given places. */
  static void gruUnitBackward(
      int j,
      int h,
      float[] a,
      int aAt,
      float[] hidden,
      int hPrevAt,
      float[] dh,
      int dhPrevAt,
      int dhAt) {
    float r = a[aAt + j];
    float z = a[aAt + h + j];
    float u = a[aAt + 2 * h + j];
    float n = a[aAt + 3 * h + j];
    float dHidden = dh[dhAt + j];
    float dCandidate = dHidden * (1 - z) * (1 - n * n);
    a[aAt + j] = dCandidate * u * (r * (1 - r));
    a[aAt + h + j] = dHidden * (hidden[hPrevAt + j] - n) * (z * (1 - z));
    a[aAt + 2 * h + j] = dCandidate * r;
    a[aAt + 3 * h + j] = dCandidate;
    dh[dhPrevAt + j] = Math.fma(dHidden, z, dh[dhPrevAt + j]);
  }

  @Override
  public void articleForgetForward(
      int rows, int h, float[] a, int aAt, float[] c, int cPrevAt, int cAt) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < h; j++) {
        articleForgetUnit(j, h, a, aAt + 3 * row * h, c, cPrevAt + row * h, cAt + row * h);
      }
    }
  }

  /** Unit j of one row, whose values start at the given places. */
  static void articleForgetUnit(int j, int h, float[] a, int aAt, float[] c, int cPrevAt, int cAt) {
    float f = sigmoid(a[aAt + h + j]);
    a[aAt + h + j] = f;
    c[cAt + j] = Math.fma(f, c[cPrevAt + j], a[aAt + j]);
  }

  @Override
  public void articleOutputForward(
      int rows,
      int h,
      float[] a,
      int aAt,
      float[] c,
      int cAt,
      float[] q,
      int qAt,
      float[] hidden,
      int hAt) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < h; j++) {
        articleOutputUnit(
            j, h, a, aAt + 3 * row * h, c, cAt + row * h, q, qAt + row * h, hidden, hAt + row * h);
      }
    }
  }

  /** Unit j of one row, whose values start at the given places. */
  static void articleOutputUnit(
      int j,
      int h,
      float[] a,
      int aAt,
      float[] c,
      int cAt,
      float[] q,
      int qAt,
      float[] hidden,
      int hAt) {
    float o = sigmoid(a[aAt + 2 * h + j]);
    float squashed = tanh(c[cAt + j]);
    a[aAt + 2 * h + j] = o;
    q[qAt + j] = squashed;
    hidden[hAt + j] = o * squashed;
  }

  @Override
  public void articleOutputBackward(
      int rows, int h, float[] a, int aAt, float[] q, int qAt, float[] dh, int dhAt, float[] dc) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < h; j++) {
        articleOutputUnitBackward(
            j, h, a, aAt + 3 * row * h, q, qAt + row * h, dh, dhAt + row * h, dc, row * h);
      }
    }
  }

  /** Unit j of one row, whose values start at the given places. */
  static void articleOutputUnitBackward(
      int j,
      int h,
      float[] a,
      int aAt,
      float[] q,
      int qAt,
      float[] dh,
      int dhAt,
      float[] dc,
      int dcAt) {
    float o = a[aAt + 2 * h + j];
    float squashed = q[qAt + j];
    float dHidden = dh[dhAt + j];
    a[aAt + 2 * h + j] = dHidden * squashed * (o * (1 - o));
    dc[dcAt + j] = Math.fma(dHidden * o, 1 - squashed * squashed, dc[dcAt + j]);
  }

  @Override
  public void articleForgetBackward(
      int rows, int h, float[] a, int aAt, float[] c, int cPrevAt, float[] dc) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < h; j++) {
        articleForgetUnitBackward(j, h, a, aAt + 3 * row * h, c, cPrevAt + row * h, dc, row * h);
      }
    }
  }

  /** Unit j of one row, whose values start at the given places. */
  static void articleForgetUnitBackward(
      int j, int h, float[] a, int aAt, float[] c, int cPrevAt, float[] dc, int dcAt) {
    float f = a[aAt + h + j];
    float dCell = dc[dcAt + j];
    a[aAt + j] = dCell;
    a[aAt + h + j] = dCell * c[cPrevAt + j] * (f * (1 - f));
    dc[dcAt + j] = dCell * f;
  }

  @Override
  public void addRows(
      int rows, int width, float[] from, int fromAt, int ld, float[] sum, int sumAt) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < width; j++) {
        sum[sumAt + j] += from[fromAt + row * ld + j];
      }
    }
  }

  @Override
  public void addProducts(
      int rows,
      int width,
      float[] a,
      int aAt,
      int lda,
      float[] b,
      int bAt,
      int ldb,
      float[] sum,
      int sumAt) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < width; j++) {
        sum[sumAt + j] = Math.fma(a[aAt + row * lda + j], b[bAt + row * ldb + j], sum[sumAt + j]);
      }
    }
  }

  @Override
  public void sgdStep(int n, float[] w, float[] g, float lr, float l2, float scale) {
    for (int j = 0; j < n; j++) {
      sgdUnit(j, w, g, lr, l2, scale);
    }
  }

  static void sgdUnit(int j, float[] w, float[] g, float lr, float l2, float scale) {
    w[j] = Math.fma(-lr, Math.fma(l2, w[j], scale * g[j]), w[j]);
  }

  @Override
  public void momentumStep(
      int n,
      float[] w,
      float[] g,
      float[] velocity,
      float lr,
      float momentum,
      float l2,
      float scale) {
    for (int j = 0; j < n; j++) {
      momentumUnit(j, w, g, velocity, lr, momentum, l2, scale);
    }
  }

  static void momentumUnit(
      int j,
      float[] w,
      float[] g,
      float[] velocity,
      float lr,
      float momentum,
      float l2,
      float scale) {
    float gradient = Math.fma(l2, w[j], scale * g[j]);
    velocity[j] = Math.fma(momentum, velocity[j], gradient);
    w[j] = Math.fma(-lr, velocity[j], w[j]);
  }

  @Override
  public void adamStep(
      int n,
      float[] w,
      float[] g,
      float[] m,
      float[] v,
      float stepSize,
      float rootCorrection,
      float beta1,
      float beta2,
      float eps,
      float l2,
      float keep,
      float scale) {
    for (int j = 0; j < n; j++) {
      adamUnit(j, w, g, m, v, stepSize, rootCorrection, beta1, beta2, eps, l2, keep, scale);
    }
  }

  static void adamUnit(
      int j,
      float[] w,
      float[] g,
      float[] m,
      float[] v,
      float stepSize,
      float rootCorrection,
      float beta1,
      float beta2,
      float eps,
      float l2,
      float keep,
      float scale) {
    float gradient = Math.fma(l2, w[j], scale * g[j]);
    m[j] = Math.fma(beta1, m[j], (1 - beta1) * gradient);
    v[j] = Math.fma(beta2, v[j], (1 - beta2) * gradient * gradient);
    float denominator = (float) Math.sqrt(v[j]) / rootCorrection + eps;
    w[j] = Math.fma(-stepSize, m[j] / denominator, keep * w[j]);
  }

  @Override
  public double softmax(int n, float[] x, int at, float[] to, int toAt) {
    float max = largest(n, x, at);
    for (int j = 0; j < n; j++) {
      to[toAt + j] = Elementary.exp(x[at + j] - max);
    }
    return max + StrictMath.log(normalize(n, to, toAt));
  }

  static float largest(int n, float[] x, int at) {
    float max = Float.NEGATIVE_INFINITY;
    for (int j = 0; j < n; j++) {
      max = Math.max(max, x[at + j]);
    }
    return max;
  }

  /** Divides n values by their sum, which is returned. */
  static double normalize(int n, float[] x, int at) {
    double total = 0;
    for (int j = 0; j < n; j++) {
      total += x[at + j];
    }
    double share = 1 / total;
    for (int j = 0; j < n; j++) {
      x[at + j] = (float) (x[at + j] * share);
    }
    return total;
  }

  @Override
  public double sumOfSquares(int n, float[] a) {
    Arrays.fill(sums, 0);
    int whole = n - n % 4;
    // Lanes 4k ... 4k + 3 at a time: the sums of four lanes stay in registers.
    for (int lane = 0; lane < LANES; lane += 4) {
      double s0 = 0;
      double s1 = 0;
      double s2 = 0;
      double s3 = 0;
      for (int j = lane; j < whole; j += LANES) {
        s0 = Math.fma((double) a[j], (double) a[j], s0);
        s1 = Math.fma((double) a[j + 1], (double) a[j + 1], s1);
        s2 = Math.fma((double) a[j + 2], (double) a[j + 2], s2);
        s3 = Math.fma((double) a[j + 3], (double) a[j + 3], s3);
      }
      sums[lane] = s0;
      sums[lane + 1] = s1;
      sums[lane + 2] = s2;
      sums[lane + 3] = s3;
    }
    for (int j = whole; j < n; j++) {
      sums[j % LANES] = Math.fma((double) a[j], (double) a[j], sums[j % LANES]);
    }
    for (int half = LANES / 2; half > 0; half /= 2) {
      for (int lane = 0; lane < half; lane++) {
        sums[lane] += sums[lane + half];
      }
    }
    return sums[0];
  }
}
