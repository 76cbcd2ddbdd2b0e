package dev.unroll.net;

import static dev.unroll.net.Closeness.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The shipped reference files are what the generator makes; {@code -Dunroll.update=true} rewrites
 * them instead.
 */
class ReferenceFixturesTest {

  private static Stream<String> cases() {
    return Stream.concat(
            ReferenceFolder.LAYER_CASES.stream(), ReferenceFolder.TRAINING_CASES.stream())
        .sorted();
  }

  private static Stream<Arguments> trainingFiles() {
    return ReferenceFolder.all().stream()
        .flatMap(
            folder ->
                folder.files(ReferenceFolder.TRAINING_CASES).stream()
                    .map(file -> Arguments.of(folder.path(), file.name(), file)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theShippedFileIsWhatTheGeneratorMakes(String name) throws IOException {
    Path path = ReferenceFolder.shipped().resolve(name + ".json");
    String json = ReferenceWriter.toJson(ReferenceGenerator.generate(name));
    assertTrue(json.length() < 30_000, () -> json.length() + " characters");
    if (Boolean.getBoolean("unroll.update")) {
      Files.writeString(path, json);
    }
    assertEquals(json, Files.readString(path).replace("\r\n", "\n"));
  }

  @Test
  void aFileReadsBackAsItWasWritten() {
    ReferenceFile lstm = ReferenceFile.read(ReferenceFolder.shipped().resolve("lstm_ragged.json"));
    assertEquals(3, lstm.inputs().get("x").shape().length);
    assertEquals(3, lstm.weights().get("weight_ih_l0").shape()[1]);
    assertEquals(5, lstm.lengths().length);
    String json = ReferenceWriter.toJson(lstm);
    assertEquals(json, ReferenceWriter.toJson(ReferenceGenerator.generate("lstm_ragged")));
  }

  @Test
  void noPreActivationOfTheRectifierLiesNearItsKink() {
    ReferenceFile file = ReferenceFile.read(ReferenceFolder.shipped().resolve("rnn_relu.json"));
    assertTrue(DoubleReference.kinkDistance(RecurrentCase.of(file)) > 1e-3);
  }

  @ParameterizedTest(name = "{1} in {0}")
  @MethodSource("trainingFiles")
  void doubleTrainingFollowsTheTrace(Path folder, String name, ReferenceFile file) {
    Map<String, double[]> weights = new LinkedHashMap<>();
    file.weights().forEach((key, tensor) -> weights.put(key, tensor.values()));
    DoubleTraining training =
        new DoubleTraining(
            name,
            file.losses().length,
            weights,
            file.inputs().get("x").shape(),
            file.inputs().get("x").values(),
            file.inputs().get("label").values());
    Map<String, double[]> trained = training.train();
    assertClose("losses", file.losses(), training.losses, 1e-7);
    assertClose("gradient norms", file.gradientNorms(), training.gradientNorms, 1e-7);
    assertEquals(file.finalWeights().keySet(), trained.keySet());
    file.finalWeights()
        .forEach((key, tensor) -> assertClose(key, tensor.values(), trained.get(key), 1e-5));
  }
}
