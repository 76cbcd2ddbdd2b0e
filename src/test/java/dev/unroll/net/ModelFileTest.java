package dev.unroll.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelFileTest {
  private static final NetworkConfig SMALL =
      new NetworkConfig(Task.CLASSIFY, CellType.RNN_TANH, 2, 2, 1, false, 2);

  @TempDir Path folder;

  static List<NetworkConfig> networks() {
    List<NetworkConfig> networks = new ArrayList<>();
    for (CellType cell : CellType.values()) {
      for (Task task : Task.values()) {
        for (int layers = 1; layers <= 2; layers++) {
          networks.add(new NetworkConfig(task, cell, 3, 5, layers, false, 4));
          networks.add(new NetworkConfig(task, cell, 1, 2, layers, true, 2));
        }
      }
      networks.add(new NetworkConfig(Task.REGRESS, cell, 1, 1, 1, false, 1));
    }
    return networks;
  }

  @ParameterizedTest
  @MethodSource("networks")
  void comesBackBitForBit(NetworkConfig config) throws IOException {
    Model model = ModelSamples.model(config);
    assertSame(model, ModelFile.decode(ModelSamples.source(ModelFile.encode(model))));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void countsParametersAsTheNetworkDoes(NetworkConfig config) {
    ParameterLayout layout = new Network(config).layout();
    assertEquals(
        new NetworkSize(layout.size(), layout.slices().size()),
        NetworkSize.of(config, layout.size()));
    assertThrows(IllegalArgumentException.class, () -> NetworkSize.of(config, layout.size() - 1));
  }

  /** The rules of the format, followed by hand: README of huggingface/safetensors, "Format". */
  @ParameterizedTest
  @MethodSource("networks")
  void weightsFollowTheOpenFormat(NetworkConfig config) throws IOException {
    Model model = ModelSamples.model(config);
    byte[] file = ModelFile.encode(model).get(ModelFile.WEIGHTS);
    ByteBuffer data = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int headerLength = (int) data.getLong();
    assertEquals(0, headerLength % 8);
    assertEquals('{', file[8]);
    JsonNode header =
        new ObjectMapper().readTree(new String(file, 8, headerLength, StandardCharsets.UTF_8));
    assertEquals("pt", header.get("__metadata__").get("format").textValue());
    List<Slice> slices = new Network(config).layout().slices();
    assertEquals(slices.size() + 1, header.size());
    int at = 0;
    for (Slice slice : slices) {
      JsonNode tensor = header.get(slice.name());
      assertEquals("F32", tensor.get("dtype").textValue());
      assertEquals(at, tensor.get("data_offsets").get(0).intValue());
      assertEquals(slice.shape().length, tensor.get("shape").size());
      for (int j = 0; j < slice.size(); j++) {
        float value = data.getFloat(8 + headerLength + at + 4 * j);
        assertEquals(
            Float.floatToRawIntBits(model.weights()[slice.offset() + j]),
            Float.floatToRawIntBits(value));
      }
      at += 4 * slice.size();
      assertEquals(at, tensor.get("data_offsets").get(1).intValue());
    }
    assertEquals(file.length, 8 + headerLength + at);
  }

  @Test
  void equalModelsGiveEqualBytes() {
    assertArrayEquals(
        ModelFile.encode(ModelSamples.model(SMALL)).get(ModelFile.NETWORK),
        ModelFile.encode(ModelSamples.model(SMALL)).get(ModelFile.NETWORK));
  }

  @Test
  void goesThroughADirectory() throws IOException {
    Model model = ModelSamples.model(SMALL);
    Path directory = folder.resolve("new/model");
    ModelFile.write(model, directory);
    assertSame(model, ModelFile.read(directory));
    assertEquals(List.of("network.json", "weights.safetensors"), names(directory));
    assertEquals(List.of("model"), names(directory.getParent()), "no staging left");
    Files.createDirectory(folder.resolve("empty"));
    ModelFile.write(model, folder.resolve("empty"));
    assertSame(model, ModelFile.read(folder.resolve("empty")));
  }

  @Test
  void neverWritesOverSomething() throws IOException {
    ModelFile.write(ModelSamples.model(SMALL, 1), folder.resolve("model"));
    Files.writeString(folder.resolve("file"), "mine");
    for (String name : List.of("model", "file")) {
      assertThrows(
          FileAlreadyExistsException.class,
          () -> ModelFile.write(ModelSamples.model(SMALL, 2), folder.resolve(name)));
    }
    assertSame(ModelSamples.model(SMALL, 1), ModelFile.read(folder.resolve("model")));
    assertEquals(List.of("file", "model"), names(folder));
  }

  @Test
  void refusesToWriteWhatItCouldNotRead() {
    Model model = ModelSamples.model(SMALL);
    Model long_ =
        new Model(
            SMALL,
            model.weights(),
            model.inputScaling(),
            model.targetScaling(),
            model.classes(),
            "string",
            new TreeMap<>(Map.of("k".repeat(20_000), "v")));
    assertThrows(
        IllegalArgumentException.class, () -> ModelFile.write(long_, folder.resolve("model")));
    assertFalse(Files.exists(folder.resolve("model")));
  }

  /** Spark sends models to its executors this way; files never hold them so. */
  @Test
  void isSerializable() throws Exception {
    Model model = ModelSamples.model(SMALL);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(model);
    assertSame(
        model,
        (Model) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject());
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  static void assertSame(Model expected, Model actual) {
    assertEquals(expected.network(), actual.network());
    assertArrayEquals(bits(expected.weights()), bits(actual.weights()));
    assertTrue(same(expected.inputScaling(), actual.inputScaling()));
    assertTrue(same(expected.targetScaling(), actual.targetScaling()));
    assertEquals(expected.classes(), actual.classes());
    assertEquals(expected.labelType(), actual.labelType());
    assertEquals(expected.about(), actual.about());
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  /** Arrays.equals compares doubles by their bits. */
  private static boolean same(Scaling a, Scaling b) {
    return Arrays.equals(a.mean(), b.mean()) && Arrays.equals(a.deviation(), b.deviation());
  }
}
