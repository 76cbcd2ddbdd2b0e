package dev.unroll.net;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;

/**
 * What {@code network.json} says: all of a model but the weights, and how to recognise these. This
 * class writes it, {@link NetworkJsonReader} reads it.
 *
 * <p>The last field, {@code sha256}, seals the document: it is the SHA-256 of all bytes before it,
 * that is of the file without its last {@link #SEAL_BYTES} bytes. Bytes, not values, so that any
 * tool can check it ({@code head -c -84 network.json | sha256sum}) and no rule is needed about
 * which documents are equal.
 *
 * @param network the architecture
 * @param inputScaling of a step's values
 * @param targetScaling of the targets; null unless the task is regress
 * @param classes empty if the task is regress
 * @param labelType see {@link Model}
 * @param about see {@link Model}
 * @param fileSize size of the weights file in bytes
 * @param fileSha256 SHA-256 of the weights file
 * @param weightsSha256 SHA-256 of the weights alone
 */
record NetworkJson(
    NetworkConfig network,
    Scaling inputScaling,
    Scaling targetScaling,
    List<String> classes,
    String labelType,
    SortedMap<String, String> about,
    long fileSize,
    String fileSha256,
    String weightsSha256) {
  static final String FILE = "network.json";
  static final String WEIGHTS_FILE = "weights.safetensors";
  static final int FORMAT_VERSION = 1;
  static final int SEAL_BYTES = seal("0".repeat(64)).length;

  private static final JsonFactory JSON = new JsonFactory();

  /** One of the layers that the file spells out for its readers; derived from the config. */
  record Layer(String type, long inputSize, long outputSize) {

    static Layer recurrent(NetworkConfig config, int index) {
      int width = index == 0 ? config.inputSize() : config.layerOutputSize();
      return new Layer(config.cell().label(), width, config.layerOutputSize());
    }

    static Layer head(NetworkConfig config) {
      return new Layer("linear", config.layerOutputSize(), config.outputSize());
    }

    @Override
    public String toString() {
      return "type %s, inputSize %d, outputSize %d".formatted(type, inputSize, outputSize);
    }
  }

  /** The file's bytes: UTF-8, indented, fields always in the same order. */
  byte[] write() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.setPrettyPrinter(
          new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));
      json.writeStartObject();
      writeNetwork(json);
      writeMeaning(json);
      writeWeightsFile(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sealed(Arrays.copyOf(out.toByteArray(), out.size() - "\n}".length()));
  }

  private void writeNetwork(JsonGenerator json) throws IOException {
    json.writeNumberField("formatVersion", FORMAT_VERSION);
    json.writeStringField("task", network.task().label());
    json.writeStringField("cell", network.cell().label());
    json.writeNumberField("inputSize", network.inputSize());
    json.writeNumberField("hiddenSize", network.hiddenSize());
    json.writeNumberField("numLayers", network.numLayers());
    json.writeBooleanField("bidirectional", network.bidirectional());
    json.writeNumberField("outputSize", network.outputSize());
    json.writeArrayFieldStart("layers");
    for (int l = 0; l < network.numLayers(); l++) {
      write(json, Layer.recurrent(network, l));
    }
    json.writeEndArray();
    json.writeFieldName("head");
    write(json, Layer.head(network));
  }

  private static void write(JsonGenerator json, Layer layer) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", layer.type);
    json.writeNumberField("inputSize", layer.inputSize);
    json.writeNumberField("outputSize", layer.outputSize);
    json.writeEndObject();
  }

  private void writeMeaning(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("classes");
    for (String name : classes) {
      json.writeString(name);
    }
    json.writeEndArray();
    json.writeStringField("labelType", labelType);
    write(json, "inputScaling", inputScaling);
    if (targetScaling != null) {
      write(json, "targetScaling", targetScaling);
    }
    json.writeObjectFieldStart("about");
    for (var fact : about.entrySet()) {
      json.writeStringField(fact.getKey(), fact.getValue());
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String name, Scaling scaling) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeFieldName("mean");
    json.writeArray(scaling.mean(), 0, scaling.size());
    json.writeFieldName("deviation");
    json.writeArray(scaling.deviation(), 0, scaling.size());
    json.writeEndObject();
  }

  private void writeWeightsFile(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("files");
    json.writeStartObject();
    json.writeStringField("name", WEIGHTS_FILE);
    json.writeNumberField("size", fileSize);
    json.writeStringField("sha256", fileSha256);
    json.writeEndObject();
    json.writeEndArray();
    json.writeStringField("weightsSha256", weightsSha256);
  }

  /** The document {@code body}, which lacks its closing brace, with the seal as last field. */
  static byte[] sealed(byte[] body) {
    byte[] seal = seal(Sha256.hex(body));
    byte[] file = Arrays.copyOf(body, body.length + seal.length);
    System.arraycopy(seal, 0, file, body.length, seal.length);
    return file;
  }

  private static byte[] seal(String sha256) {
    return (",\n  \"sha256\" : \"" + sha256 + "\"\n}\n").getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Checks the seal.
   *
   * @throws ModelFormatException if any byte of the file is not as it was written
   */
  static void checkSeal(byte[] file) {
    int length = Math.max(0, file.length - SEAL_BYTES);
    byte[] seal = seal(Sha256.hex(file, length));
    if (!Arrays.equals(seal, 0, seal.length, file, length, file.length)) {
      throw new ModelFormatException(
          ("%s: ends in %s, expected%s; the file was edited or damaged after it was written:"
                  + " restore it or train again")
              .formatted(FILE, text(file, length), text(seal, 0)));
    }
  }

  private static String text(byte[] bytes, int from) {
    String text = new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    return text.replaceAll("\\s+", " ").trim();
  }
}
