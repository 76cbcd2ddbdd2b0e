package dev.unroll.math;

import static dev.unroll.math.Buffers.assertSameEffect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Matrix products against loops that add one term after the other. */
class KernelsTest {
  private static final int[] SIZES = {0, 1, 3, 4, 7, 8, 13, 16, 31, 64, 100, 257};

  private static final Kernels BLAS = new BlasKernels(new ScalarElementwise());

  /** All kernels that promise equal bits. */
  private static Stream<Kernels> exactKernels() {
    Kernels best = Kernels.best();
    Kernels scalar = new ScalarKernels();
    return best.getClass() == scalar.getClass() ? Stream.of(scalar) : Stream.of(scalar, best);
  }

  /** C (m × n) += A · B over k terms; where each matrix starts, and how far its rows are apart. */
  private record Product(
      int m, int k, int n, int aAt, int lda, int bAt, int ldb, int cAt, int ldc) {

    static Product of(int m, int k, int n, Buffers buffers) {
      return new Product(
          m,
          k,
          n,
          buffers.offset(),
          k + buffers.offset(),
          buffers.offset(),
          n,
          buffers.offset(),
          n + buffers.offset());
    }

    /** The same sizes with A stored transposed (k × m), B and C with gaps. */
    Product transposed() {
      return new Product(m, k, n, aAt, m + lda - k, bAt, n + ldc - n, cAt, ldc);
    }

    /** Whether C has an element at that place of its array. */
    boolean writes(int place) {
      int at = place - cAt;
      return m > 0 && n > 0 && at >= 0 && at / ldc < m && at % ldc < n;
    }

    /** A matrix of that many rows, with room before and behind it. */
    static int room(int at, int rows, int ld, int width) {
      return at + Math.max(rows - 1, 0) * ld + width + 17;
    }
  }

  /** All combinations of the small sizes, all of one row or one column, a sample of the rest. */
  private static List<int[]> sizes() {
    KeyedRandom random = KeyedRandom.of(1, "sizes");
    List<int[]> sizes = new ArrayList<>();
    for (int m : SIZES) {
      for (int k : SIZES) {
        for (int n : SIZES) {
          if (Math.max(m, Math.max(k, n)) <= 13 || Math.min(m, n) == 1 || random.nextInt(12) == 0) {
            sizes.add(new int[] {m, k, n});
          }
        }
      }
    }
    return sizes;
  }

  @ParameterizedTest
  @MethodSource("exactKernels")
  void multiplyAddSumsInOrder(Kernels kernels) {
    PackedMatrix packed = new PackedMatrix();
    int seed = 0;
    for (int[] size : sizes()) {
      Buffers buffers = new Buffers(seed++, seed % 3 == 0);
      Product p = Product.of(size[0], size[1], size[2], buffers);
      assertSameEffect(
          p.toString(),
          v -> naive(p, v),
          v -> {
            kernels.pack(v[1], p.bAt, p.k, p.n, packed);
            kernels.multiplyAdd(p.m, v[0], p.aAt, p.lda, packed, v[2], p.cAt, p.ldc);
          },
          matrices(p, buffers));
    }
  }

  @ParameterizedTest
  @MethodSource("exactKernels")
  void packTransposedTurnsTheMatrixAround(Kernels kernels) {
    PackedMatrix packed = new PackedMatrix();
    int seed = 1000;
    for (int[] size : sizes()) {
      Buffers buffers = new Buffers(seed++, seed % 3 == 0);
      Product p = Product.of(size[0], size[1], size[2], buffers);
      assertSameEffect(
          p.toString(),
          v -> naiveWithTransposedB(p, v),
          v -> {
            kernels.packTransposed(v[1], p.bAt, p.n, p.k, packed);
            kernels.multiplyAdd(p.m, v[0], p.aAt, p.lda, packed, v[2], p.cAt, p.ldc);
          },
          matrices(p, buffers));
    }
  }

  @ParameterizedTest
  @MethodSource("exactKernels")
  void multiplyTransposedAddSumsInOrder(Kernels kernels) {
    PackedMatrix scratch = new PackedMatrix();
    int seed = 2000;
    for (int[] size : sizes()) {
      Buffers buffers = new Buffers(seed++, seed % 3 == 0);
      Product p = Product.of(size[0], size[1], size[2], buffers).transposed();
      assertSameEffect(
          p.toString(),
          v -> naiveWithTransposedA(p, v),
          v ->
              kernels.multiplyTransposedAdd(
                  p.k, p.m, p.n, v[0], p.aAt, p.lda, v[1], p.bAt, p.ldb, scratch, v[2], p.cAt,
                  p.ldc),
          matricesForTransposedA(p, buffers));
    }
  }

