package dev.unroll.net;

import static dev.unroll.net.Closeness.assertAllClose;
import static dev.unroll.net.Closeness.assertClose;
import static dev.unroll.net.Closeness.assertWithin;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.math.BlasKernels;
import dev.unroll.math.Kernels;
import dev.unroll.math.ScalarKernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Outputs, states, loss and every gradient against reference files: the shipped ones, and those of
 * {@code -Dunroll.reference=DIR} (else {@code ../shared/reference}), whose sizes are their own.
 */
class ReferenceFilesTest {
  private static final double TOLERANCE = 1e-5;

  /** A BLAS sums in an order of its own. */
  private static final double BLAS_TOLERANCE = 2e-5;

  /** Gradients are measured against their own size, down to this part of the file's largest. */
  private static final double NEGLIGIBLE = 1e-3;

  private static Stream<Arguments> files() {
    return ReferenceFolder.all().stream()
        .flatMap(
            folder ->
                folder.files(ReferenceFolder.LAYER_CASES).stream()
                    .map(file -> Arguments.of(folder.path(), file.name(), file)));
  }

  @ParameterizedTest(name = "{1} in {0}")
  @MethodSource("files")
  void scalarKernelsReproduce(Path folder, String name, ReferenceFile file) {
    reproduces(file, new ScalarKernels(), TOLERANCE);
  }

  @ParameterizedTest(name = "{1} in {0}")
  @MethodSource("files")
  void bestKernelsReproduce(Path folder, String name, ReferenceFile file) {
    reproduces(file, Kernels.best(), TOLERANCE);
  }

  @ParameterizedTest(name = "{1} in {0}")
  @MethodSource("files")
  void blasKernelsReproduce(Path folder, String name, ReferenceFile file) {
    reproduces(file, new BlasKernels(new ScalarKernels().elementwise()), BLAS_TOLERANCE);
  }

  private static void reproduces(ReferenceFile file, Kernels kernels, double tolerance) {
    RecurrentCase data = RecurrentCase.of(file);
    RecurrentResult result = RecurrentRun.of(data, kernels);
    assertOutputs(file, data, result, tolerance);
    assertAllClose(
        RecurrentCase.named(file.gradients()), result.gradients(), tolerance, NEGLIGIBLE);
  }

  private static void assertOutputs(
      ReferenceFile file, RecurrentCase data, RecurrentResult result, double tolerance) {
    assertClose("y", file.outputs().get("y").values(), result.y(), tolerance);
    assertClose("hn", file.outputs().get("hn").values(), result.hn(), tolerance);
    assertEquals(result.cn() != null, file.outputs().containsKey("cn"), "whether there is a cn");
    if (result.cn() != null) {
      assertClose("cn", file.outputs().get("cn").values(), result.cn(), tolerance);
    }
    double[] loss = {file.loss()};
    assertWithin("loss", loss, new double[] {result.loss()}, tolerance, lossScale(file, data));
  }

  /** The loss is a sum with cancellation: it is as exact as its largest term. */
  private static double lossScale(ReferenceFile file, RecurrentCase data) {
    double largest = Math.abs(file.loss());
    double[] y = file.outputs().get("y").values();
    for (int j = 0; j < y.length; j++) {
      largest = Math.max(largest, Math.abs(y[j] * data.probe()[j]));
    }
    return largest;
  }

  @ParameterizedTest(name = "{1} in {0}")
  @MethodSource("files")
  void doubleReferenceAgreesToItsOwnPrecision(Path folder, String name, ReferenceFile file) {
    RecurrentCase data = RecurrentCase.of(file);
    assertOutputs(file, data, DoubleReference.outputs(data), 1e-9);
    if (multiplications(data) < 5_000_000) {
      RecurrentCase.named(file.gradients())
          .forEach((of, dW) -> assertSomeDerivatives(data, of, dW));
    }
  }

  /** About as many as one forward pass has: of a huge file's, only the outputs are checked. */
  private static long multiplications(RecurrentCase data) {
    long weights = data.weights().values().stream().mapToLong(values -> values.length).sum();
    return weights * data.steps() * data.batchSize();
  }

  /** About ten elements of a gradient: all of a wide layer's would take long. */
  private static void assertSomeDerivatives(RecurrentCase data, String name, double[] expected) {
    double[] values = data.variables().get(name);
    double step = DoubleReference.step(data.cell());
    double scale = Math.max(Closeness.magnitude(expected), 1e-3);
    for (int j = 0; j < values.length; j += 1 + values.length / 10) {
      double derivative =
          DoubleReference.derivative(values, j, step, () -> DoubleReference.outputs(data).loss());
      assertWithin(
          name + " at " + j, new double[] {expected[j]}, new double[] {derivative}, 1e-7, scale);
    }
  }

  @Test
  void everyKnownCaseIsShippedAndRun() {
    Set<String> run =
        files()
            .filter(arguments -> arguments.get()[0].equals(ReferenceFolder.shipped()))
            .map(arguments -> (String) arguments.get()[1])
            .collect(Collectors.toCollection(LinkedHashSet::new));
    assertEquals(ReferenceFolder.LAYER_CASES, run);
  }

  @Test
  void everyGradientOfAFileIsCompared() {
    ReferenceFolder shipped = new ReferenceFolder(ReferenceFolder.shipped(), true);
    for (ReferenceFile file : shipped.files(ReferenceFolder.LAYER_CASES)) {
      Map<String, double[]> gradients = RecurrentCase.named(file.gradients());
      assertEquals(RecurrentCase.of(file).variables().keySet(), gradients.keySet(), file.name());
    }
  }

  @Test
  void aGivenFolderThatLacksACaseIsRefused(@TempDir Path given) throws IOException {
    Path lstm = ReferenceFolder.shipped().resolve("lstm.json");
    Files.copy(lstm, given.resolve("lstm.json"));
    ReferenceFolder folder = new ReferenceFolder(given, true);
    Exception e =
        assertThrows(IllegalStateException.class, () -> folder.files(ReferenceFolder.LAYER_CASES));
    assertTrue(e.getMessage().contains("gru_wide"), e.getMessage());
    assertEquals(1, folder.files(Set.of("lstm")).size());
  }

  @Test
  void aFolderWithAnUnknownCaseIsRefused(@TempDir Path given) throws IOException {
    Files.writeString(given.resolve("new.json"), "{\"case\": \"lstm_seven\", \"inputs\": {}}");
    for (boolean complete : List.of(true, false)) {
      ReferenceFolder folder = new ReferenceFolder(given, complete);
      Exception e =
          assertThrows(
              IllegalStateException.class, () -> folder.files(ReferenceFolder.LAYER_CASES));
      assertTrue(e.getMessage().contains("lstm_seven"), e.getMessage());
    }
  }

  @Test
  void aFolderThatIsNotThereIsRefused(@TempDir Path given) {
    ReferenceFolder folder = new ReferenceFolder(given.resolve("nowhere"), true);
    assertThrows(RuntimeException.class, () -> folder.files(ReferenceFolder.LAYER_CASES));
  }
}
