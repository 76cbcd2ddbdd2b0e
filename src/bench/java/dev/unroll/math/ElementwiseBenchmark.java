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
 * Gates, optimiser and norm. The counter {@code units} is the number of hidden units of one row, or
 * of weights, per nanosecond.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@State(Scope.Thread)
public class ElementwiseBenchmark {
  @Param({"vector", "scalar"})
  public String kernels;

  /** Rows, hidden units. */
  @Param({"32x64", "64x256", "64x100"})
  public String shape;

  private Elementwise e;
  private int rows;
  private int h;
  private float[] preActivations;
  private float[] a;
  private float[] c;
  private float[] q;
  private float[] hidden;
  private float[] dh;
  private float[] dc;
  private float[][] optimizer;

  /** Units or weights worked on. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Work {
    public long units;
  }

  @Setup
  public void setUp() {
    int[] sizes = Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
    rows = sizes[0];
    h = sizes[1];
    fill();
    float[][] expected = results(new ScalarElementwise());
    fill();
    e = Kernels.named(kernels).elementwise();
    float[][] actual = results(e);
    for (int i = 0; i < expected.length; i++) {
      if (Arrays.compare(expected[i], actual[i]) != 0) {
        throw new AssertionError(kernels + " differs from scalar in array " + i);
      }
    }
    fill();
  }

  private void fill() {
    KeyedRandom random = KeyedRandom.of(1, "elementwise");
    preActivations = values(rows * 4 * h, random);
    a = preActivations.clone();
    c = values(2 * rows * h, random);
    q = values(rows * h, random);
    hidden = new float[rows * h];
    dh = values(rows * h, random);
    dc = values(rows * h, random);
    optimizer = new float[4][];
    for (int i = 0; i < 4; i++) {
      optimizer[i] = values(4 * h * h, random);
    }
    for (int j = 0; j < optimizer[3].length; j++) {
      optimizer[3][j] *= optimizer[3][j];
    }
  }

  private static float[] values(int n, KeyedRandom random) {
    float[] values = new float[n];
    for (int j = 0; j < n; j++) {
      values[j] = (float) random.nextGaussian();
    }
    return values;
  }

  private float[][] results(Elementwise elementwise) {
    elementwise.lstmForward(rows, h, a, 0, c, 0, rows * h, q, 0, hidden, 0);
    elementwise.lstmBackward(rows, h, a, 0, c, 0, q, 0, dh, 0, dc);
    adam(elementwise);
    return new float[][] {a, c, q, hidden, dc, optimizer[0], optimizer[2], optimizer[3]};
  }

  private void adam(Elementwise elementwise) {
    elementwise.adamStep(
        optimizer[0].length,
        optimizer[0],
        optimizer[1],
        optimizer[2],
        optimizer[3],
        1e-3f,
        0.9f,
        0.9f,
        0.999f,
        1e-8f,
        0,
        1,
        1);
  }

  /** The forward step of an LSTM, with the copy that restores its pre-activations. */
  @Benchmark
  public float[] lstmForward(Work work) {
    System.arraycopy(preActivations, 0, a, 0, a.length);
    e.lstmForward(rows, h, a, 0, c, 0, rows * h, q, 0, hidden, 0);
    work.units += (long) rows * h;
    return hidden;
  }

  /** The backward step, with the copy that restores its gates. */
  @Benchmark
  public float[] lstmBackward(Work work) {
    System.arraycopy(preActivations, 0, a, 0, a.length);
    Arrays.fill(dc, 0f);
    e.lstmBackward(rows, h, a, 0, c, 0, q, 0, dh, 0, dc);
    work.units += (long) rows * h;
    return dc;
  }

  /** One step of Adam on 4 h² weights. */
  @Benchmark
  public float[] adam(Work work) {
    adam(e);
    work.units += optimizer[0].length;
    return optimizer[0];
  }

  /** The norm of 4 h² weights. */
  @Benchmark
  public double norm(Work work) {
    work.units += optimizer[0].length;
    return e.sumOfSquares(optimizer[0].length, optimizer[0]);
  }
}