  /** A row's product in two parts, the first from a bias: as a step after its projected input. */
  @ParameterizedTest
  @MethodSource("exactKernels")
  void aProductMayStartFromABiasAndTakeSomeRowsOfB(Kernels kernels) {
    PackedMatrix packed = new PackedMatrix();
    int seed = 3000;
    for (int[] size : sizes()) {
      Buffers buffers = new Buffers(seed++, seed % 3 == 0);
      Product p = Product.of(size[0], size[1], size[2], buffers);
      float[][] matrices = matrices(p, buffers);
      int first = p.k / 3;
      int biasAt = buffers.offset();
      assertSameEffect(
          p.toString(),
          v -> naiveFromBias(p, v, biasAt),
          v -> {
            kernels.pack(v[1], p.bAt, p.k, p.n, packed);
            kernels.multiply(
                p.m, v[0], p.aAt, p.lda, packed, 0, first, v[3], biasAt, 0, v[2], p.cAt, p.ldc);
            kernels.multiply(
                p.m,
                v[0],
                p.aAt + first,
                p.lda,
                packed,
                first,
                p.k - first,
                v[2],
                p.cAt,
                p.ldc,
                v[2],
                p.cAt,
                p.ldc);
          },
          matrices[0],
          matrices[1],
          matrices[2],
          buffers.values(biasAt + p.n + 17));
    }
  }

  private static void naiveFromBias(Product p, float[][] v, int biasAt) {
    for (int i = 0; i < p.m; i++) {
      System.arraycopy(v[3], biasAt, v[2], p.cAt + i * p.ldc, p.n);
    }
    naive(p, v);
  }

  @ParameterizedTest
  @MethodSource("exactKernels")
  void twoMatricesPackedBelowOneAnotherAreOne(Kernels kernels) {
    PackedMatrix packed = new PackedMatrix();
    PackedMatrix whole = new PackedMatrix();
    int seed = 4000;
    for (int[] size : sizes()) {
      Buffers buffers = new Buffers(seed++, false);
      int m = size[0];
      int k = size[1];
      int n = size[2];
      int cols = k / 2;
      float[] w = buffers.values(n * k + 5);
      float[] wide = new float[n * k];
      for (int j = 0; j < n; j++) {
        System.arraycopy(w, 5 + j * cols, wide, j * k, cols);
        System.arraycopy(w, 5 + n * cols + j * (k - cols), wide, j * k + cols, k - cols);
      }
      float[] a = buffers.values(m * k);
      kernels.packTransposed(w, 5, cols, 5 + n * cols, k - cols, n, packed);
      kernels.packTransposed(wide, 0, n, k, whole);
      assertSameEffect(
          "%d × %d · %d".formatted(m, k, n),
          v -> kernels.multiplyAdd(m, a, 0, k, whole, v[0], 0, n),
          v -> kernels.multiplyAdd(m, a, 0, k, packed, v[0], 0, n),
          new float[m * n]);
    }
  }

  @ParameterizedTest
  @MethodSource("exactKernels")
  void aPackedMatrixServesSeveralProductsAndIsACopy(Kernels kernels) {
    Buffers buffers = new Buffers(3, false);
    float[] w = buffers.values(7 * 13);
    float[] a = buffers.values(5 * 7);
    PackedMatrix packed = new PackedMatrix();
    kernels.pack(w, 0, 7, 13, packed);
    float[] first = new float[5 * 13];
    kernels.multiplyAdd(5, a, 0, 7, packed, first, 0, 13);
    w[0] += 1;
    float[] rowByRow = new float[5 * 13];
    for (int i = 0; i < 5; i++) {
      kernels.multiplyAdd(1, a, i * 7, 7, packed, rowByRow, i * 13, 13);
    }
    assertSameEffect("rows", v -> {}, v -> v[0] = rowByRow, first);
  }

  /** The order matters: the test above would be empty if any order gave the same bits. */
  @Test
  void anotherOrderGivesOtherBits() {
    Buffers buffers = new Buffers(4, false);
    float[] a = buffers.values(100);
    float[] b = buffers.values(100);
    float up = 0;
    float down = 0;
    for (int k = 0; k < 100; k++) {
      up = Math.fma(a[k], b[k], up);
      down = Math.fma(a[99 - k], b[99 - k], down);
    }
    assertNotEquals(up, down);
  }

