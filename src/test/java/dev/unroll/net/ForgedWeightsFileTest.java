package dev.unroll.net;

import static dev.unroll.net.BoundedReading.refused;
import static dev.unroll.net.ModelSamples.forgeHeader;
import static dev.unroll.net.ModelSamples.forgeWeights;
import static dev.unroll.net.ModelSamples.weightsFile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Malice: a weights file whose checksum holds, but whose content is made to break the reader. */
class ForgedWeightsFileTest {
  /** Tensors: weight_ih_l0 [2, 3], weight_hh_l0 [2, 2], bias_ih_l0 [2], bias_hh_l0 [2], head. */
  private static final SortedMap<String, byte[]> FILES =
      ModelFile.encode(
          ModelSamples.model(new NetworkConfig(Task.TAG, CellType.RNN_RELU, 3, 2, 1, false, 3)));

  private static final byte[] DATA = data(FILES.get(ModelFile.WEIGHTS));

  private static byte[] data(byte[] file) {
    return Arrays.copyOfRange(file, ModelSamples.dataAt(file), file.length);
  }

  @Test
  void theForgeryItselfIsSound() {
    assertEquals(Optional.empty(), BoundedReading.read(forgeHeader(FILES, header -> header)));
    assertEquals(Optional.empty(), BoundedReading.read(forgeHeader(FILES, String::trim)));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1 << 20, 100_000_001, 1L << 31, 1L << 32, 1L << 62, -1, 1L << 63})
  void impossibleHeaderLengths(long length) {
    byte[] header = ModelSamples.header(FILES).getBytes(StandardCharsets.UTF_8);
    refused(
        "header is said to take " + Long.toUnsignedString(length) + " bytes, expected 2 to",
        forgeWeights(FILES, weightsFile(length, header, DATA)));
  }

  @Test
  void filesTooShort() {
    for (int length = 1; length < 10; length++) {
      refused("hold", forgeWeights(FILES, new byte[length]));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"__meta | ` {\"__meta` | the header does not start with '{'",
        "\"format\":\"pt\" | \"format\":1 | /__metadata__/format is 1, expected a text",
        "\"format\":\"pt\" | \"format\":\"pt\",\"format\":\"tf\" | Duplicate field 'format'",
        "bias_hh_l0 | bias_ih_l0 | Duplicate field 'rnn.bias_ih_l0'",
        "\"F32\",\"shape\":[2,3] | \"F64\",\"shape\":[2,3] | /rnn.weight_ih_l0/dtype is F64",
        "\"dtype\":\"F32\",\"shape\":[2,3] | \"shape\":[2,3] | no field \"dtype\"",
        "\"shape\":[2,3], | `` | no field \"shape\" in the object at /rnn.weight_ih_l0",
        ",\"data_offsets\":[0,24] | `` | no field \"data_offsets\"",
        "\"shape\":[2,3] | \"class\":\"x\",\"shape\":[2,3] | unknown field \"class\"",
        "[0,24] | [0,24,48] | at most 2 numbers",
        "[0,24] | [0] | expected 2 numbers",
        "[0,24] | [0,\"24\"] | /data_offsets/1 is 24, expected a whole number",
        "[0,24] | [-8,24] | /data_offsets/0 is -8, expected a whole number",
        "[0,24] | [0,-24] | /data_offsets/1 is -24, expected a whole number",
        "[0,24] | [4,24] | takes bytes 4 to 24, expected to start at 0",
        "[0,24] | [0,4611686018427387904] | expected to end from 0 to",
        "[0,24] | [0,18446744073709551616] | /data_offsets/1 is 18446744073709551616, expected",
        "[24,40] | [20,40] | takes bytes 20 to 40, expected to start at 24",
        "[24,40] | [28,40] | takes bytes 28 to 40, expected to start at 24",
        "[24,40] | [24,20] | takes bytes 24 to 20, expected to end from 24",
        "[24,40] | [24,44] | which is not 4 bytes for each of its values",
        "[2,3] | [3,2] | \"rnn.weight_ih_l0\" has shape [3, 2], expected [2, 3]",
        "[2,3] | [6] | \"rnn.weight_ih_l0\" has shape [6], expected [2, 3]",
        "[2,3] | [-2,-3] | /rnn.weight_ih_l0/shape/0 is -2, expected a whole number",
        "[2,3] | [4294967296,4294967296] | which is not 4 bytes for each of its values",
        "[2,3] | [9223372036854775807,0] | which is not 4 bytes for each of its values",
        "[2,3] | [2,3,1,1,1,1,1,1,1] | at most 8 numbers",
        "[2,3] | [2.0,3] | /shape/0 is 2.0, expected a whole number",
        "[2,3] | 6 | /rnn.weight_ih_l0/shape is 6, expected an array",
        "weight_ih_l0 | weight_ih_l1 | missing: rnn.weight_ih_l0; not expected: rnn.weight_ih_l1",
        "bias_ih_l0 | ../../bias | missing: rnn.bias_ih_l0; not expected: rnn.../../bias",
      })
  void oneThingChanged(String old, String replacement, String expected) {
    assertTrue(ModelSamples.header(FILES).contains(old), old);
    refused(expected, forgeHeader(FILES, header -> header.replace(old, replacement)));
  }

  @Test
  void tensorsInAnotherOrder() {
    refused(
        "tensor \"rnn.bias_hh_l0\" is where \"rnn.bias_ih_l0\" was expected",
        forgeHeader(
            FILES,
            header ->
                header
                    .replace("bias_ih", "bias_xx")
                    .replace("bias_hh", "bias_ih")
                    .replace("bias_xx", "bias_hh")));
  }

  @Test
  void tensorsTooManyOrTooFew() {
    String more = "\"more\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},";
    refused(
        "missing: none; not expected: more",
        forgeHeader(FILES, header -> header.replace("\"rnn.weight_ih", more + "\"rnn.weight_ih")));
    refused("tensors take 0 bytes", forgeHeader(FILES, header -> "{}"));
    refused("not valid JSON", forgeHeader(FILES, header -> "{ "));
    refused("more text after the end", forgeHeader(FILES, header -> header.trim() + "{}"));
  }

  @Test
  void dataTooLongOrTooShort() {
    byte[] header = ModelSamples.header(FILES).getBytes(StandardCharsets.UTF_8);
    byte[] shorter = Arrays.copyOf(DATA, DATA.length - 4);
    refused("expected to end", forgeWeights(FILES, weightsFile(header.length, header, shorter)));
    byte[] longer = Arrays.copyOf(DATA, DATA.length + 4);
    refused("the tensors take", forgeWeights(FILES, weightsFile(header.length, header, longer)));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void weightsThatAreNotNumbers(float value) {
    byte[] data = DATA.clone();
    ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putFloat(28, value);
    byte[] header = ModelSamples.header(FILES).getBytes(StandardCharsets.UTF_8);
    SortedMap<String, byte[]> forged =
        forgeWeights(FILES, weightsFile(header.length, header, data));
    refused("the weights in it: sha256 is", forged);
    refused(
        "rnn.weight_hh_l0[1] is " + value,
        ModelSamples.replace(forged, Sha256.hex(DATA), Sha256.hex(data)));
  }

  @Test
  void deepNesting() {
    String deep = "{\"a\":".repeat(100_000);
    refused("a structure", forgeHeader(FILES, header -> "{\"__metadata__\":" + deep));
    String arrays = "[".repeat(100_000);
    refused("/shape/0", forgeHeader(FILES, header -> header.replace("[2,3]", arrays)));
  }

  /** Small cells in great number, with data to match, but a header without room for them. */
  @Test
  void moreTensorsThanTheHeaderCanName() {
    int layers = 50_000;
    int bytes = 4 * (4 * layers + 2);
    String layer = "{\"type\":\"rnn_tanh\",\"inputSize\":1,\"outputSize\":1}";
    String list = "\"layers\":[" + (layer + ",").repeat(layers - 1) + layer + "]";
    NetworkConfig one = new NetworkConfig(Task.REGRESS, CellType.RNN_TANH, 1, 1, 1, false, 1);
    SortedMap<String, byte[]> files =
        ModelSamples.forge(
            ModelFile.encode(ModelSamples.model(one)),
            body ->
                body.replace("\"numLayers\" : 1", "\"numLayers\" : " + layers)
                    .replaceFirst("(?s)\"layers\" : \\[.*?\\]", list));
    byte[] header =
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(bytes / 4, bytes)
            .getBytes(StandardCharsets.UTF_8);
    refused(
        "1 tensors, expected 200002",
        forgeWeights(files, weightsFile(header.length, header, new byte[bytes])));
  }

  @Test
  void randomForgeriesDoNotBreakTheReader() {
    Random random = new Random(20_240_602);
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      SortedMap<String, byte[]> forged =
          forgeHeader(FILES, header -> ForgedNetworkFileTest.mutate(header, random));
      if (BoundedReading.read(forged).isPresent()) {
        refused++;
      }
    }
    assertTrue(refused > 2_500, refused + " refused");
  }
}
