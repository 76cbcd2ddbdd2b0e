package dev.unroll.net;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * The recurrent layers once more, in double, sequence by sequence and straight from the equations,
 * with gradients by central differences: slow, and sharing no code with what it checks.
 */
final class DoubleReference {
  private final RecurrentCase data;
  private final double[] y;
  private final double[] hn;
  private final double[] cn;
  private double kinkDistance = Double.POSITIVE_INFINITY;

  private record State(double[] h, double[] c) {}

  private DoubleReference(RecurrentCase data) {
    this.data = data;
    int states = data.numLayers() * data.directions() * data.batchSize() * data.hiddenSize();
    y = new double[data.steps() * data.batchSize() * data.directions() * data.hiddenSize()];
    hn = new double[states];
    cn = hasCellState() ? new double[states] : null;
    for (int b = 0; b < data.batchSize(); b++) {
      run(b);
    }
  }

  /** Outputs and loss; no gradients. */
  static RecurrentResult outputs(RecurrentCase data) {
    DoubleReference run = new DoubleReference(data);
    double loss = dot(run.y, data.probe());
    loss += data.probeHn() == null ? 0 : dot(run.hn, data.probeHn());
    return new RecurrentResult(run.y, run.hn, run.cn, loss, Map.of());
  }

  /** Outputs, loss, and the gradients by all variables. */
  static RecurrentResult outputsAndGradients(RecurrentCase data) {
    RecurrentResult run = outputs(data);
    Map<String, double[]> gradients = new LinkedHashMap<>();
    data.variables()
        .forEach(
            (name, values) ->
                gradients.put(
                    name, gradient(values, step(data.cell()), () -> outputs(data).loss())));
    return new RecurrentResult(run.y(), run.hn(), run.cn(), run.loss(), gradients);
  }

  /** The smallest |pre-activation|: near a rectifier's kink, differences say nothing. */
  static double kinkDistance(RecurrentCase data) {
    return new DoubleReference(data).kinkDistance;
  }

  /** Between kinks the rectifier's loss is a polynomial: there a small step costs nothing. */
  static double step(CellType cell) {
    return cell == CellType.RNN_RELU ? 0x1p-20 : 0x1p-12;
  }

  static double[] gradient(double[] at, double step, DoubleSupplier loss) {
    double[] gradient = new double[at.length];
    for (int j = 0; j < at.length; j++) {
      gradient[j] = derivative(at, j, step, loss);
    }
    return gradient;
  }

  /** By values[j], from four points around it: the error is of order step⁴. */
  static double derivative(double[] values, int j, double step, DoubleSupplier loss) {
    double near = at(values, j, step, loss) - at(values, j, -step, loss);
    double far = at(values, j, 2 * step, loss) - at(values, j, -2 * step, loss);
    return (8 * near - far) / (12 * step);
  }

  private static double at(double[] values, int j, double change, DoubleSupplier loss) {
    double before = values[j];
    values[j] = before + change;
    double result = loss.getAsDouble();
    values[j] = before;
    return result;
  }

  private boolean hasCellState() {
    return switch (data.cell()) {
      case RNN_TANH, RNN_RELU, GRU -> false;
      case LSTM, LSTM_PEEPHOLE, ARTICLE -> true;
    };
  }

  /** All layers over sequence b. */
  private void run(int b) {
    int n = data.hiddenSize();
    double[][] input = new double[data.lengths()[b]][];
    for (int t = 0; t < input.length; t++) {
      input[t] = part(data.x(), t * data.batchSize() + b, data.inputSize());
    }
    for (int l = 0; l < data.numLayers(); l++) {
      double[][] output = new double[input.length][data.directions() * n];
      for (int d = 0; d < data.directions(); d++) {
        run(b, l, d, input, output);
      }
      input = output;
    }
    for (int t = 0; t < input.length; t++) {
      System.arraycopy(
          input[t], 0, y, (t * data.batchSize() + b) * input[t].length, input[t].length);
    }
  }

  private void run(int b, int layer, int direction, double[][] input, double[][] output) {
    int n = data.hiddenSize();
    int row = (layer * data.directions() + direction) * data.batchSize() + b;
    Step step = new Step("_l" + layer + (direction == 1 ? "_reverse" : ""));
    State state =
        new State(
            data.h0() == null ? new double[n] : part(data.h0(), row, n),
            data.c0() == null ? new double[n] : part(data.c0(), row, n));
    for (int s = 0; s < input.length; s++) {
      int t = direction == 1 ? input.length - 1 - s : s;
      state = step.next(input[t], state);
      System.arraycopy(state.h, 0, output[t], direction * n, n);
    }
    System.arraycopy(state.h, 0, hn, row * n, n);
    if (cn != null) {
      System.arraycopy(state.c, 0, cn, row * n, n);
    }
  }

