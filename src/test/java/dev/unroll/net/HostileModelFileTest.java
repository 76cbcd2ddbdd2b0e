package dev.unroll.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damage: whatever happens to the files of a model, it is refused and never loaded as another. */
class HostileModelFileTest {
  private static final SortedMap<String, byte[]> FILES = ModelSamples.files();
  private static final String NETWORK = ModelFile.NETWORK;
  private static final String WEIGHTS = ModelFile.WEIGHTS;

  @TempDir Path folder;

  @Test
  void everyBitOfTheNetworkFileCounts() {
    flipAll(NETWORK, 0, FILES.get(NETWORK).length, 1);
  }

  @Test
  void everyBitOfTheHeaderCounts() {
    flipAll(WEIGHTS, 0, ModelSamples.dataAt(FILES.get(WEIGHTS)), 1);
  }

  @Test
  void bitsOfTheWeightsCount() {
    byte[] file = FILES.get(WEIGHTS);
    flipAll(WEIGHTS, ModelSamples.dataAt(file), file.length, 37);
  }

  /** Flips every {@code stride}-th bit of {@code [from, to)}, one at a time. */
  private static void flipAll(String name, int from, int to, int stride) {
    for (int bit = 8 * from; bit < 8 * to; bit += stride) {
      byte[] damaged = FILES.get(name).clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      refused("bit " + bit + " of " + name, ModelSamples.with(FILES, name, damaged));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"network.json", "weights.safetensors"})
  void everyTruncationIsNoticed(String name) {
    byte[] whole = FILES.get(name);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      refused(name + " cut to " + length, ModelSamples.with(FILES, name, cut));
    }
    byte[] longer = Arrays.copyOf(whole, whole.length + 1);
    refused(name + " with a byte more", ModelSamples.with(FILES, name, longer));
  }

  @Test
  void swappedFilesAreNoticed() {
    NetworkConfig config = new NetworkConfig(Task.CLASSIFY, CellType.LSTM, 3, 4, 2, true, 3);
    SortedMap<String, byte[]> other = ModelFile.encode(ModelSamples.model(config, 5));
    String message = refused("other", ModelSamples.with(FILES, WEIGHTS, other.get(WEIGHTS)));
    assertEquals(
        ("weights.safetensors: sha256 is %s, expected %s (network.json); the file is damaged or"
                + " from another model: restore it or train again")
            .formatted(Sha256.hex(other.get(WEIGHTS)), Sha256.hex(FILES.get(WEIGHTS))),
        message);
    refused("other", ModelSamples.with(FILES, NETWORK, other.get(NETWORK)));
    refused("twice", ModelSamples.with(FILES, NETWORK, FILES.get(WEIGHTS)));
    refused("twice", ModelSamples.with(FILES, WEIGHTS, FILES.get(NETWORK)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"network.json", "weights.safetensors"})
  void aMissingFileIsNamed(String name) throws IOException {
    ModelFile.write(
        ModelFile.decode(ModelSamples.source(FILES)), Files.createDirectory(folder.resolve("m")));
    Files.delete(folder.resolve("m").resolve(name));
    String message =
        assertThrows(ModelFormatException.class, () -> ModelFile.read(folder.resolve("m")))
            .getMessage();
    assertTrue(message.startsWith("model " + folder.resolve("m") + ": " + name + " is missing;"));
    Map<String, byte[]> rest = ModelSamples.with(FILES, "other", new byte[0]);
    rest.remove(name);
    assertThrows(ModelFormatException.class, () -> ModelFile.decode(ModelSamples.source(rest)));
  }

  @Test
  void aMissingDirectoryIsNamed() {
    String message =
        assertThrows(ModelFormatException.class, () -> ModelFile.read(folder.resolve("none")))
            .getMessage();
    assertEquals(
        "model " + folder.resolve("none") + ": there is no such directory; check the path",
        message);
  }

  @Test
  void nothingOutsideTheDirectoryIsOpened() throws IOException {
    for (String name : FILES.keySet()) {
      Path model = folder.resolve("linked-" + name);
      ModelFile.write(ModelFile.decode(ModelSamples.source(FILES)), model);
      Path elsewhere = folder.resolve("elsewhere-" + name);
      Files.move(model.resolve(name), elsewhere);
      Files.createSymbolicLink(model.resolve(name), elsewhere);
      String message =
          assertThrows(ModelFormatException.class, () -> ModelFile.read(model)).getMessage();
      assertTrue(message.contains(name + " is a link to outside the model's directory"), message);
    }
    Path odd = Files.createDirectories(folder.resolve("odd/network.json")).getParent();
    assertTrue(
        assertThrows(ModelFormatException.class, () -> ModelFile.read(odd))
            .getMessage()
            .endsWith("network.json is not a regular file"));
  }

  @Test
  void aSourceThatChangesWhileBeingReadIsNoticed() {
    ModelFile.Source honest = ModelSamples.source(FILES);
    ModelFile.Source growing =
        new ModelFile.Source() {
          @Override
          public long size(String name) throws IOException {
            return honest.size(name) - (name.equals(WEIGHTS) ? 1 : 0);
          }

          @Override
          public byte[] read(String name) throws IOException {
            return honest.read(name);
          }
        };
    assertThrows(ModelFormatException.class, () -> ModelFile.decode(growing));
  }

  /** A size that the source states decides before anything is read. */
  @Test
  void aHugeFileIsNotRead() {
    ModelFile.Source huge =
        new ModelFile.Source() {
          @Override
          public long size(String name) {
            return 1L << 62;
          }

          @Override
          public byte[] read(String name) {
            throw new AssertionError("read");
          }
        };
    assertEquals(
        "network.json: 4611686018427387904 bytes, expected 1 to 67108864",
        assertThrows(ModelFormatException.class, () -> ModelFile.decode(huge)).getMessage());
  }

  @Test
  void failuresOfTheSourceStayWhatTheyAre() {
    ModelFile.Source broken =
        new ModelFile.Source() {
          @Override
          public long size(String name) {
            return 1000;
          }

          @Override
          public byte[] read(String name) throws IOException {
            throw new IOException("connection reset");
          }
        };
    assertEquals(
        "connection reset",
        assertThrows(IOException.class, () -> ModelFile.decode(broken)).getMessage());
  }

  @Test
  void editsAreCalledEdits() {
    byte[] edited =
        new String(FILES.get(NETWORK), StandardCharsets.UTF_8)
            .replace("class 3", "class 4")
            .replace("\"layers\"", "\"Layers\"")
            .getBytes(StandardCharsets.UTF_8);
    String message = refused("edited", ModelSamples.with(FILES, NETWORK, edited));
    assertTrue(message.contains("was edited or damaged after it was written"), message);
  }

  static String refused(String what, SortedMap<String, byte[]> files) {
    return assertThrows(
            ModelFormatException.class,
            () -> ModelFile.decode(ModelSamples.source(files)),
            () -> what + " was not noticed")
        .getMessage();
  }
}
