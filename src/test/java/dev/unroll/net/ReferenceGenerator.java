package dev.unroll.net;

import dev.unroll.math.KeyedRandom;
import dev.unroll.net.RecurrentCase.Sizes;
import dev.unroll.net.ReferenceFile.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes the shipped reference files: the same cases and the same format as PyTorch's, but small,
 * and computed by {@link DoubleReference} and {@link DoubleTraining}. The same bits on every
 * machine.
 */
final class ReferenceGenerator {
  private static final long SEED = 20;
  private static final String NOTE = "made by ReferenceGenerator, in double precision";

  private ReferenceGenerator() {}

  static ReferenceFile generate(String name) {
    return name.startsWith("train_") ? training(name) : layer(name);
  }

  private static Sizes sizes(String name) {
    CellType cell = RecurrentCase.CELLS.get(name);
    return switch (name) {
      case "rnn_tanh", "rnn_relu" -> new Sizes(cell, 3, 5, 1, false, 4, 4, 4);
      case "lstm_two_layers" -> new Sizes(cell, 3, 4, 2, false, 4, 4);
      case "lstm_ragged" -> new Sizes(cell, 3, 4, 1, false, 3, 6, 1, 6, 4);
      case "lstm_bidirectional_ragged" -> new Sizes(cell, 2, 3, 1, true, 2, 5, 1, 4);
      case "gru_bidirectional" -> new Sizes(cell, 3, 4, 1, true, 5, 5, 5);
      case "lstm_wide" -> new Sizes(cell, 3, 11, 1, false, 5, 5, 5);
      case "gru_wide" -> new Sizes(cell, 5, 11, 1, false, 5, 5, 5);
      case "article_cell_wide" -> new Sizes(cell, 5, 13, 1, false, 5, 5);
      default -> new Sizes(cell, 3, 5, 1, false, 5, 5, 5);
    };
  }

  private static ReferenceFile layer(String name) {
    RecurrentCase data = RecurrentCase.random(sizes(name), SEED);
    boolean plainCell = isPlainCell(data.cell());
    if (plainCell) {
      data = data.withProbeHn(null);
    }
    RecurrentResult result = DoubleReference.outputsAndGradients(data);
    int[] y = {data.steps(), data.batchSize(), data.directions() * data.hiddenSize()};
    int[] x = {data.steps(), data.batchSize(), data.inputSize()};
    int[] state = stateShape(data);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    put(inputs, "x", data.x(), x);
    put(inputs, "h0", data.h0(), state);
    put(inputs, "c0", data.c0(), state);
    put(inputs, "probe", data.probe(), y);
    put(inputs, "probe_hn", data.probeHn(), state);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    put(outputs, "y", result.y(), y);
    put(outputs, "hn", result.hn(), state);
    put(outputs, "cn", result.cn(), state);
    Map<String, Tensor> gradients = weights(data, result.gradients());
    put(gradients, "x", result.gradients().get("x"), x);
    put(gradients, "h0", result.gradients().get("h0"), state);
    put(gradients, "c0", result.gradients().get("c0"), state);
    return new ReferenceFile(
        name,
        NOTE,
        inputs,
        weights(data, data.weights()),
        outputs,
        result.loss(),
        gradients,
        name.endsWith("ragged") ? data.lengths() : null,
        new double[0],
        new double[0],
        Map.of());
  }

  /** Cells that PyTorch lacks: their files name no layers, and have no probe of hn. */
  private static boolean isPlainCell(CellType cell) {
    return cell == CellType.LSTM_PEEPHOLE || cell == CellType.ARTICLE;
  }

  private static int[] stateShape(RecurrentCase data) {
    return isPlainCell(data.cell())
        ? new int[] {data.batchSize(), data.hiddenSize()}
        : new int[] {data.numLayers() * data.directions(), data.batchSize(), data.hiddenSize()};
  }

  private static void put(Map<String, Tensor> to, String name, double[] values, int[] shape) {
    if (values != null) {
      to.put(name, new Tensor(shape, values));
    }
  }

  private static Map<String, Tensor> weights(RecurrentCase data, Map<String, double[]> values) {
    ParameterLayout layout = new ParameterLayout();
    data.sizes().cells(layout);
    Map<String, Tensor> weights = new LinkedHashMap<>();
    for (Slice slice : layout.slices()) {
      String name = RecurrentCase.plainName(slice);
      int[] shape =
          name.matches("(weight|W).*")
              ? new int[] {slice.rows(), slice.cols()}
              : new int[] {slice.cols()};
      String fileName = isPlainCell(data.cell()) ? name.replace("_l0", "") : name;
      weights.put(fileName, new Tensor(shape, values.get(name)));
    }
    return weights;
  }

  private static ReferenceFile training(String name) {
    int steps = 5;
    int batch = 6;
    int inputSize = 2;
    int h = 3;
    int classes = 3;
    KeyedRandom random = KeyedRandom.of(SEED, name);
    double[] labels = new double[batch];
    for (int b = 0; b < batch; b++) {
      labels[b] = random.nextInt(classes);
    }
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    int[] xShape = {steps, batch, inputSize};
    inputs.put(
        "x", new Tensor(xShape, RecurrentCase.uniform(random, steps * batch * inputSize, 1.5)));
    inputs.put("label", new Tensor(new int[] {batch}, labels));
    Map<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("lstm.weight_ih_l0", uniform(random, h, 4 * h, inputSize));
    weights.put("lstm.weight_hh_l0", uniform(random, h, 4 * h, h));
    weights.put("lstm.bias_ih_l0", uniform(random, h, 4 * h));
    weights.put("lstm.bias_hh_l0", uniform(random, h, 4 * h));
    weights.put("head.weight", uniform(random, h, classes, h));
    weights.put("head.bias", uniform(random, h, classes));
    return trained(name, inputs, weights);
  }

  private static Tensor uniform(KeyedRandom random, int hiddenSize, int... shape) {
    int size = shape.length == 1 ? shape[0] : shape[0] * shape[1];
    return new Tensor(shape, RecurrentCase.uniform(random, size, 1 / Math.sqrt(hiddenSize)));
  }

  private static ReferenceFile trained(
      String name, Map<String, Tensor> inputs, Map<String, Tensor> weights) {
    Map<String, double[]> values = new LinkedHashMap<>();
    weights.forEach((key, tensor) -> values.put(key, tensor.values()));
    Tensor x = inputs.get("x");
    DoubleTraining training =
        new DoubleTraining(name, 10, values, x.shape(), x.values(), inputs.get("label").values());
    Map<String, double[]> trained = training.train();
    Map<String, Tensor> finalWeights = new LinkedHashMap<>();
    weights.forEach(
        (key, tensor) -> finalWeights.put(key, new Tensor(tensor.shape(), trained.get(key))));
    return new ReferenceFile(
        name,
        NOTE,
        inputs,
        weights,
        Map.of(),
        Double.NaN,
        Map.of(),
        null,
        training.losses,
        training.gradientNorms,
        finalWeights);
  }
}
