package dev.unroll.math;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The matrix products of one LSTM layer. The counter {@code flops} is in operations per nanosecond:
 * GFLOP/s.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@State(Scope.Thread)
public class ProductBenchmark {
  /** Rows of all steps together. */
  private static final int ROWS = 1024;

  @Param({"vector", "scalar", "blas"})
  public String kernels;

  /** Sequences, inputs, hidden units. */
  @Param({"1x128x256", "32x16x64", "64x128x256", "64x128x100"})
  public String shape;

  private Kernels k;
  private int batch;
  private int inputs;
  private int hidden;
  private int width;
  private int gates;
  private float[] weights;
  private float[] operands;
  private float[] bias;
  private float[] a;
  private float[] dh;
  private float[] gradient;
  private final PackedMatrix forward = new PackedMatrix();
  private final PackedMatrix backward = new PackedMatrix();
  private final PackedMatrix scratch = new PackedMatrix();

  /** Floating-point operations done. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Work {
    public long flops;
  }

  @Setup
  public void setUp() {
    int[] sizes = Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
    batch = sizes[0];
    inputs = sizes[1];
    hidden = sizes[2];
    width = inputs + hidden;
    gates = 4 * hidden;
    weights = values(gates * width, 1);
    operands = values(ROWS * width, 2);
    bias = values(gates, 3);
    a = values(ROWS * gates, 4);
    dh = values(ROWS * hidden, 5);
    gradient = new float[gates * width];
    assertCorrect();
    k = Kernels.named(kernels);
    pack(k);
  }

  private static float[] values(int n, int seed) {
    KeyedRandom random = KeyedRandom.of(seed, "products");
    float[] values = new float[n];
    for (int j = 0; j < n; j++) {
      values[j] = 0.1f * (float) random.nextGaussian();
    }
    return values;
  }

  private void pack(Kernels k) {
    k.packTransposed(weights, 0, inputs, gates * inputs, hidden, gates, forward);
    k.pack(weights, gates * inputs, gates, hidden, backward);
  }

  /** No figure without this: the products are those of the scalar kernels. */
  private void assertCorrect() {
    float[][] expected = results(new ScalarKernels());
    float[][] actual = results(Kernels.named(kernels));
    double tolerance = kernels.equals("blas") ? 1e-3 : 0;
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected[i].length; j++) {
        if (!(Math.abs(expected[i][j] - actual[i][j]) <= tolerance)) {
          throw new AssertionError(
              kernels + " product " + i + ": " + actual[i][j] + " for " + expected[i][j]);
        }
      }
    }
  }

  private float[][] results(Kernels kernels) {
    pack(kernels);
    float[] step = new float[batch * gates];
    kernels.multiply(batch, operands, 0, width, forward, 0, width, bias, 0, 0, step, 0, gates);
    float[] previous = new float[batch * hidden];
    kernels.multiplyAdd(batch, step, 0, gates, backward, previous, 0, hidden);
    float[] sum = new float[gates * width];
    kernels.multiplyTransposedAdd(
        batch, gates, width, step, 0, gates, operands, 0, width, scratch, sum, 0, width);
    return new float[][] {step, previous, sum};
  }

  /** a = b + W x + R hPrev, step after step. */
  @Benchmark
  public float[] forwardSteps(Work work) {
    for (int row = 0; row + batch <= ROWS; row += batch) {
      k.multiply(
          batch,
          operands,
          row * width,
          width,
          forward,
          0,
          width,
          bias,
          0,
          0,
          a,
          row * gates,
          gates);
      work.flops += 2L * batch * width * gates;
    }
    return a;
  }

  /** dhPrev += Rᵀ da, step after step. */
  @Benchmark
  public float[] backwardSteps(Work work) {
    Arrays.fill(dh, 0f);
    for (int row = 0; row + batch <= ROWS; row += batch) {
      k.multiplyAdd(batch, a, row * gates, gates, backward, dh, row * hidden, hidden);
      work.flops += 2L * batch * hidden * gates;
    }
    return dh;
  }

  /** dW += Σ da ⊗ [x hPrev]. */
  @Benchmark
  public float[] weightGradient(Work work) {
    Arrays.fill(gradient, 0f);
    k.multiplyTransposedAdd(
        ROWS, gates, width, a, 0, gates, operands, 0, width, scratch, gradient, 0, width);
    work.flops += 2L * ROWS * width * gates;
    return gradient;
  }
}
