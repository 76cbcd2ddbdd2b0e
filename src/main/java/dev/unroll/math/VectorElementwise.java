package dev.unroll.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Elementwise} in the Vector API. Forward, a cell's row is a few short loops over values
 * that stay in the L1 cache: one loop with all its functions grows beyond what C2 inlines, and then
 * every vector becomes an object.
 *
 * <p>The end of a row that fills no whole vector: for functions, the ends of all rows are gathered
 * and make whole vectors together; the rest is done unit by unit.
 */
final class VectorElementwise implements Elementwise {
  private static final VectorSpecies<Float> SPECIES = VectorMath.SPECIES;
  private static final int L = SPECIES.length();

  private final ScalarElementwise scalar = new ScalarElementwise();

  /** The ends of rows that fill no whole vector: gathered, they do. */
  private float[] ends = {};

  // --- n values in a row ---

  private void tanh(int rows, int n, float[] x, int at, int ld, float[] to, int toAt, int toLd) {
    int whole = n - n % L;
    VectorMath.tanh(rows, whole, x, at, ld, to, toAt, toLd);
    if (whole < n) {
      int count = gatherEnds(rows, n - whole, x, at + whole, ld);
      VectorMath.tanh(1, count, ends, 0, 0, ends, 0, 0);
      scatterEnds(rows, n - whole, to, toAt + whole, toLd);
    }
  }

  private void sigmoid(int rows, int n, float[] a, int at, int ld) {
    int whole = n - n % L;
    VectorMath.sigmoid(rows, whole, a, at, ld, a, at, ld);
    if (whole < n) {
      int count = gatherEnds(rows, n - whole, a, at + whole, ld);
      VectorMath.sigmoid(1, count, ends, 0, 0, ends, 0, 0);
      scatterEnds(rows, n - whole, a, at + whole, ld);
    }
  }

