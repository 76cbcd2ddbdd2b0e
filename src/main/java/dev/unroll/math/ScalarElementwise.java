package dev.unroll.math;

import static dev.unroll.math.Elementary.sigmoid;
import static dev.unroll.math.Elementary.tanh;

/** The specification of {@link Elementwise} in plain loops. */
public final class ScalarElementwise implements Elementwise {

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
      int gates = aAt + 4 * row * h;
      for (int j = 0; j < h; j++) {
        int at = row * h + j;
        float i = sigmoid(a[gates + j]);
        float f = sigmoid(a[gates + h + j]);
        float g = tanh(a[gates + 2 * h + j]);
        float o = sigmoid(a[gates + 3 * h + j]);
        float cell = Math.fma(f, c[cPrevAt + at], i * g);
        float squashed = tanh(cell);
        a[gates + j] = i;
        a[gates + h + j] = f;
        a[gates + 2 * h + j] = g;
        a[gates + 3 * h + j] = o;
        c[cAt + at] = cell;
        q[qAt + at] = squashed;
        hidden[hAt + at] = o * squashed;
      }
    }
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
      int gates = aAt + 4 * row * h;
      for (int j = 0; j < h; j++) {
        int at = row * h + j;
        float i = a[gates + j];
        float f = a[gates + h + j];
        float g = a[gates + 2 * h + j];
        float o = a[gates + 3 * h + j];
        float squashed = q[qAt + at];
        float dHidden = dh[dhAt + at];
        float dCell = Math.fma(dHidden * o, 1 - squashed * squashed, dc[at]);
        a[gates + j] = dCell * g * (i * (1 - i));
        a[gates + h + j] = dCell * c[cPrevAt + at] * (f * (1 - f));
        a[gates + 2 * h + j] = dCell * i * (1 - g * g);
        a[gates + 3 * h + j] = dHidden * squashed * (o * (1 - o));
        dc[at] = dCell * f;
      }
    }
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
      int gates = aAt + 4 * row * h;
      for (int j = 0; j < h; j++) {
        int at = row * h + j;
        float cPrev = c[cPrevAt + at];
        float i = sigmoid(Math.fma(p[pAt + j], cPrev, a[gates + j]));
        float f = sigmoid(Math.fma(p[pAt + h + j], cPrev, a[gates + h + j]));
        float g = tanh(a[gates + 2 * h + j]);
        float cell = Math.fma(f, cPrev, i * g);
        float o = sigmoid(Math.fma(p[pAt + 2 * h + j], cell, a[gates + 3 * h + j]));
        float squashed = tanh(cell);
        a[gates + j] = i;
        a[gates + h + j] = f;
        a[gates + 2 * h + j] = g;
        a[gates + 3 * h + j] = o;
        c[cAt + at] = cell;
        q[qAt + at] = squashed;
        hidden[hAt + at] = o * squashed;
      }
    }
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
      int gates = aAt + 4 * row * h;
      for (int j = 0; j < h; j++) {
        int at = row * h + j;
        float i = a[gates + j];
        float f = a[gates + h + j];
        float g = a[gates + 2 * h + j];
        float o = a[gates + 3 * h + j];
        float squashed = q[qAt + at];
        float dHidden = dh[dhAt + at];
        float dOutput = dHidden * squashed * (o * (1 - o));
        float dCell = Math.fma(dHidden * o, 1 - squashed * squashed, dc[at]);
        dCell = Math.fma(p[pAt + 2 * h + j], dOutput, dCell);
        float dInput = dCell * g * (i * (1 - i));
        float dForget = dCell * c[cPrevAt + at] * (f * (1 - f));
        a[gates + j] = dInput;
        a[gates + h + j] = dForget;
        a[gates + 2 * h + j] = dCell * i * (1 - g * g);
        a[gates + 3 * h + j] = dOutput;
        float dPrev = Math.fma(p[pAt + j], dInput, dCell * f);
        dc[at] = Math.fma(p[pAt + h + j], dForget, dPrev);
      }
    }
  }

  @Override
  public void gruForward(
      int rows, int h, float[] a, int aAt, float[] hidden, int hPrevAt, int hAt) {
    for (int row = 0; row < rows; row++) {
      int gates = aAt + 4 * row * h;
      for (int j = 0; j < h; j++) {
        int at = row * h + j;
        float r = sigmoid(a[gates + j]);
        float z = sigmoid(a[gates + h + j]);
        float n = tanh(Math.fma(r, a[gates + 2 * h + j], a[gates + 3 * h + j]));
        a[gates + j] = r;
        a[gates + h + j] = z;
        a[gates + 3 * h + j] = n;
        hidden[hAt + at] = Math.fma(z, hidden[hPrevAt + at] - n, n);
      }
    }
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
      int gates = aAt + 4 * row * h;
      for (int j = 0; j < h; j++) {
        int at = row * h + j;
        float r = a[gates + j];
        float z = a[gates + h + j];
        float u = a[gates + 2 * h + j];
        float n = a[gates + 3 * h + j];
        float dHidden = dh[dhAt + at];
        float dCandidate = dHidden * (1 - z) * (1 - n * n);
        a[gates + j] = dCandidate * u * (r * (1 - r));
        a[gates + h + j] = dHidden * (hidden[hPrevAt + at] - n) * (z * (1 - z));
        a[gates + 2 * h + j] = dCandidate * r;
        a[gates + 3 * h + j] = dCandidate;
        dh[dhPrevAt + at] = Math.fma(dHidden, z, dh[dhPrevAt + at]);
      }
    }
  }

  @Override
  public void articleForgetForward(
      int rows, int h, float[] a, int aAt, float[] c, int cPrevAt, int cAt) {
    for (int row = 0; row < rows; row++) {
      int gates = aAt + 3 * row * h;
      for (int j = 0; j < h; j++) {
        int at = row * h + j;
        float f = sigmoid(a[gates + h + j]);
        a[gates + h + j] = f;
        c[cAt + at] = Math.fma(f, c[cPrevAt + at], a[gates + j]);
      }
    }
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
      int gates = aAt + 3 * row * h;
      for (int j = 0; j < h; j++) {
        int at = row * h + j;
        float o = sigmoid(a[gates + 2 * h + j]);
        float squashed = tanh(c[cAt + at]);
        a[gates + 2 * h + j] = o;
        q[qAt + at] = squashed;
        hidden[hAt + at] = o * squashed;
      }
    }
  }

  @Override
  public void articleOutputBackward(
      int rows, int h, float[] a, int aAt, float[] q, int qAt, float[] dh, int dhAt, float[] dc) {
    for (int row = 0; row < rows; row++) {
      int gates = aAt + 3 * row * h;
      for (int j = 0; j < h; j++) {
        int at = row * h + j;
        float o = a[gates + 2 * h + j];
        float squashed = q[qAt + at];
        float dHidden = dh[dhAt + at];
        a[gates + 2 * h + j] = dHidden * squashed * (o * (1 - o));
        dc[at] = Math.fma(dHidden * o, 1 - squashed * squashed, dc[at]);
      }
    }
  }

  @Override
  public void articleForgetBackward(
      int rows, int h, float[] a, int aAt, float[] c, int cPrevAt, float[] dc) {
    for (int row = 0; row < rows; row++) {
      int gates = aAt + 3 * row * h;
      for (int j = 0; j < h; j++) {
        int at = row * h + j;
        float f = a[gates + h + j];
        float dCell = dc[at];
        a[gates + j] = dCell;
        a[gates + h + j] = dCell * c[cPrevAt + at] * (f * (1 - f));
        dc[at] = dCell * f;
      }
    }
  }

  @Override
  public void setRows(int rows, int width, float[] v, int vAt, float[] to, int toAt, int ld) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(v, vAt, to, toAt + row * ld, width);
    }
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
      w[j] = Math.fma(-lr, Math.fma(l2, w[j], scale * g[j]), w[j]);
    }
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
      float gradient = Math.fma(l2, w[j], scale * g[j]);
      velocity[j] = Math.fma(momentum, velocity[j], gradient);
      w[j] = Math.fma(-lr, velocity[j], w[j]);
    }
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
      float gradient = Math.fma(l2, w[j], scale * g[j]);
      m[j] = Math.fma(beta1, m[j], (1 - beta1) * gradient);
      v[j] = Math.fma(beta2, v[j], (1 - beta2) * gradient * gradient);
      float denominator = (float) Math.sqrt(v[j]) / rootCorrection + eps;
      w[j] = Math.fma(-stepSize, m[j] / denominator, keep * w[j]);
    }
  }

  @Override
  public double sumOfSquares(int n, float[] a) {
    double[] sums = new double[LANES];
    for (int j = 0; j < n; j++) {
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
