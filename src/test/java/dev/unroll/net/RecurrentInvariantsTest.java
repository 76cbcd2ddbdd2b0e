package dev.unroll.net;

import static dev.unroll.net.Closeness.assertAllClose;
import static dev.unroll.net.Closeness.assertClose;
import static dev.unroll.net.Closeness.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.math.Kernels;
import dev.unroll.math.KeyedRandom;
import dev.unroll.math.ScalarKernels;
import dev.unroll.net.RecurrentCase.Sizes;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What has to hold for any recurrent layer, whatever its numbers are; most of it to the bit. */
class RecurrentInvariantsTest {
  private static final Kernels KERNELS = Kernels.best();

  private static Stream<RecurrentCase> raggedCases() {
    return Stream.of(CellType.values())
        .flatMap(
            cell ->
                Stream.of(
                    new Sizes(cell, 3, 5, 1, false, 3, 6, 1, 6, 2),
                    new Sizes(cell, 3, 5, 1, true, 3, 6, 1, 6, 2),
                    new Sizes(cell, 2, 17, 2, true, 4, 1, 4, 5)))
        .map(sizes -> RecurrentCase.random(sizes, 7));
  }

  @ParameterizedTest
  @MethodSource("raggedCases")
  void aBatchGivesWhatItsSequencesGiveAlone(RecurrentCase batch) {
    RecurrentResult together = RecurrentRun.of(batch, KERNELS);
    for (int b = 0; b < batch.batchSize(); b++) {
      RecurrentResult alone = RecurrentRun.of(batch.withSequences(b), KERNELS);
      assertSameBits(alone, pick(batch, together, b));
    }
  }

  @ParameterizedTest
  @MethodSource("raggedCases")
  void theOrderOfSequencesDoesNotMatter(RecurrentCase batch) {
    RecurrentResult expected = RecurrentRun.of(batch, KERNELS);
    int[] order = IntStream.range(0, batch.batchSize()).toArray();
    for (int shuffle = 0; shuffle < 5; shuffle++) {
      KeyedRandom.of(shuffle, "order").shuffle(order);
      RecurrentResult shuffled = RecurrentRun.of(batch.withSequences(order), KERNELS);
      assertSameBits(pick(batch, expected, order), shuffled);
    }
  }

  @ParameterizedTest
  @MethodSource("raggedCases")
  void whatLiesBehindASequencesEndDoesNotMatter(RecurrentCase batch) {
    double[] x = batch.x().clone();
    double[] probe = batch.probe().clone();
    for (int t = 0; t < batch.steps(); t++) {
      for (int b = 0; b < batch.batchSize(); b++) {
        if (t >= batch.lengths()[b]) {
          fillRow(x, t * batch.batchSize() + b, batch.inputSize(), Double.NaN);
          int width = batch.directions() * batch.hiddenSize();
          fillRow(probe, t * batch.batchSize() + b, width, Double.NaN);
        }
      }
    }
    RecurrentCase poisoned =
        batch.with(
            batch.lengths(),
            batch.steps(),
            batch.weights(),
            x,
            batch.h0(),
            batch.c0(),
            probe,
            batch.probeHn());
    RecurrentResult expected = RecurrentRun.of(batch, KERNELS);
    RecurrentResult result = RecurrentRun.of(poisoned, KERNELS);
    assertSameBits(expected, result);
    expected
        .gradients()
        .forEach((name, dW) -> assertSameBits(name, dW, result.gradients().get(name)));
  }

  @ParameterizedTest
  @MethodSource("raggedCases")
  void gradientsOfABatchAreTheSumOfThoseOfItsSequences(RecurrentCase batch) {
    Map<String, double[]> sum = new LinkedHashMap<>();
    for (int b = 0; b < batch.batchSize(); b++) {
      Map<String, double[]> alone = RecurrentRun.of(batch.withSequences(b), KERNELS).gradients();
      for (String name : batch.weights().keySet()) {
        sum.merge(name, alone.get(name), DoubleReference::sum);
      }
    }
    Map<String, double[]> together = RecurrentRun.of(batch, KERNELS).gradients();
    together.keySet().retainAll(batch.weights().keySet());
    assertAllClose(sum, together, 1e-5, 1e-2);
  }

  private static Stream<RecurrentCase> forwardCases() {
    return Stream.of(CellType.values())
        .flatMap(
            cell ->
                Stream.of(
                    new Sizes(cell, 3, 5, 1, false, 7, 7, 7),
                    new Sizes(cell, 2, 9, 3, false, 7, 7),
                    new Sizes(cell, 3, 5, 2, false, 4, 9, 5, 4)))
        .map(sizes -> RecurrentCase.random(sizes, 8));
  }

