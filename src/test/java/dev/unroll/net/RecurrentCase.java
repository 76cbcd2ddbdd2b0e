package dev.unroll.net;

import dev.unroll.math.KeyedRandom;
import dev.unroll.net.ReferenceFile.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A recurrent stack with weights and inputs, in double and laid out as PyTorch does: x (T, B, I),
 * padded and in any order of lengths, h0 and c0 (layers · directions, B, H), null for zeros. The
 * loss is Σ y · probe + Σ hn · probeHn (null: 0). Weights have PyTorch's names with their suffix,
 * as in {@code bias_ih_l0_reverse}, also where a file leaves {@code _l0} out.
 */
record RecurrentCase(
    CellType cell,
    int inputSize,
    int hiddenSize,
    int numLayers,
    boolean bidirectional,
    int steps,
    int[] lengths,
    Map<String, double[]> weights,
    double[] x,
    double[] h0,
    double[] c0,
    double[] probe,
    double[] probeHn) {

  /** The cases of reference files that are about one recurrent stack, with their cells. */
  static final Map<String, CellType> CELLS =
      Map.ofEntries(
          Map.entry("rnn_tanh", CellType.RNN_TANH),
          Map.entry("rnn_relu", CellType.RNN_RELU),
          Map.entry("lstm", CellType.LSTM),
          Map.entry("lstm_two_layers", CellType.LSTM),
          Map.entry("lstm_ragged", CellType.LSTM),
          Map.entry("lstm_bidirectional_ragged", CellType.LSTM),
          Map.entry("lstm_wide", CellType.LSTM),
          Map.entry("lstm_peephole", CellType.LSTM_PEEPHOLE),
          Map.entry("gru", CellType.GRU),
          Map.entry("gru_bidirectional", CellType.GRU),
          Map.entry("gru_wide", CellType.GRU),
          Map.entry("article_cell", CellType.ARTICLE),
          Map.entry("article_cell_wide", CellType.ARTICLE));

  private static final Pattern LAYER = Pattern.compile(".*_l(\\d+)(_reverse)?");

  /** The shape of a case: everything but its numbers. */
  record Sizes(
      CellType cell,
      int inputSize,
      int hiddenSize,
      int numLayers,
      boolean bidirectional,
      int... lengths) {

    int directions() {
      return bidirectional ? 2 : 1;
    }

    int steps() {
      return Arrays.stream(lengths).max().orElse(0);
    }

    Cell[][] cells(ParameterLayout layout) {
      Cell[][] cells = new Cell[numLayers][directions()];
      int width = inputSize;
      for (int l = 0; l < numLayers; l++) {
        for (int d = 0; d < directions(); d++) {
          String suffix = "_l" + l + (d == 1 ? "_reverse" : "");
          cells[l][d] = cell.create(width, hiddenSize, layout, suffix);
        }
        width = directions() * hiddenSize;
      }
      return cells;
    }

    @Override
    public String toString() {
      return "%s I=%d H=%d layers=%d%s lengths=%s"
          .formatted(
              cell.label(),
              inputSize,
              hiddenSize,
              numLayers,
              bidirectional ? " bidirectional" : "",
              Arrays.toString(lengths));
    }
  }

  /** A case with random numbers: a function of sizes and seed. */
  static RecurrentCase random(Sizes sizes, long seed) {
    KeyedRandom random = KeyedRandom.of(seed, sizes.toString());
    int batch = sizes.lengths.length;
    int states = sizes.numLayers * sizes.directions() * batch * sizes.hiddenSize;
    int outputs = sizes.steps() * batch * sizes.directions() * sizes.hiddenSize;
    ParameterLayout layout = new ParameterLayout();
    boolean hasCellState = sizes.cells(layout)[0][0].hasCellState();
    double range = 1 / Math.sqrt(sizes.hiddenSize);
    Map<String, double[]> weights = new LinkedHashMap<>();
    for (Slice slice : layout.slices()) {
      weights.put(plainName(slice), uniform(random, slice.size(), range));
    }
    return new RecurrentCase(
        sizes.cell,
        sizes.inputSize,
        sizes.hiddenSize,
        sizes.numLayers,
        sizes.bidirectional,
        sizes.steps(),
        sizes.lengths,
        weights,
        uniform(random, sizes.steps() * batch * sizes.inputSize, 1.5),
        uniform(random, states, 0.75),
        hasCellState ? uniform(random, states, 0.75) : null,
        uniform(random, outputs, 1),
        uniform(random, states, 1));
  }

  /** Numbers in ±range that float holds exactly: multiples of 2^-12. */
  static double[] uniform(KeyedRandom random, int count, double range) {
    double[] numbers = new double[count];
    for (int j = 0; j < count; j++) {
      numbers[j] = Math.rint((2 * random.nextDouble() - 1) * range * 4096) / 4096;
    }
    return numbers;
  }

  static RecurrentCase of(ReferenceFile file) {
    Tensor x = file.inputs().get("x");
    int batch = x.shape()[1];
    int[] lengths = file.lengths();
    if (lengths == null) {
      lengths = new int[batch];
      Arrays.fill(lengths, x.shape()[0]);
    }
    Map<String, double[]> weights = named(file.weights());
    int layers = 1;
    for (String name : weights.keySet()) {
      Matcher matcher = LAYER.matcher(name);
      layers =
          matcher.matches() ? Math.max(layers, 1 + Integer.parseInt(matcher.group(1))) : layers;
    }
    boolean bidirectional = weights.keySet().stream().anyMatch(n -> n.endsWith("_reverse"));
    int width = file.inputs().get("probe").shape()[2];
    return new RecurrentCase(
        CELLS.get(file.name()),
        x.shape()[2],
        bidirectional ? width / 2 : width,
        layers,
        bidirectional,
        x.shape()[0],
        lengths,
        weights,
        x.values(),
        values(file.inputs(), "h0"),
        values(file.inputs(), "c0"),
        values(file.inputs(), "probe"),
        values(file.inputs(), "probe_hn"));
  }

  /** The tensors by full name: those of a file that leaves {@code _l0} out get it. */
  static Map<String, double[]> named(Map<String, Tensor> tensors) {
    Map<String, double[]> named = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          boolean complete = LAYER.matcher(name).matches() || name.matches("x|h0|c0");
          named.put(complete ? name : name + "_l0", tensor.values());
        });
    return named;
  }

  private static double[] values(Map<String, Tensor> tensors, String name) {
    Tensor tensor = tensors.get(name);
    return tensor == null ? null : tensor.values();
  }

  /** PyTorch's name of a tensor of ours. */
  static String plainName(Slice slice) {
    return slice.name().substring("rnn.".length());
  }

  int directions() {
    return bidirectional ? 2 : 1;
  }

  int batchSize() {
    return lengths.length;
  }

  Sizes sizes() {
    return new Sizes(cell, inputSize, hiddenSize, numLayers, bidirectional, lengths);
  }

  /** Everything the loss has a gradient by: weights, x, and the given initial states. */
  Map<String, double[]> variables() {
    Map<String, double[]> variables = new LinkedHashMap<>(weights);
    variables.put("x", x);
    if (h0 != null) {
      variables.put("h0", h0);
    }
    if (c0 != null) {
      variables.put("c0", c0);
    }
    return variables;
  }

  /** The same with other sequences, and whatever belongs to them, taken from this case. */
  RecurrentCase withSequences(int... which) {
    int states = numLayers * directions();
    return with(
        Arrays.stream(which).map(b -> lengths[b]).toArray(),
        steps,
        weights,
        pick(x, steps, inputSize, which),
        pick(h0, states, hiddenSize, which),
        pick(c0, states, hiddenSize, which),
        pick(probe, steps, directions() * hiddenSize, which),
        pick(probeHn, states, hiddenSize, which));
  }

  /** Sequences {@code which} of a tensor (outer, B, width). */
  double[] pick(double[] from, int outer, int width, int... which) {
    if (from == null) {
      return null;
    }
    double[] picked = new double[outer * which.length * width];
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < which.length; i++) {
        int source = (o * batchSize() + which[i]) * width;
        System.arraycopy(from, source, picked, (o * which.length + i) * width, width);
      }
    }
    return picked;
  }

  RecurrentCase withInitialStates(double[] newH0, double[] newC0) {
    return with(lengths, steps, weights, x, newH0, newC0, probe, probeHn);
  }

  RecurrentCase withProbeHn(double[] newProbeHn) {
    return with(lengths, steps, weights, x, h0, c0, probe, newProbeHn);
  }

  RecurrentCase withWeights(Map<String, double[]> newWeights) {
    return with(lengths, steps, newWeights, x, h0, c0, probe, probeHn);
  }

  /** Only steps {@code from} to {@code to}; no sequence may end before {@code from}. */
  RecurrentCase withSteps(int from, int to) {
    int[] remaining = IntStream.of(lengths).map(n -> Math.min(n, to) - from).toArray();
    int rows = batchSize();
    return with(
        remaining,
        to - from,
        weights,
        Arrays.copyOfRange(x, from * rows * inputSize, to * rows * inputSize),
        h0,
        c0,
        Arrays.copyOfRange(
            probe, from * rows * directions() * hiddenSize, to * rows * directions() * hiddenSize),
        probeHn);
  }

  RecurrentCase with(
      int[] newLengths,
      int newSteps,
      Map<String, double[]> newWeights,
      double[] newX,
      double[] newH0,
      double[] newC0,
      double[] newProbe,
      double[] newProbeHn) {
    return new RecurrentCase(
        cell,
        inputSize,
        hiddenSize,
        numLayers,
        bidirectional,
        newSteps,
        newLengths,
        newWeights,
        newX,
        newH0,
        newC0,
        newProbe,
        newProbeHn);
  }
}