  /** Puts what fills no whole vector at the end of each row together; returns whole vectors. */
  private int gatherEnds(int rows, int n, float[] x, int at, int ld) {
    int count = (rows * n + L - 1) / L * L;
    if (ends.length < count) {
      ends = new float[count];
    }
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < n; j++) {
        ends[row * n + j] = x[at + row * ld + j];
      }
    }
    return count;
  }

  private void scatterEnds(int rows, int n, float[] to, int at, int ld) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < n; j++) {
        to[at + row * ld + j] = ends[row * n + j];
      }
    }
  }

  /** hidden = o ∘ q; rows of o are ld apart, of the others n. */
  private static void output(
      int rows, int n, float[] o, int oAt, int ld, float[] q, int qAt, float[] hidden, int hAt) {
    for (int row = 0; row < rows; row++) {
      int j = 0;
      for (; j <= n - L; j += L) {
        FloatVector gate = FloatVector.fromArray(SPECIES, o, oAt + row * ld + j);
        FloatVector squashed = FloatVector.fromArray(SPECIES, q, qAt + row * n + j);
        gate.mul(squashed).intoArray(hidden, hAt + row * n + j);
      }
      for (; j < n; j++) {
        hidden[hAt + row * n + j] = o[oAt + row * ld + j] * q[qAt + row * n + j];
      }
    }
  }

  /** to = fma(x, y, to), in place. */
  private static void addProduct(
      int n, float[] x, int xAt, float[] y, int yAt, float[] to, int toAt) {
    int j = 0;
    for (; j <= n - L; j += L) {
      FloatVector.fromArray(SPECIES, x, xAt + j)
          .fma(
              FloatVector.fromArray(SPECIES, y, yAt + j),
              FloatVector.fromArray(SPECIES, to, toAt + j))
          .intoArray(to, toAt + j);
    }
    for (; j < n; j++) {
      to[toAt + j] = Math.fma(x[xAt + j], y[yAt + j], to[toAt + j]);
    }
  }

  // --- Elman cells ---

  @Override
  public void tanhForward(int count, float[] a, int aAt, float[] hidden, int hAt) {
    tanh(1, count, a, aAt, count, hidden, hAt, count);
  }

  @Override
  public void tanhBackward(
      int count, float[] a, int aAt, float[] hidden, int hAt, float[] dh, int dhAt) {
    int j = 0;
    for (; j <= count - L; j += L) {
      FloatVector y = FloatVector.fromArray(SPECIES, hidden, hAt + j);
      FloatVector.fromArray(SPECIES, dh, dhAt + j)
          .mul(FloatVector.broadcast(SPECIES, 1f).sub(y.mul(y)))
          .intoArray(a, aAt + j);
    }
    scalar.tanhBackward(count - j, a, aAt + j, hidden, hAt + j, dh, dhAt + j);
  }

  @Override
  public void reluForward(int count, float[] a, int aAt, float[] hidden, int hAt) {
    int j = 0;
    for (; j <= count - L; j += L) {
      FloatVector.fromArray(SPECIES, a, aAt + j).max(0f).intoArray(hidden, hAt + j);
    }
    scalar.reluForward(count - j, a, aAt + j, hidden, hAt + j);
  }

  @Override
  public void reluBackward(
      int count, float[] a, int aAt, float[] hidden, int hAt, float[] dh, int dhAt) {
    int j = 0;
    for (; j <= count - L; j += L) {
      FloatVector y = FloatVector.fromArray(SPECIES, hidden, hAt + j);
      FloatVector.zero(SPECIES)
          .blend(FloatVector.fromArray(SPECIES, dh, dhAt + j), y.compare(VectorOperators.GT, 0f))
          .intoArray(a, aAt + j);
    }
    scalar.reluBackward(count - j, a, aAt + j, hidden, hAt + j, dh, dhAt + j);
  }

  // --- LSTM ---

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
    int ld = 4 * h;
    sigmoid(rows, 2 * h, a, aAt, ld);
    tanh(rows, h, a, aAt + 2 * h, ld, a, aAt + 2 * h, ld);
    sigmoid(rows, h, a, aAt + 3 * h, ld);
    lstmCell(rows, h, a, aAt, c, cPrevAt, cAt);
    tanh(rows, h, c, cAt, h, q, qAt, h);
    output(rows, h, a, aAt + 3 * h, ld, q, qAt, hidden, hAt);
  }

  /** c = f ∘ cPrev + i ∘ g. */
  private static void lstmCell(
      int rows, int h, float[] a, int gates, float[] c, int cPrevAt, int cAt) {
    for (int row = 0; row < rows; row++) {
      int gatesAt = gates + 4 * row * h;
      int at = row * h;
      int j = 0;
      for (; j <= h - L; j += L) {
        FloatVector written =
            FloatVector.fromArray(SPECIES, a, gatesAt + j)
                .mul(FloatVector.fromArray(SPECIES, a, gatesAt + 2 * h + j));
        FloatVector.fromArray(SPECIES, a, gatesAt + h + j)
            .fma(FloatVector.fromArray(SPECIES, c, cPrevAt + at + j), written)
            .intoArray(c, cAt + at + j);
      }
      for (; j < h; j++) {
        float written = a[gatesAt + j] * a[gatesAt + 2 * h + j];
        c[cAt + at + j] = Math.fma(a[gatesAt + h + j], c[cPrevAt + at + j], written);
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
      int at = row * h;
      lstmBackwardRow(h, a, aAt + 4 * at, c, cPrevAt + at, q, qAt + at, dh, dhAt + at, dc, at);
    }
  }

  private static void lstmBackwardRow(
      int h,
      float[] a,
      int gates,
      float[] c,
      int cPrevAt,
      float[] q,
      int qAt,
      float[] dh,
      int dhAt,
      float[] dc,
      int dcAt) {
    int j = 0;
    for (; j <= h - L; j += L) {
      FloatVector i = FloatVector.fromArray(SPECIES, a, gates + j);
      FloatVector f = FloatVector.fromArray(SPECIES, a, gates + h + j);
      FloatVector g = FloatVector.fromArray(SPECIES, a, gates + 2 * h + j);
      FloatVector o = FloatVector.fromArray(SPECIES, a, gates + 3 * h + j);
      FloatVector squashed = FloatVector.fromArray(SPECIES, q, qAt + j);
      FloatVector dHidden = FloatVector.fromArray(SPECIES, dh, dhAt + j);
      FloatVector slope = FloatVector.broadcast(SPECIES, 1f).sub(squashed.mul(squashed));
      FloatVector dCell = dHidden.mul(o).fma(slope, FloatVector.fromArray(SPECIES, dc, dcAt + j));
      dCell.mul(g).mul(i.mul(FloatVector.broadcast(SPECIES, 1f).sub(i))).intoArray(a, gates + j);
      dCell
          .mul(FloatVector.fromArray(SPECIES, c, cPrevAt + j))
          .mul(f.mul(FloatVector.broadcast(SPECIES, 1f).sub(f)))
          .intoArray(a, gates + h + j);
      dCell
          .mul(i)
          .mul(FloatVector.broadcast(SPECIES, 1f).sub(g.mul(g)))
          .intoArray(a, gates + 2 * h + j);
      dHidden
          .mul(squashed)
          .mul(o.mul(FloatVector.broadcast(SPECIES, 1f).sub(o)))
          .intoArray(a, gates + 3 * h + j);
      dCell.mul(f).intoArray(dc, dcAt + j);
    }
    for (; j < h; j++) {
      ScalarElementwise.lstmUnitBackward(j, h, a, gates, c, cPrevAt, q, qAt, dh, dhAt, dc, dcAt);
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
    int ld = 4 * h;
    addPeephole(rows, h, p, pAt, c, cPrevAt, a, aAt);
    addPeephole(rows, h, p, pAt + h, c, cPrevAt, a, aAt + h);
    sigmoid(rows, 2 * h, a, aAt, ld);
    tanh(rows, h, a, aAt + 2 * h, ld, a, aAt + 2 * h, ld);
    lstmCell(rows, h, a, aAt, c, cPrevAt, cAt);
    addPeephole(rows, h, p, pAt + 2 * h, c, cAt, a, aAt + 3 * h);
    sigmoid(rows, h, a, aAt + 3 * h, ld);
    tanh(rows, h, c, cAt, h, q, qAt, h);
    output(rows, h, a, aAt + 3 * h, ld, q, qAt, hidden, hAt);
  }

  /** a = fma(p, c, a): one diagonal weight for all rows. */
  private static void addPeephole(
      int rows, int h, float[] p, int pAt, float[] c, int cAt, float[] a, int aAt) {
    for (int row = 0; row < rows; row++) {
      addProduct(h, p, pAt, c, cAt + row * h, a, aAt + 4 * row * h);
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
      int at = row * h;
      peepholeBackwardRow(
          h, a, aAt + 4 * at, c, cPrevAt + at, q, qAt + at, dh, dhAt + at, dc, at, p, pAt);
    }
  }

  private static void peepholeBackwardRow(
      int h,
      float[] a,
      int gates,
      float[] c,
      int cPrevAt,
      float[] q,
      int qAt,
      float[] dh,
      int dhAt,
      float[] dc,
      int dcAt,
      float[] p,
      int pAt) {
    int j = 0;
    for (; j <= h - L; j += L) {
      FloatVector i = FloatVector.fromArray(SPECIES, a, gates + j);
      FloatVector f = FloatVector.fromArray(SPECIES, a, gates + h + j);
      FloatVector g = FloatVector.fromArray(SPECIES, a, gates + 2 * h + j);
      FloatVector o = FloatVector.fromArray(SPECIES, a, gates + 3 * h + j);
      FloatVector squashed = FloatVector.fromArray(SPECIES, q, qAt + j);
      FloatVector dHidden = FloatVector.fromArray(SPECIES, dh, dhAt + j);
      FloatVector dOutput =
          dHidden.mul(squashed).mul(o.mul(FloatVector.broadcast(SPECIES, 1f).sub(o)));
      FloatVector slope = FloatVector.broadcast(SPECIES, 1f).sub(squashed.mul(squashed));
      FloatVector dCell = dHidden.mul(o).fma(slope, FloatVector.fromArray(SPECIES, dc, dcAt + j));
      dCell = FloatVector.fromArray(SPECIES, p, pAt + 2 * h + j).fma(dOutput, dCell);
      FloatVector dInput = dCell.mul(g).mul(i.mul(FloatVector.broadcast(SPECIES, 1f).sub(i)));
      FloatVector dForget =
          dCell
              .mul(FloatVector.fromArray(SPECIES, c, cPrevAt + j))
              .mul(f.mul(FloatVector.broadcast(SPECIES, 1f).sub(f)));
      dInput.intoArray(a, gates + j);
      dForget.intoArray(a, gates + h + j);
      dCell
          .mul(i)
          .mul(FloatVector.broadcast(SPECIES, 1f).sub(g.mul(g)))
          .intoArray(a, gates + 2 * h + j);
      dOutput.intoArray(a, gates + 3 * h + j);
      FloatVector dPrev = FloatVector.fromArray(SPECIES, p, pAt + j).fma(dInput, dCell.mul(f));
      FloatVector.fromArray(SPECIES, p, pAt + h + j).fma(dForget, dPrev).intoArray(dc, dcAt + j);
    }
    for (; j < h; j++) {
      ScalarElementwise.lstmPeepholeUnitBackward(
          j, h, a, gates, c, cPrevAt, q, qAt, dh, dhAt, dc, p, pAt, dcAt);
    }
  }

  // --- GRU ---

  @Override
  public void gruForward(
      int rows, int h, float[] a, int aAt, float[] hidden, int hPrevAt, int hAt) {
    int ld = 4 * h;
    sigmoid(rows, 2 * h, a, aAt, ld);
    for (int row = 0; row < rows; row++) {
      int gates = aAt + row * ld;
      addProduct(h, a, gates, a, gates + 2 * h, a, gates + 3 * h);
    }
    tanh(rows, h, a, aAt + 3 * h, ld, a, aAt + 3 * h, ld);
    gruMix(rows, h, a, aAt, hidden, hPrevAt, hAt);
  }

  /** h = z ∘ (hPrev − n) + n. */
  private static void gruMix(
      int rows, int h, float[] a, int gates, float[] hidden, int hPrevAt, int hAt) {
    for (int row = 0; row < rows; row++) {
      int gatesAt = gates + 4 * row * h;
      int at = row * h;
      int j = 0;
      for (; j <= h - L; j += L) {
        FloatVector n = FloatVector.fromArray(SPECIES, a, gatesAt + 3 * h + j);
        FloatVector.fromArray(SPECIES, a, gatesAt + h + j)
            .fma(FloatVector.fromArray(SPECIES, hidden, hPrevAt + at + j).sub(n), n)
            .intoArray(hidden, hAt + at + j);
      }
      for (; j < h; j++) {
        float n = a[gatesAt + 3 * h + j];
        hidden[hAt + at + j] = Math.fma(a[gatesAt + h + j], hidden[hPrevAt + at + j] - n, n);
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
      int at = row * h;
      gruBackwardRow(h, a, aAt + 4 * at, hidden, hPrevAt + at, dh, dhPrevAt + at, dhAt + at);
    }
  }

  private static void gruBackwardRow(
      int h,
      float[] a,
      int gates,
      float[] hidden,
      int hPrevAt,
      float[] dh,
      int dhPrevAt,
      int dhAt) {
    int j = 0;
    for (; j <= h - L; j += L) {
      FloatVector r = FloatVector.fromArray(SPECIES, a, gates + j);
      FloatVector z = FloatVector.fromArray(SPECIES, a, gates + h + j);
      FloatVector u = FloatVector.fromArray(SPECIES, a, gates + 2 * h + j);
      FloatVector n = FloatVector.fromArray(SPECIES, a, gates + 3 * h + j);
      FloatVector dHidden = FloatVector.fromArray(SPECIES, dh, dhAt + j);
      FloatVector dCandidate =
          dHidden
              .mul(FloatVector.broadcast(SPECIES, 1f).sub(z))
              .mul(FloatVector.broadcast(SPECIES, 1f).sub(n.mul(n)));
      FloatVector ahead = FloatVector.fromArray(SPECIES, hidden, hPrevAt + j).sub(n);
      dCandidate
          .mul(u)
          .mul(r.mul(FloatVector.broadcast(SPECIES, 1f).sub(r)))
          .intoArray(a, gates + j);
      dHidden
          .mul(ahead)
          .mul(z.mul(FloatVector.broadcast(SPECIES, 1f).sub(z)))
          .intoArray(a, gates + h + j);
      dCandidate.mul(r).intoArray(a, gates + 2 * h + j);
      dCandidate.intoArray(a, gates + 3 * h + j);
      dHidden.fma(z, FloatVector.fromArray(SPECIES, dh, dhPrevAt + j)).intoArray(dh, dhPrevAt + j);
    }
    for (; j < h; j++) {
      ScalarElementwise.gruUnitBackward(j, h, a, gates, hidden, hPrevAt, dh, dhPrevAt, dhAt);
    }
  }

  // --- the article's cell ---

  @Override
  public void articleForgetForward(
      int rows, int h, float[] a, int aAt, float[] c, int cPrevAt, int cAt) {
    sigmoid(rows, h, a, aAt + h, 3 * h);
    articleCell(rows, h, a, aAt, c, cPrevAt, cAt);
  }

  /** c = f ∘ cPrev + c̃. */
  private static void articleCell(
      int rows, int h, float[] a, int gates, float[] c, int cPrevAt, int cAt) {
    for (int row = 0; row < rows; row++) {
      int gatesAt = gates + 3 * row * h;
      int at = row * h;
      int j = 0;
      for (; j <= h - L; j += L) {
        FloatVector candidate = FloatVector.fromArray(SPECIES, a, gatesAt + j);
        FloatVector.fromArray(SPECIES, a, gatesAt + h + j)
            .fma(FloatVector.fromArray(SPECIES, c, cPrevAt + at + j), candidate)
            .intoArray(c, cAt + at + j);
      }
      for (; j < h; j++) {
        c[cAt + at + j] = Math.fma(a[gatesAt + h + j], c[cPrevAt + at + j], a[gatesAt + j]);
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
    int outputAt = aAt + 2 * h;
    sigmoid(rows, h, a, outputAt, 3 * h);
    tanh(rows, h, c, cAt, h, q, qAt, h);
    output(rows, h, a, outputAt, 3 * h, q, qAt, hidden, hAt);
  }

  @Override
  public void articleOutputBackward(
      int rows, int h, float[] a, int aAt, float[] q, int qAt, float[] dh, int dhAt, float[] dc) {
    for (int row = 0; row < rows; row++) {
      int gates = aAt + 3 * row * h;
      int at = row * h;
      int j = 0;
      for (; j <= h - L; j += L) {
        FloatVector o = FloatVector.fromArray(SPECIES, a, gates + 2 * h + j);
        FloatVector squashed = FloatVector.fromArray(SPECIES, q, qAt + at + j);
        FloatVector dHidden = FloatVector.fromArray(SPECIES, dh, dhAt + at + j);
        FloatVector slope = FloatVector.broadcast(SPECIES, 1f).sub(squashed.mul(squashed));
        dHidden
            .mul(squashed)
            .mul(o.mul(FloatVector.broadcast(SPECIES, 1f).sub(o)))
            .intoArray(a, gates + 2 * h + j);
        dHidden.mul(o).fma(slope, FloatVector.fromArray(SPECIES, dc, at + j)).intoArray(dc, at + j);
      }
      for (; j < h; j++) {
        ScalarElementwise.articleOutputUnitBackward(
            j, h, a, gates, q, qAt + at, dh, dhAt + at, dc, at);
      }
    }
  }

  @Override
  public void articleForgetBackward(
      int rows, int h, float[] a, int aAt, float[] c, int cPrevAt, float[] dc) {
    for (int row = 0; row < rows; row++) {
      int gates = aAt + 3 * row * h;
      int at = row * h;
      int j = 0;
      for (; j <= h - L; j += L) {
        FloatVector f = FloatVector.fromArray(SPECIES, a, gates + h + j);
        FloatVector dCell = FloatVector.fromArray(SPECIES, dc, at + j);
        dCell.intoArray(a, gates + j);
        FloatVector slope = f.mul(FloatVector.broadcast(SPECIES, 1f).sub(f));
        dCell
            .mul(FloatVector.fromArray(SPECIES, c, cPrevAt + at + j))
            .mul(slope)
            .intoArray(a, gates + h + j);
        dCell.mul(f).intoArray(dc, at + j);
      }
      for (; j < h; j++) {
        ScalarElementwise.articleForgetUnitBackward(j, h, a, gates, c, cPrevAt + at, dc, at);
      }
    }
  }

  // --- rows ---

  @Override
  public void addRows(
      int rows, int width, float[] from, int fromAt, int ld, float[] sum, int sumAt) {
    int j = 0;
    for (; j <= width - 4 * L; j += 4 * L) {
      addFourColumns(rows, from, fromAt + j, ld, sum, sumAt + j);
    }
    for (; j <= width - L; j += L) {
      FloatVector column = FloatVector.fromArray(SPECIES, sum, sumAt + j);
      for (int row = 0; row < rows; row++) {
        column = column.add(FloatVector.fromArray(SPECIES, from, fromAt + row * ld + j));
      }
      column.intoArray(sum, sumAt + j);
    }
    scalar.addRows(rows, width - j, from, fromAt + j, ld, sum, sumAt + j);
  }

  private static void addFourColumns(
      int rows, float[] from, int fromAt, int ld, float[] sum, int sumAt) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, sum, sumAt);
    FloatVector s1 = FloatVector.fromArray(SPECIES, sum, sumAt + L);
    FloatVector s2 = FloatVector.fromArray(SPECIES, sum, sumAt + 2 * L);
    FloatVector s3 = FloatVector.fromArray(SPECIES, sum, sumAt + 3 * L);
    for (int row = 0; row < rows; row++) {
      int at = fromAt + row * ld;
      s0 = s0.add(FloatVector.fromArray(SPECIES, from, at));
      s1 = s1.add(FloatVector.fromArray(SPECIES, from, at + L));
      s2 = s2.add(FloatVector.fromArray(SPECIES, from, at + 2 * L));
      s3 = s3.add(FloatVector.fromArray(SPECIES, from, at + 3 * L));
    }
    s0.intoArray(sum, sumAt);
    s1.intoArray(sum, sumAt + L);
    s2.intoArray(sum, sumAt + 2 * L);
    s3.intoArray(sum, sumAt + 3 * L);
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
      addProduct(width, a, aAt + row * lda, b, bAt + row * ldb, sum, sumAt);
    }
  }

  // --- optimisers ---

  @Override
  public void sgdStep(int n, float[] w, float[] g, float lr, float l2, float scale) {
    FloatVector back = FloatVector.broadcast(SPECIES, -lr);
    FloatVector decay = FloatVector.broadcast(SPECIES, l2);
    int j = 0;
    for (; j <= n - L; j += L) {
      FloatVector weight = FloatVector.fromArray(SPECIES, w, j);
      FloatVector gradient = decay.fma(weight, FloatVector.fromArray(SPECIES, g, j).mul(scale));
      back.fma(gradient, weight).intoArray(w, j);
    }
    for (; j < n; j++) {
      ScalarElementwise.sgdUnit(j, w, g, lr, l2, scale);
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
    FloatVector back = FloatVector.broadcast(SPECIES, -lr);
    FloatVector decay = FloatVector.broadcast(SPECIES, l2);
    FloatVector keep = FloatVector.broadcast(SPECIES, momentum);
    int j = 0;
    for (; j <= n - L; j += L) {
      FloatVector weight = FloatVector.fromArray(SPECIES, w, j);
      FloatVector gradient = decay.fma(weight, FloatVector.fromArray(SPECIES, g, j).mul(scale));
      FloatVector speed = keep.fma(FloatVector.fromArray(SPECIES, velocity, j), gradient);
      speed.intoArray(velocity, j);
      back.fma(speed, weight).intoArray(w, j);
    }
    for (; j < n; j++) {
      ScalarElementwise.momentumUnit(j, w, g, velocity, lr, momentum, l2, scale);
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
    FloatVector first = FloatVector.broadcast(SPECIES, beta1);
    FloatVector second = FloatVector.broadcast(SPECIES, beta2);
    FloatVector decay = FloatVector.broadcast(SPECIES, l2);
    FloatVector back = FloatVector.broadcast(SPECIES, -stepSize);
    int j = 0;
    for (; j <= n - L; j += L) {
      FloatVector weight = FloatVector.fromArray(SPECIES, w, j);
      FloatVector gradient = decay.fma(weight, FloatVector.fromArray(SPECIES, g, j).mul(scale));
      FloatVector mean = first.fma(FloatVector.fromArray(SPECIES, m, j), gradient.mul(1 - beta1));
      FloatVector square =
          second.fma(FloatVector.fromArray(SPECIES, v, j), gradient.mul(1 - beta2).mul(gradient));
      mean.intoArray(m, j);
      square.intoArray(v, j);
      FloatVector denominator = square.sqrt().div(rootCorrection).add(eps);
      back.fma(mean.div(denominator), weight.mul(keep)).intoArray(w, j);
    }
    for (; j < n; j++) {
      ScalarElementwise.adamUnit(
          j, w, g, m, v, stepSize, rootCorrection, beta1, beta2, eps, l2, keep, scale);
    }
  }

  @Override
  public double softmax(int n, float[] x, int at, float[] to, int toAt) {
    float max = ScalarElementwise.largest(n, x, at);
    int whole = n - n % L;
    VectorMath.exp(whole, x, at, max, to, toAt);
    for (int j = whole; j < n; j++) {
      to[toAt + j] = Elementary.exp(x[at + j] - max);
    }
    return max + StrictMath.log(ScalarElementwise.normalize(n, to, toAt));
  }

  @Override
  public double sumOfSquares(int n, float[] a) {
    return scalar.sumOfSquares(n, a);
  }
}
