package dev.unroll.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ModelTest {
  private static final NetworkConfig CONFIG =
      new NetworkConfig(Task.TAG, CellType.GRU, 2, 3, 1, true, 2);
  private static final Scaling TWO = Scaling.none(2);
  private static final List<String> CLASSES = List.of("a", "b");

  @Test
  void weightsFitTheNetworkAndAreFinite() {
    refused(
        "weights: 5 values, expected 140 for bidirectional gru with inputSize 2, hiddenSize 3,"
            + " numLayers 1, outputSize 2",
        new float[5],
        TWO,
        TWO,
        CLASSES);
    float[] weights = weights();
    Slice bias = new Network(CONFIG).layout().slice("rnn.bias_hh_l0_reverse");
    weights[bias.offset() + 4] = Float.NEGATIVE_INFINITY;
    refused(
        "weights: rnn.bias_hh_l0_reverse[4] is -Infinity, expected a finite number; training"
            + " diverged or the file is damaged",
        weights,
        TWO,
        TWO,
        CLASSES);
  }

  @Test
  void scalingsFitAndMakeSense() {
    refused(
        "inputScaling: 3 features, expected 2 (inputSize)",
        weights(),
        Scaling.none(3),
        TWO,
        CLASSES);
    refused(
        "targetScaling: 1 features, expected 2 (outputSize)",
        weights(),
        TWO,
        Scaling.none(1),
        CLASSES);
    refused(
        "inputScaling: mean[1] is NaN, expected a finite number",
        weights(),
        new Scaling(new double[] {0, Double.NaN}, new double[] {1, 1}),
        TWO,
        CLASSES);
    for (double deviation : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      refused(
          "inputScaling: deviation[0] is "
              + deviation
              + ", expected a finite number greater than 0",
          weights(),
          new Scaling(new double[2], new double[] {deviation, 1}),
          TWO,
          CLASSES);
    }
    refused(
        "targetScaling: scales target 1, but classes are not scaled (task tag)",
        weights(),
        TWO,
        new Scaling(new double[2], new double[] {1, 2}),
        CLASSES);
  }

  @Test
  void classesFit() {
    refused(
        "classes: 1 names, expected 2 (task tag, outputSize 2)", weights(), TWO, TWO, List.of("a"));
    refused("classes: \"a\" is there twice", weights(), TWO, TWO, List.of("a", "a"));
    refused("classes: a null, expected a text", weights(), TWO, TWO, Arrays.asList("a", null));
    refused(
        "classes: \"\ud800\" is not valid Unicode", weights(), TWO, TWO, List.of("a", "\ud800"));
  }

  @Test
  void aNetworkBeyondAnArrayIsRefusedAtOnce() {
    for (NetworkConfig config :
        List.of(
            new NetworkConfig(Task.REGRESS, CellType.LSTM, 1, 1 << 30, 1, true, 1),
            new NetworkConfig(Task.REGRESS, CellType.LSTM, 1, 1, 1 << 30, false, 1),
            new NetworkConfig(Task.REGRESS, CellType.RNN_TANH, 1 << 30, 2, 1, false, 1),
            new NetworkConfig(Task.REGRESS, CellType.GRU, 1, 1, 1, true, Integer.MAX_VALUE))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new Model(config, new float[1], TWO, TWO, List.of(), "double", new TreeMap<>()));
    }
  }

  @Test
  void laterChangesOfListsDoNotReachIt() {
    List<String> classes = Arrays.asList("a", "b");
    SortedMap<String, String> about = new TreeMap<>();
    Model model = new Model(CONFIG, weights(), TWO, TWO, classes, "int", about);
    classes.set(0, "c");
    about.put("k", "v");
    assertEquals(CLASSES, model.classes());
    assertEquals(0, model.about().size());
  }

  @Test
  void theChecksumIsThatOfTheLittleEndianFloats() {
    NetworkConfig config = new NetworkConfig(Task.REGRESS, CellType.RNN_RELU, 1, 1, 1, false, 1);
    float[] weights = {1f, -2f, 0.5f, -0f, 3e38f, 1e-45f};
    Model model =
        new Model(
            config, weights, Scaling.none(1), Scaling.none(1), List.of(), "int", new TreeMap<>());
    assertEquals(
        "c8341c845a27b8c5598c3d36533e627d79d565596d74aaab2eeac550f7df374b", model.weightsSha256());
  }

  private static float[] weights() {
    return new Network(CONFIG).initialWeights(1);
  }

  private static void refused(
      String message, float[] weights, Scaling inputs, Scaling targets, List<String> classes) {
    assertEquals(
        message,
        assertThrows(
                IllegalArgumentException.class,
                () -> new Model(CONFIG, weights, inputs, targets, classes, "int", new TreeMap<>()))
            .getMessage());
  }
}
