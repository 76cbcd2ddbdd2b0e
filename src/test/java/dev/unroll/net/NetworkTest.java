package dev.unroll.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NetworkTest {

  private static Network network(CellType cell) {
    return new Network(new NetworkConfig(Task.CLASSIFY, cell, 5, 8, 2, true, 3));
  }

  private static double[] values(Network network, float[] weights, String name) {
    Slice slice = network.layout().slice(name);
    double[] values = new double[slice.size()];
    for (int j = 0; j < values.length; j++) {
      values[j] = weights[slice.offset() + j];
    }
    return values;
  }

  @ParameterizedTest
  @EnumSource
  void theSlicesCoverTheWeightsWithoutGaps(CellType cell) {
    ParameterLayout layout = network(cell).layout();
    int next = 0;
    for (Slice slice : layout.slices()) {
      assertEquals(next, slice.offset(), slice.name());
      next += slice.size();
    }
    assertEquals(layout.size(), next);
    List<String> names = layout.slices().stream().map(Slice::name).toList();
    assertEquals(names.size(), names.stream().distinct().count());
  }

  /** The counts of one layer: science.md 5.1, plus the second biases that PyTorch has. */
  @ParameterizedTest
  @CsvSource({
    "rnn_tanh, 8 * (5 + 8) + 16, 120",
    "rnn_relu, 8 * (5 + 8) + 16, 120",
    "lstm, 32 * (5 + 8) + 64, 480",
    "lstm_peephole, 32 * (5 + 8) + 32 + 24, 472",
    "gru, 24 * (5 + 8) + 48, 360",
    "article, 8 * 5 + 4 * 64 + 24, 320"
  })
  void aCellHasAsManyParametersAsItsEquations(String cell, String formula, int count) {
    ParameterLayout layout = new ParameterLayout();
    CellType.of(cell).create(5, 8, layout, "_l0");
    assertEquals(count, layout.size(), formula);
  }

  @ParameterizedTest
  @EnumSource
  void initialWeightsAreAFunctionOfTheSeed(CellType cell) {
    float[] weights = network(cell).initialWeights(3);
    assertArrayEquals(weights, network(cell).initialWeights(3));
    assertNotEquals(Arrays.hashCode(weights), Arrays.hashCode(network(cell).initialWeights(4)));
  }

  @ParameterizedTest
  @CsvSource({"LSTM, 4", "LSTM_PEEPHOLE, 4", "GRU, 3", "RNN_TANH, 1"})
  void recurrentWeightsStartOrthogonalGateByGate(CellType cell, int gates) {
    Network network = network(cell);
    float[] weights = network.initialWeights(1);
    for (String layer : new String[] {"_l0", "_l0_reverse", "_l1", "_l1_reverse"}) {
      double[] recurrent = values(network, weights, "rnn.weight_hh" + layer);
      for (int gate = 0; gate < gates; gate++) {
        assertOrthonormalRows(Arrays.copyOfRange(recurrent, gate * 64, (gate + 1) * 64));
      }
    }
  }

  private static void assertOrthonormalRows(double[] matrix) {
    for (int i = 0; i < 8; i++) {
      for (int j = 0; j < 8; j++) {
        double dot =
            DoubleReference.dot(
                DoubleReference.part(matrix, i, 8), DoubleReference.part(matrix, j, 8));
        assertEquals(i == j ? 1 : 0, dot, 1e-6);
      }
    }
  }

  @Test
  void inputWeightsStartWithinGlorotsLimit() {
    Network network = network(CellType.LSTM);
    double[] input = values(network, network.initialWeights(1), "rnn.weight_ih_l1");
    double limit = Math.sqrt(6.0 / (16 + 8));
    assertTrue(Closeness.magnitude(input) <= limit);
    assertTrue(Closeness.magnitude(input) > 0.95 * limit);
    assertEquals(limit * limit / 3, DoubleReference.dot(input, input) / input.length, 0.02);
  }

  @ParameterizedTest
  @CsvSource({"LSTM, rnn.bias_ih_l0", "LSTM_PEEPHOLE, rnn.bias_l0"})
  void onlyForgetGatesStartOpen(CellType cell, String bias) {
    Network network = network(cell);
    float[] weights = network.initialWeights(1);
    double[] expected = new double[32];
    Arrays.fill(expected, 8, 16, 1);
    assertArrayEquals(expected, values(network, weights, bias));
    for (Slice slice : network.layout().slices()) {
      if (slice.name().matches(".*(bias_hh|peephole|head.bias).*")) {
        assertEquals(0, Closeness.magnitude(values(network, weights, slice.name())));
      }
    }
  }

  @Test
  void directionsAndLayersStartDifferently() {
    Network network = network(CellType.GRU);
    float[] weights = network.initialWeights(1);
    double[] forward = values(network, weights, "rnn.weight_hh_l0");
    for (String other : new String[] {"_l0_reverse", "_l1", "_l1_reverse"}) {
      double[] values = values(network, weights, "rnn.weight_hh" + other);
      assertTrue(!Arrays.equals(forward, values), other);
    }
  }

  @Test
  void sizesBelowOneAreRefusedByName() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new NetworkConfig(Task.TAG, CellType.GRU, 1, 0, 1, false, 1));
    assertTrue(e.getMessage().contains("hiddenSize is 0"), e.getMessage());
  }

  @Test
  void unknownNamesAreRefusedWithTheKnownOnes() {
    Exception cell = assertThrows(IllegalArgumentException.class, () -> CellType.of("lstn"));
    assertTrue(cell.getMessage().contains("lstm_peephole"), cell.getMessage());
    Exception task = assertThrows(IllegalArgumentException.class, () -> Task.of("guess"));
    assertTrue(task.getMessage().contains("regress"), task.getMessage());
  }
}