  @ParameterizedTest
  @MethodSource("forwardCases")
  void twoHalvesWithCarriedStateAreOneRun(RecurrentCase whole) {
    RecurrentResult expected = RecurrentRun.of(whole, KERNELS);
    for (int cut : new int[] {1, 2, 3}) {
      RecurrentResult first = RecurrentRun.of(whole.withSteps(0, cut), KERNELS);
      RecurrentCase rest =
          whole.withSteps(cut, whole.steps()).withInitialStates(first.hn(), first.cn());
      RecurrentResult second = RecurrentRun.of(rest, KERNELS);
      assertSameBits("y", expected.y(), concat(first.y(), second.y()));
      assertSameBits("hn", expected.hn(), second.hn());
      if (expected.cn() != null) {
        assertSameBits("cn", expected.cn(), second.cn());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void reversedInputWithSwappedWeightsGivesReversedSwappedOutput(CellType cell) {
    RecurrentCase data = RecurrentCase.random(new Sizes(cell, 3, 5, 1, true, 4, 6, 1, 6), 9);
    Map<String, double[]> swapped = new LinkedHashMap<>();
    for (String name : data.weights().keySet()) {
      String other = name.endsWith("_reverse") ? name.replace("_reverse", "") : name + "_reverse";
      swapped.put(name, data.weights().get(other));
    }
    RecurrentCase mirrored =
        data.with(
            data.lengths(),
            data.steps(),
            swapped,
            reversed(data, data.x(), data.inputSize()),
            swapHalves(data.h0(), data.h0().length / 2),
            data.c0() == null ? null : swapHalves(data.c0(), data.c0().length / 2),
            swapHalves(reversed(data, data.probe(), 2 * data.hiddenSize()), data.hiddenSize()),
            swapHalves(data.probeHn(), data.probeHn().length / 2));
    RecurrentResult expected = RecurrentRun.of(data, KERNELS);
    RecurrentResult result = RecurrentRun.of(mirrored, KERNELS);
    double[] y = reversed(data, result.y(), 2 * data.hiddenSize());
    assertSameBits("y", expected.y(), swapHalves(y, data.hiddenSize()));
    assertSameBits("hn", expected.hn(), swapHalves(result.hn(), result.hn().length / 2));
    for (String name : data.weights().keySet()) {
      String other = name.endsWith("_reverse") ? name.replace("_reverse", "") : name + "_reverse";
      assertSameBits(name, expected.gradients().get(name), result.gradients().get(other));
    }
    double[] dx = reversed(data, result.gradients().get("x"), data.inputSize());
    assertClose("x", expected.gradients().get("x"), dx, 1e-6);
  }

  @ParameterizedTest
  @EnumSource
  void aRunDoesNotDependOnWhatItsMemoryHeldBefore(CellType cell) {
    Sizes large = new Sizes(cell, 3, 5, 2, true, 9, 2, 9, 4, 5, 1);
    Sizes small = new Sizes(cell, 3, 5, 2, true, 2, 3);
    Sizes otherLarge = new Sizes(cell, 3, 5, 2, true, 3, 3, 3, 3, 3, 3, 3, 3, 8);
    RecurrentRun reused = new RecurrentRun(large, new ScalarKernels());
    for (Sizes sizes : new Sizes[] {large, small, otherLarge, small, large}) {
      RecurrentCase data = RecurrentCase.random(sizes, 10);
      RecurrentResult fresh = RecurrentRun.of(data, new ScalarKernels());
      RecurrentResult result = reused.run(data);
      assertSameBits(fresh, result);
      fresh
          .gradients()
          .forEach((name, dW) -> assertSameBits(name, dW, result.gradients().get(name)));
    }
  }

  /** The result of a batch, cut down to some of its sequences. */
  private static RecurrentResult pick(RecurrentCase of, RecurrentResult result, int... which) {
    int states = of.numLayers() * of.directions();
    Map<String, double[]> gradients = new LinkedHashMap<>();
    gradients.put("x", of.pick(result.gradients().get("x"), of.steps(), of.inputSize(), which));
    gradients.put("h0", of.pick(result.gradients().get("h0"), states, of.hiddenSize(), which));
    if (of.c0() != null) {
      gradients.put("c0", of.pick(result.gradients().get("c0"), states, of.hiddenSize(), which));
    }
    return new RecurrentResult(
        of.pick(result.y(), of.steps(), of.directions() * of.hiddenSize(), which),
        of.pick(result.hn(), states, of.hiddenSize(), which),
        of.pick(result.cn(), states, of.hiddenSize(), which),
        result.loss(),
        gradients);
  }

  /** A tensor (T, B, width) with every sequence turned around within its own length. */
  private static double[] reversed(RecurrentCase data, double[] tensor, int width) {
    double[] reversed = tensor.clone();
    for (int b = 0; b < data.batchSize(); b++) {
      int length = data.lengths()[b];
      for (int t = 0; t < length; t++) {
        int from = (t * data.batchSize() + b) * width;
        int to = ((length - 1 - t) * data.batchSize() + b) * width;
        System.arraycopy(tensor, from, reversed, to, width);
      }
    }
    return reversed;
  }

  /** Swaps the first and second {@code half} values of every 2 · half. */
  private static double[] swapHalves(double[] values, int half) {
    assertTrue(half > 0);
    assertEquals(0, values.length % (2 * half));
    double[] swapped = new double[values.length];
    for (int at = 0; at < values.length; at += 2 * half) {
      System.arraycopy(values, at, swapped, at + half, half);
      System.arraycopy(values, at + half, swapped, at, half);
    }
    return swapped;
  }

  private static double[] concat(double[] a, double[] b) {
    double[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  private static void fillRow(double[] tensor, int row, int width, double value) {
    Arrays.fill(tensor, row * width, (row + 1) * width, value);
  }
}
