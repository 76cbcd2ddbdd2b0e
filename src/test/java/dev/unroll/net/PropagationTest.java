package dev.unroll.net;

import static dev.unroll.net.Closeness.assertWithin;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unroll.math.BlasKernels;
import dev.unroll.math.Kernels;
import dev.unroll.math.KeyedRandom;
import dev.unroll.math.ScalarElementwise;
import dev.unroll.math.ScalarKernels;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole networks: outputs, losses and gradients against double precision, and reuse of memory. */
class PropagationTest {
  private static final double TOLERANCE = 1e-5;

  private static Stream<NetworkConfig> networks() {
    return Stream.of(Task.values())
        .flatMap(
            task ->
                Stream.of(
                    new NetworkConfig(task, CellType.LSTM, 3, 4, 1, false, 3),
                    new NetworkConfig(task, CellType.GRU, 2, 3, 2, true, 4),
                    new NetworkConfig(task, CellType.ARTICLE, 2, 3, 2, false, 2),
                    new NetworkConfig(task, CellType.LSTM_PEEPHOLE, 2, 3, 1, true, 2),
                    new NetworkConfig(task, CellType.RNN_TANH, 1, 1, 1, false, 1),
                    new NetworkConfig(task, CellType.RNN_TANH, 3, 5, 1, true, 5)));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void outputsAreThoseOfTheEquations(NetworkConfig config) {
    Example example = new Example(config, 1, 3, 1, 5, 5, 2);
    float[] logits = example.forward(new ScalarKernels());
    double[][] expected = example.reference.logits();
    int k = config.outputSize();
    for (int row = 0; row < expected.length; row++) {
      double[] outputs = widen(Arrays.copyOfRange(logits, row * k, (row + 1) * k));
      assertWithin("row " + row, expected[example.referenceRow(row)], outputs, TOLERANCE, 1);
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void lossAndGradientAreThoseOfTheEquations(NetworkConfig config) {
    gradientIsThatOfTheEquations(config, new ScalarKernels());
  }

  @Test
  void blasGradientIsThatOfTheEquations() {
    NetworkConfig config = new NetworkConfig(Task.TAG, CellType.LSTM, 2, 3, 2, true, 3);
    gradientIsThatOfTheEquations(config, new BlasKernels(new ScalarKernels().elementwise()));
  }

  private static void gradientIsThatOfTheEquations(NetworkConfig config, Kernels kernels) {
    Example example = new Example(config, 2, 4, 1, 3, 4);
    float[] gradient = new float[example.network.layout().size()];
    double loss = example.lossAndGradient(new Propagation(example.network, kernels), gradient);
    assertEquals(example.referenceLoss(), loss, TOLERANCE);
    double scale = Closeness.magnitude(widen(gradient));
    for (Slice slice : example.network.layout().slices()) {
      double[] expected =
          DoubleReference.gradient(
              example.weights.get(slice.name()), 0x1p-12, example::referenceLoss);
      int end = slice.offset() + slice.size();
      double[] ours = widen(Arrays.copyOfRange(gradient, slice.offset(), end));
      double largest = Math.max(Closeness.magnitude(expected), 0.1 * scale);
      assertWithin(slice.name(), expected, ours, TOLERANCE, largest);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anInstanceGivesTheSameBitsForBatchesOfAnyShapeInAnyOrder(Task task) {
    NetworkConfig config = new NetworkConfig(task, CellType.GRU, 3, 5, 2, true, 4);
    Example large = new Example(config, 3, 9, 4, 9, 1, 7, 2);
    Example small = new Example(config, 4, 2, 3);
    Example many = new Example(config, 5, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 3);
    Propagation reused = new Propagation(large.network, Kernels.best());
    for (Example example : new Example[] {large, small, many, small, large}) {
      float[] expected = new float[large.network.layout().size()];
      Propagation fresh = new Propagation(example.network, Kernels.best());
      double expectedLoss = example.lossAndGradient(fresh, expected);
      float[] gradient = new float[expected.length];
      Arrays.fill(gradient, Float.NaN);
      double loss = example.lossAndGradient(reused, gradient);
      assertEquals(expectedLoss, loss);
      assertArrayEquals(expected, gradient);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBatchGivesTheBitsThatItsSequencesGiveAlone(CellType cell) {
    NetworkConfig config = new NetworkConfig(Task.CLASSIFY, cell, 3, 5, 2, true, 4);
    Example example = new Example(config, 6, 3, 8, 1, 8, 5);
    Propagation propagation = new Propagation(example.network, Kernels.best());
    float[] together = propagation.forward(example.flat, example.batch).clone();
    for (int i = 0; i < 5; i++) {
      Batch alone = new Batch();
      alone.fill(example.block, new int[] {example.batch.order(i)}, 0, 1, Scaling.none(3));
      float[] logits = propagation.forward(example.flat, alone);
      assertEquals(1, propagation.outputRows(alone));
      assertArrayEquals(Arrays.copyOf(logits, 4), Arrays.copyOfRange(together, i * 4, i * 4 + 4));
    }
  }

  @Test
  void aDirectionStartsFromZeroStatesEveryTime() {
    NetworkConfig config = new NetworkConfig(Task.REGRESS, CellType.LSTM, 2, 3, 1, true, 1);
    Example example = new Example(config, 7, 4, 4);
    Propagation propagation = new Propagation(example.network, Kernels.best());
    float[] first = propagation.forward(example.flat, example.batch).clone();
    assertArrayEquals(first, propagation.forward(example.flat, example.batch));
  }

  /** A network with random weights and a batch of random sequences, in float and in double. */
  private static final class Example {
    final Network network;
    final float[] flat;
    final Map<String, double[]> weights = new LinkedHashMap<>();
    final SequenceBlock block;
    final Batch batch = new Batch();
    final DoubleNetwork reference;
    private final int[] lengths;
    private final double[] targets;

    Example(NetworkConfig config, long seed, int... lengths) {
      this.lengths = lengths;
      KeyedRandom random = KeyedRandom.of(seed, "example");
      network = new Network(config);
      flat = network.initialWeights(seed);
      for (Slice slice : network.layout().slices()) {
        weights.put(slice.name(), disturbed(slice, random));
      }
      int steps = IntStream.of(lengths).sum();
      targets = targets(config, random, steps);
      block = block(config, RecurrentCase.uniform(random, steps * config.inputSize(), 1.5));
      batch.fill(
          block,
          IntStream.range(0, lengths.length).toArray(),
          0,
          lengths.length,
          Scaling.none(config.inputSize()));
      reference =
          new DoubleNetwork(
              recurrent(config),
              config.task(),
              weights.get("head.weight"),
              weights.get("head.bias"));
    }

    /** Initial weights with noise, so that no bias is 0 and nothing is orthogonal. */
    private double[] disturbed(Slice slice, KeyedRandom random) {
      double[] values = RecurrentCase.uniform(random, slice.size(), 0.25);
      for (int j = 0; j < values.length; j++) {
        flat[slice.offset() + j] += (float) values[j];
        values[j] = flat[slice.offset() + j];
      }
      return values;
    }

    private double[] targets(NetworkConfig config, KeyedRandom random, int steps) {
      return switch (config.task()) {
        case CLASSIFY, TAG -> {
          int rows = config.task() == Task.TAG ? steps : lengths.length;
          yield IntStream.range(0, rows)
              .mapToDouble(row -> random.nextInt(config.outputSize()))
              .toArray();
        }
        case REGRESS -> RecurrentCase.uniform(random, lengths.length * config.outputSize(), 2);
      };
    }

    private SequenceBlock block(NetworkConfig config, double[] values) {
      int[] starts = new int[lengths.length + 1];
      for (int b = 0; b < lengths.length; b++) {
        starts[b + 1] = starts[b] + lengths[b];
      }
      return new SequenceBlock(
          config.inputSize(),
          starts,
          narrow(values),
          config.task() == Task.REGRESS ? config.outputSize() : 1,
          config.task() == Task.TAG,
          narrow(targets));
    }

    private RecurrentCase recurrent(NetworkConfig config) {
      Map<String, double[]> plain = new LinkedHashMap<>();
      for (Slice slice : network.layout().slices()) {
        if (slice.name().startsWith("rnn.")) {
          plain.put(RecurrentCase.plainName(slice), weights.get(slice.name()));
        }
      }
      int steps = IntStream.of(lengths).max().orElseThrow();
      double[] x = new double[steps * lengths.length * config.inputSize()];
      for (int b = 0; b < lengths.length; b++) {
        for (int j = 0; j < lengths[b] * config.inputSize(); j++) {
          int t = j / config.inputSize();
          int to = (t * lengths.length + b) * config.inputSize() + j % config.inputSize();
          x[to] = block.values()[block.starts()[b] * config.inputSize() + j];
        }
      }
      return new RecurrentCase(
          config.cell(),
          config.inputSize(),
          config.hiddenSize(),
          config.numLayers(),
          config.bidirectional(),
          steps,
          lengths,
          plain,
          x,
          null,
          null,
          new double[steps * lengths.length * config.layerOutputSize()],
          null);
    }

    float[] forward(Kernels kernels) {
      return new Propagation(network, kernels).forward(flat, batch);
    }

    /** The mean loss. */
    double lossAndGradient(Propagation propagation, float[] gradient) {
      int k = network.config().outputSize();
      int rows = propagation.outputRows(batch);
      float[] logits = propagation.forward(flat, batch);
      float[] dLogits = new float[rows * k];
      Loss loss = Loss.of(network.config().task());
      double sum =
          loss.lossAndGradient(
              new ScalarElementwise(), rows, k, logits, batch.targets(), null, dLogits);
      propagation.backward(flat, batch, dLogits, gradient);
      return sum / rows;
    }

    double referenceLoss() {
      return reference.loss(targets);
    }

    /** Where row {@code row} of the batch's outputs stands in the reference. */
    int referenceRow(int row) {
      if (network.config().task() != Task.TAG) {
        return batch.order(row);
      }
      StepShape shape = batch.shape();
      int t = 0;
      while (shape.offset(t + 1) <= row) {
        t++;
      }
      return block.starts()[batch.order(row - shape.offset(t))] + t;
    }
  }

  private static float[] narrow(double[] values) {
    float[] floats = new float[values.length];
    for (int j = 0; j < values.length; j++) {
      floats[j] = (float) values[j];
    }
    return floats;
  }

  private static double[] widen(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(j -> values[j]).toArray();
  }
}