  /** One step of a cell with the weights of one layer and direction. */
  private final class Step {
    private final String suffix;
    private final int n = data.hiddenSize();

    Step(String suffix) {
      this.suffix = suffix;
    }

    State next(double[] x, State before) {
      return switch (data.cell()) {
        case RNN_TANH, RNN_RELU -> elman(x, before);
        case LSTM -> lstm(x, before);
        case LSTM_PEEPHOLE -> peepholeLstm(x, before);
        case GRU -> gru(x, before);
        case ARTICLE -> article(x, before);
      };
    }

    private State elman(double[] x, State before) {
      double[] a = sum(xPart(x), hPart(before));
      double[] h = new double[n];
      for (int j = 0; j < n; j++) {
        kinkDistance = Math.min(kinkDistance, Math.abs(a[j]));
        h[j] = data.cell() == CellType.RNN_TANH ? StrictMath.tanh(a[j]) : Math.max(a[j], 0);
      }
      return new State(h, null);
    }

    private State lstm(double[] x, State before) {
      double[] a = sum(xPart(x), hPart(before));
      State after = new State(new double[n], new double[n]);
      for (int j = 0; j < n; j++) {
        double i = sigmoid(a[j]);
        double f = sigmoid(a[n + j]);
        double g = StrictMath.tanh(a[2 * n + j]);
        double o = sigmoid(a[3 * n + j]);
        after.c[j] = f * before.c[j] + i * g;
        after.h[j] = o * StrictMath.tanh(after.c[j]);
      }
      return after;
    }

    private State peepholeLstm(double[] x, State before) {
      double[] a = sum(times("weight_ih", x), times("weight_hh", before.h), weight("bias"));
      double[] pi = weight("peephole_i");
      double[] pf = weight("peephole_f");
      double[] po = weight("peephole_o");
      State after = new State(new double[n], new double[n]);
      for (int j = 0; j < n; j++) {
        double i = sigmoid(a[j] + pi[j] * before.c[j]);
        double f = sigmoid(a[n + j] + pf[j] * before.c[j]);
        double g = StrictMath.tanh(a[2 * n + j]);
        after.c[j] = f * before.c[j] + i * g;
        double o = sigmoid(a[3 * n + j] + po[j] * after.c[j]);
        after.h[j] = o * StrictMath.tanh(after.c[j]);
      }
      return after;
    }

    private State gru(double[] x, State before) {
      double[] fromX = xPart(x);
      double[] fromH = hPart(before);
      double[] h = new double[n];
      for (int j = 0; j < n; j++) {
        double r = sigmoid(fromX[j] + fromH[j]);
        double z = sigmoid(fromX[n + j] + fromH[n + j]);
        double candidate = StrictMath.tanh(fromX[2 * n + j] + r * fromH[2 * n + j]);
        h[j] = (1 - z) * candidate + z * before.h[j];
      }
      return new State(h, null);
    }

    private State article(double[] x, State before) {
      double[] candidate = sum(times("W_cx", x), weight("b_c"));
      double[] f = sum(times("W_hc", before.h), times("W_cc", before.c), weight("b_f"));
      double[] c = new double[n];
      for (int j = 0; j < n; j++) {
        c[j] = sigmoid(f[j]) * before.c[j] + candidate[j];
      }
      double[] o = sum(times("W_ho", before.h), times("W_oc", c), weight("b_o"));
      double[] h = new double[n];
      for (int j = 0; j < n; j++) {
        h[j] = sigmoid(o[j]) * StrictMath.tanh(c[j]);
      }
      return new State(h, c);
    }

    private double[] xPart(double[] x) {
      return sum(times("weight_ih", x), weight("bias_ih"));
    }

    private double[] hPart(State before) {
      return sum(times("weight_hh", before.h), weight("bias_hh"));
    }

    private double[] weight(String name) {
      return data.weights().get(name + suffix);
    }

    private double[] times(String name, double[] v) {
      return DoubleReference.times(weight(name), v);
    }
  }

  /** Matrix (row-major, as many columns as v has values) times vector. */
  static double[] times(double[] matrix, double[] v) {
    double[] product = new double[matrix.length / v.length];
    for (int i = 0; i < product.length; i++) {
      for (int j = 0; j < v.length; j++) {
        product[i] += matrix[i * v.length + j] * v[j];
      }
    }
    return product;
  }

  static double[] sum(double[]... vectors) {
    double[] sum = vectors[0].clone();
    for (int v = 1; v < vectors.length; v++) {
      for (int j = 0; j < sum.length; j++) {
        sum[j] += vectors[v][j];
      }
    }
    return sum;
  }

  static double sigmoid(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }

  /** Row {@code row} of a tensor with rows of {@code width} values. */
  static double[] part(double[] tensor, int row, int width) {
    return Arrays.copyOfRange(tensor, row * width, (row + 1) * width);
  }
}
