package dev.unroll.net;

import java.io.FileNotFoundException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Models to save, and ways to forge the files of one so that the checksums still hold. */
final class ModelSamples {
  private ModelSamples() {}

  static Model model(NetworkConfig config) {
    return model(config, 17);
  }

  /** A model with awkward values: negative zero, the smallest and the largest float, odd names. */
  static Model model(NetworkConfig config, long seed) {
    boolean regress = config.task() == Task.REGRESS;
    float[] weights = new Network(config).initialWeights(seed);
    weights[0] = -0f;
    weights[1] = Float.MIN_VALUE;
    weights[2] = -Float.MAX_VALUE;
    return new Model(
        config,
        weights,
        scaling(config.inputSize()),
        regress ? scaling(config.outputSize()) : Scaling.none(config.outputSize()),
        regress ? List.of() : classes(config.outputSize()),
        regress ? "double" : "string",
        new TreeMap<>(Map.of("unroll", "0.1.0", "featuresCol", "features \"x\"\n")));
  }

  private static Scaling scaling(int size) {
    double[] mean = new double[size];
    double[] deviation = new double[size];
    for (int j = 0; j < size; j++) {
      mean[j] = (j % 2 == 0 ? -1 : 1) * Math.pow(10, 30.0 * j) / 3;
      deviation[j] = j == 0 ? Double.MIN_VALUE : 1e-7 / j;
    }
    return new Scaling(mean, deviation);
  }

  private static List<String> classes(int size) {
    List<String> classes = new ArrayList<>(List.of("", "ä😀", "\\/\u0000\u2028"));
    while (classes.size() < size) {
      classes.add("class " + classes.size());
    }
    return classes.subList(0, size);
  }

  static SortedMap<String, byte[]> files() {
    return ModelFile.encode(
        model(new NetworkConfig(Task.CLASSIFY, CellType.LSTM, 3, 4, 2, true, 3)));
  }

  static ModelFile.Source source(Map<String, byte[]> files) {
    return new ModelFile.Source() {
      @Override
      public long size(String name) throws FileNotFoundException {
        return read(name).length;
      }

      @Override
      public byte[] read(String name) throws FileNotFoundException {
        byte[] bytes = files.get(name);
        if (bytes == null) {
          throw new FileNotFoundException(name);
        }
        return bytes;
      }
    };
  }

  static SortedMap<String, byte[]> with(
      SortedMap<String, byte[]> files, String name, byte[] content) {
    SortedMap<String, byte[]> changed = new TreeMap<>(files);
    changed.put(name, content);
    return changed;
  }

  /** The text of network.json without its seal and closing brace. */
  static String body(Map<String, byte[]> files) {
    byte[] file = files.get(ModelFile.NETWORK);
    return new String(file, 0, file.length - NetworkJson.SEAL_BYTES, StandardCharsets.UTF_8);
  }

  /** Changes network.json and seals it again, as someone with bad intent would. */
  static SortedMap<String, byte[]> forge(
      SortedMap<String, byte[]> files, UnaryOperator<String> change) {
    byte[] body = change.apply(body(files)).getBytes(StandardCharsets.UTF_8);
    return with(files, ModelFile.NETWORK, NetworkJson.sealed(body));
  }

  /** As {@link #forge}, and makes sure that there was something to change. */
  static SortedMap<String, byte[]> replace(
      SortedMap<String, byte[]> files, String old, String replacement) {
    if (!body(files).contains(old)) {
      throw new IllegalArgumentException("no " + old + " in " + body(files));
    }
    return forge(files, body -> body.replace(old, replacement));
  }

  /** Replaces the weights file, with the size and checksum in network.json made to match. */
  static SortedMap<String, byte[]> forgeWeights(SortedMap<String, byte[]> files, byte[] weights) {
    byte[] old = files.get(ModelFile.WEIGHTS);
    return with(
        forge(
            files,
            body ->
                body.replace("\"size\" : " + old.length, "\"size\" : " + weights.length)
                    .replace(Sha256.hex(old), Sha256.hex(weights))),
        ModelFile.WEIGHTS,
        weights);
  }

  static String header(Map<String, byte[]> files) {
    byte[] file = files.get(ModelFile.WEIGHTS);
    return new String(file, 8, dataAt(file) - 8, StandardCharsets.UTF_8);
  }

  static int dataAt(byte[] file) {
    return 8 + (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  /** Replaces the header of the weights file and forges the rest. */
  static SortedMap<String, byte[]> forgeHeader(
      SortedMap<String, byte[]> files, UnaryOperator<String> change) {
    byte[] file = files.get(ModelFile.WEIGHTS);
    byte[] header = change.apply(header(files)).getBytes(StandardCharsets.UTF_8);
    byte[] data = Arrays.copyOfRange(file, dataAt(file), file.length);
    return forgeWeights(files, weightsFile(header.length, header, data));
  }

  static byte[] weightsFile(long statedLength, byte[] header, byte[] data) {
    return ByteBuffer.allocate(8 + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(statedLength)
        .put(header)
        .put(data)
        .array();
  }
}
