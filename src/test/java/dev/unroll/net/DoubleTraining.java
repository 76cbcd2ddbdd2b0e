package dev.unroll.net;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Steps of full-batch training in double, with PyTorch's optimiser formulas: an LSTM with a linear
 * head on its last state, and cross-entropy. Gradients are central differences.
 */
final class DoubleTraining {
  /** The optimiser of one of the training cases; clip 0 stands for none. */
  private record Settings(
      double lr, double momentum, double clip, boolean adam, double weightDecay) {

    static Settings of(String name) {
      return switch (name) {
        case "train_sgd" -> new Settings(0.5, 0, 0, false, 0);
        case "train_momentum" -> new Settings(0.1, 0.9, 0, false, 0);
        case "train_sgd_clipped" -> new Settings(0.5, 0, 0.1, false, 0);
        case "train_adam" -> new Settings(0.01, 0, 0, true, 0);
        case "train_adamw" -> new Settings(0.01, 0, 0, true, 0.1);
        default -> throw new IllegalArgumentException(name);
      };
    }
  }

  private final Settings settings;
  private final Map<String, double[]> weights;
  private final double[] labels;
  private final DoubleNetwork network;
  private final Map<String, double[]> first = new TreeMap<>();
  private final Map<String, double[]> second = new TreeMap<>();
  final double[] losses;
  final double[] gradientNorms;

  /** Weights by the file's names (lstm.*, head.*); the arrays are copied. */
  DoubleTraining(
      String name,
      int steps,
      Map<String, double[]> initialWeights,
      int[] xShape,
      double[] x,
      double[] labels) {
    settings = Settings.of(name);
    this.labels = labels;
    losses = new double[steps];
    gradientNorms = new double[steps];
    weights = new LinkedHashMap<>();
    initialWeights.forEach((key, values) -> weights.put(key, values.clone()));
    network =
        new DoubleNetwork(
            lstm(xShape, x), Task.CLASSIFY, weights.get("head.weight"), weights.get("head.bias"));
  }

  private RecurrentCase lstm(int[] xShape, double[] x) {
    Map<String, double[]> lstm = new LinkedHashMap<>();
    weights.forEach(
        (name, values) -> {
          if (name.startsWith("lstm.")) {
            lstm.put(name.substring("lstm.".length()), values);
          }
        });
    int hiddenSize = weights.get("lstm.bias_ih_l0").length / 4;
    int[] lengths = new int[xShape[1]];
    Arrays.fill(lengths, xShape[0]);
    return new RecurrentCase(
        CellType.LSTM,
        xShape[2],
        hiddenSize,
        1,
        false,
        xShape[0],
        lengths,
        lstm,
        x,
        null,
        null,
        new double[xShape[0] * xShape[1] * hiddenSize],
        null);
  }

  /** The weights after the last step. */
  Map<String, double[]> train() {
    for (int t = 0; t < losses.length; t++) {
      losses[t] = loss();
      Map<String, double[]> gradient = new LinkedHashMap<>();
      weights.forEach(
          (name, w) -> gradient.put(name, DoubleReference.gradient(w, 0x1p-12, this::loss)));
      double squares = 0;
      for (double[] g : gradient.values()) {
        squares += DoubleReference.dot(g, g);
      }
      gradientNorms[t] = Math.sqrt(squares);
      double scale =
          settings.clip == 0 ? 1 : Math.min(1, settings.clip / (gradientNorms[t] + 1e-6));
      for (String name : weights.keySet()) {
        update(name, gradient.get(name), scale, t + 1);
      }
    }
    return weights;
  }

  private double loss() {
    return network.loss(labels);
  }

  private void update(String name, double[] gradient, double scale, int step) {
    double[] w = weights.get(name);
    double[] m = first.computeIfAbsent(name, key -> new double[w.length]);
    double[] v = second.computeIfAbsent(name, key -> new double[w.length]);
    for (int j = 0; j < w.length; j++) {
      double g = gradient[j] * scale;
      if (settings.adam) {
        m[j] = 0.9 * m[j] + 0.1 * g;
        v[j] = 0.999 * v[j] + 0.001 * g * g;
        double corrected = m[j] / (1 - StrictMath.pow(0.9, step));
        double root = Math.sqrt(v[j] / (1 - StrictMath.pow(0.999, step)));
        w[j] *= 1 - settings.lr * settings.weightDecay;
        w[j] -= settings.lr * corrected / (root + 1e-8);
      } else {
        m[j] = settings.momentum * m[j] + g;
        w[j] -= settings.lr * m[j];
      }
    }
  }
}
