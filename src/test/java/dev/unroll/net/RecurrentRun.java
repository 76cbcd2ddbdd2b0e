package dev.unroll.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.unroll.math.Kernels;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Runs a {@link RecurrentCase} through the real {@link RecurrentStack}, there and back: translates
 * between PyTorch's padded layout and our sorted rows. One instance may run several cases of the
 * same network, and then reuses its working memory.
 */
final class RecurrentRun {
  private final Kernels kernels;
  private final ParameterLayout layout = new ParameterLayout();
  private final Cell[][] cells;
  private final RecurrentStack stack;
  private final StepShape shape = new StepShape();
  private RecurrentCase data;
  private float[] weights;
  private int[] order;

  RecurrentRun(RecurrentCase.Sizes sizes, Kernels kernels) {
    this.kernels = kernels;
    cells = sizes.cells(layout);
    stack = new RecurrentStack(cells, sizes.inputSize());
  }

  static RecurrentResult of(RecurrentCase data, Kernels kernels) {
    return new RecurrentRun(data.sizes(), kernels).run(data);
  }

  RecurrentResult run(RecurrentCase newData) {
    data = newData;
    weights = weights();
    order =
        IntStream.range(0, data.batchSize())
            .boxed()
            .sorted(Comparator.comparing(b -> -data.lengths()[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    shape.set(IntStream.of(order).map(b -> data.lengths()[b]).toArray(), order.length);
    stack.pack(kernels, weights);
    stack.forward(
        kernels, shape, toRows(data.x(), data.inputSize()), initial(data.h0()), initial(data.c0()));
    double[] y = fromRows(stack.top().output(shape), stack.top().outputAt(), width());
    double[] hn = finalHidden();
    double loss = DoubleReference.dot(y, data.probe());
    loss += data.probeHn() == null ? 0 : DoubleReference.dot(hn, data.probeHn());
    return new RecurrentResult(y, hn, finalCells(), loss, backward());
  }

  private int width() {
    return data.directions() * data.hiddenSize();
  }

  private float[] weights() {
    float[] flat = new float[layout.size()];
    Map<String, double[]> unused = new LinkedHashMap<>(data.weights());
    for (Slice slice : layout.slices()) {
      double[] values = unused.remove(RecurrentCase.plainName(slice));
      assertFalse(values == null, () -> "no weight for " + slice);
      assertEquals(slice.size(), values.length, slice.name());
      for (int j = 0; j < values.length; j++) {
        flat[slice.offset() + j] = (float) values[j];
      }
    }
    assertEquals(Map.of(), unused, "weights that our cell does not have");
    return flat;
  }

  private Map<String, double[]> backward() {
    stack.clearGradients(shape);
    RecurrentLayer top = stack.top();
    float[] probe = toRows(data.probe(), width());
    for (int j = 0; j < shape.rows() * width(); j++) {
      top.outputGradient()[top.outputAt() + j] += probe[j];
    }
    for (int l = 0; l < data.numLayers() && data.probeHn() != null; l++) {
      stack.layer(l).addFinalGradient(shape, finalProbe(l));
    }
    float[] gradient = new float[layout.size()];
    float[] dx = new float[shape.rows() * data.inputSize()];
    stack.backward(kernels, weights, shape, gradient, dx);
    return gradients(gradient, dx);
  }

  private Map<String, double[]> gradients(float[] gradient, float[] dx) {
    Map<String, double[]> gradients = new LinkedHashMap<>();
    for (Slice slice : layout.slices()) {
      double[] values = new double[slice.size()];
      for (int j = 0; j < values.length; j++) {
        values[j] = gradient[slice.offset() + j];
      }
      gradients.put(RecurrentCase.plainName(slice), values);
    }
    gradients.put("x", fromRows(dx, 0, data.inputSize()));
    if (data.h0() != null) {
      gradients.put("h0", states((l, d) -> direction(l, d).hiddenGradient(), i -> i, 0));
    }
    if (data.c0() != null) {
      gradients.put("c0", states((l, d) -> direction(l, d).initialCellGradient(), i -> i, 0));
    }
    return gradients;
  }

  private Direction direction(int layer, int d) {
    return stack.layer(layer).direction(d);
  }

  private double[] finalHidden() {
    double[] hn = new double[data.numLayers() * data.batchSize() * width()];
    int n = data.hiddenSize();
    for (int l = 0; l < data.numLayers(); l++) {
      float[] last = new float[data.batchSize() * width()];
      stack.layer(l).copyFinal(shape, last);
      for (int i = 0; i < order.length; i++) {
        for (int j = 0; j < width(); j++) {
          hn[stateAt(l, j / n, order[i]) + j % n] = last[i * width() + j];
        }
      }
    }
    return hn;
  }

  private float[] finalProbe(int layer) {
    float[] probe = new float[data.batchSize() * width()];
    int n = data.hiddenSize();
    for (int i = 0; i < order.length; i++) {
      for (int j = 0; j < width(); j++) {
        int at = stateAt(layer, j / n, order[i]) + j % n;
        probe[i * width() + j] = (float) data.probeHn()[at];
      }
    }
    return probe;
  }

  private double[] finalCells() {
    if (!cells[0][0].hasCellState()) {
      return null;
    }
    return states(
        (l, d) -> direction(l, d).cellState(),
        i -> shape.row(shape.length(i) - 1, i),
        direction(0, 0).hiddenAt());
  }

  private interface PerDirection {
    float[] array(int layer, int direction);
  }

  /** State rows of all directions as one tensor; {@code row} finds that of the i-th longest. */
  private double[] states(PerDirection arrays, IntUnaryOperator row, int at) {
    int n = data.hiddenSize();
    double[] states = new double[data.numLayers() * data.batchSize() * width()];
    for (int l = 0; l < data.numLayers(); l++) {
      for (int d = 0; d < data.directions(); d++) {
        for (int i = 0; i < order.length; i++) {
          int from = at + row.applyAsInt(i) * n;
          for (int j = 0; j < n; j++) {
            states[stateAt(l, d, order[i]) + j] = arrays.array(l, d)[from + j];
          }
        }
      }
    }
    return states;
  }

  private int stateAt(int layer, int direction, int b) {
    return ((layer * data.directions() + direction) * data.batchSize() + b) * data.hiddenSize();
  }

  private float[][][] initial(double[] states) {
    if (states == null) {
      return null;
    }
    int n = data.hiddenSize();
    float[][][] initial = new float[data.numLayers()][data.directions()][order.length * n];
    for (int l = 0; l < data.numLayers(); l++) {
      for (int d = 0; d < data.directions(); d++) {
        for (int j = 0; j < order.length * n; j++) {
          initial[l][d][j] = (float) states[stateAt(l, d, order[j / n]) + j % n];
        }
      }
    }
    return initial;
  }

  /** From padded (T, B, width) to sorted rows without padding. */
  private float[] toRows(double[] padded, int rowWidth) {
    float[] rows = new float[shape.rows() * rowWidth];
    for (int i = 0; i < order.length; i++) {
      for (int t = 0; t < shape.length(i); t++) {
        for (int j = 0; j < rowWidth; j++) {
          int from = (t * data.batchSize() + order[i]) * rowWidth;
          rows[shape.row(t, i) * rowWidth + j] = (float) padded[from + j];
        }
      }
    }
    return rows;
  }

  private double[] fromRows(float[] rows, int at, int rowWidth) {
    double[] padded = new double[data.steps() * data.batchSize() * rowWidth];
    for (int i = 0; i < order.length; i++) {
      for (int t = 0; t < shape.length(i); t++) {
        for (int j = 0; j < rowWidth; j++) {
          int to = (t * data.batchSize() + order[i]) * rowWidth;
          padded[to + j] = rows[at + shape.row(t, i) * rowWidth + j];
        }
      }
    }
    return padded;
  }
}