  @Test
  void blasProductsAreWithinRounding() {
    PackedMatrix packed = new PackedMatrix();
    int seed = 5000;
    for (int[] size : sizes()) {
      Buffers buffers = new Buffers(seed++, false);
      Product p = Product.of(size[0], size[1], size[2], buffers);
      assertWithinRounding(
          p,
          v -> naive(p, v),
          v -> {
            BLAS.pack(v[1], p.bAt, p.k, p.n, packed);
            BLAS.multiplyAdd(p.m, v[0], p.aAt, p.lda, packed, v[2], p.cAt, p.ldc);
          },
          matrices(p, buffers));
      assertWithinRounding(
          p,
          v -> naiveWithTransposedB(p, v),
          v -> {
            BLAS.packTransposed(v[1], p.bAt, p.n, p.k, packed);
            BLAS.multiplyAdd(p.m, v[0], p.aAt, p.lda, packed, v[2], p.cAt, p.ldc);
          },
          matrices(p, buffers));
      Product t = p.transposed();
      assertWithinRounding(
          t,
          v -> naiveWithTransposedA(t, v),
          v ->
              BLAS.multiplyTransposedAdd(
                  t.k, t.m, t.n, v[0], t.aAt, t.lda, v[1], t.bAt, t.ldb, packed, v[2], t.cAt,
                  t.ldc),
          matricesForTransposedA(t, buffers));
    }
  }

  /**
   * Partial sums of k products of random signs are of the size √k, and their k roundings add up to
   * some k · 2^-24; what lies around the result stays as it was.
   */
  private static void assertWithinRounding(
      Product p, Consumer<float[][]> expected, Consumer<float[][]> actual, float[]... arrays) {
    float[][] left = Buffers.copies(arrays);
    float[][] right = Buffers.copies(arrays);
    expected.accept(left);
    actual.accept(right);
    for (int j = 0; j < arrays[2].length; j++) {
      double tolerance = p.writes(j) ? 0x1p-24 * 8 * (p.k + 2) : 0;
      assertEquals(left[2][j], right[2][j], tolerance, p::toString);
    }
    assertSameEffect(p.toString(), v -> {}, v -> v[0] = right[0], arrays[0]);
    assertSameEffect(p.toString(), v -> {}, v -> v[0] = right[1], arrays[1]);
  }

  private static float[][] matrices(Product p, Buffers buffers) {
    return new float[][] {
      buffers.values(Product.room(p.aAt, p.m, p.lda, p.k)),
      buffers.values(p.bAt + p.k * p.n + 17),
      buffers.values(Product.room(p.cAt, p.m, p.ldc, p.n))
    };
  }

  private static float[][] matricesForTransposedA(Product p, Buffers buffers) {
    return new float[][] {
      buffers.values(Product.room(p.aAt, p.k, p.lda, p.m)),
      buffers.values(Product.room(p.bAt, p.k, p.ldb, p.n)),
      buffers.values(Product.room(p.cAt, p.m, p.ldc, p.n))
    };
  }

  private static void naive(Product p, float[][] v) {
    for (int i = 0; i < p.m; i++) {
      for (int j = 0; j < p.n; j++) {
        int c = p.cAt + i * p.ldc + j;
        for (int k = 0; k < p.k; k++) {
          v[2][c] = Math.fma(v[0][p.aAt + i * p.lda + k], v[1][p.bAt + k * p.n + j], v[2][c]);
        }
      }
    }
  }

  private static void naiveWithTransposedB(Product p, float[][] v) {
    for (int i = 0; i < p.m; i++) {
      for (int j = 0; j < p.n; j++) {
        int c = p.cAt + i * p.ldc + j;
        for (int k = 0; k < p.k; k++) {
          v[2][c] = Math.fma(v[0][p.aAt + i * p.lda + k], v[1][p.bAt + j * p.k + k], v[2][c]);
        }
      }
    }
  }

  private static void naiveWithTransposedA(Product p, float[][] v) {
    for (int i = 0; i < p.m; i++) {
      for (int j = 0; j < p.n; j++) {
        int c = p.cAt + i * p.ldc + j;
        for (int k = 0; k < p.k; k++) {
          v[2][c] = Math.fma(v[0][p.aAt + k * p.lda + i], v[1][p.bAt + k * p.ldb + j], v[2][c]);
        }
      }
    }
  }

  @Test
  void kernelsAreFoundByName() {
    assertEquals("scalar", Kernels.named("scalar").name());
    assertEquals("blas", Kernels.named("blas").name());
    assertEquals(Kernels.best().name(), Kernels.named("auto").name());
    Exception e = assertThrows(IllegalArgumentException.class, () -> Kernels.named("blass"));
    assertTrue(e.getMessage().contains("blass") && e.getMessage().contains("scalar"));
  }

  @Test
  void blasAnnouncesThatItGivesUpEqualBits() {
    assertTrue(BLAS.describe().contains("bit equality"), BLAS.describe());
    assertTrue(new ScalarKernels().describe().contains("same bits"));
  }
}
