package dev.unroll.spark.rounds;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unroll.spark.rounds.RunState.Kept;
import dev.unroll.train.OptimizerState;
import dev.unroll.train.Position;
import dev.unroll.train.TrainingState;
import dev.unroll.train.Validation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The two files of a checkpoint as bytes. The data file is the vectors of a {@link RunState}, one
 * after the other, little-endian float32. The manifest is a JSON object that says how long each is,
 * the rest of the state, the {@link RunIdentity}, and the size and SHA-256 of the data file; its
 * last line is the CRC-32C of what is before it.
 */
final class CheckpointFile {
  static final int LARGEST_MANIFEST = 1 << 20;
  private static final int FORMAT = 1;
  private static final int PIECE = 1 << 20;
  private static final List<String> VECTORS =
      List.of("weights", "first", "second", "velocity", "best");

  /** No path, and nothing that is hidden. */
  private static final Pattern NAME = Pattern.compile("weights-[0-9]{8}-[0-9a-f-]{36}\\.bin");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonParser.Feature.ALLOW_COMMENTS)
          .build();

  private CheckpointFile() {}

  /** A file that is not, to the last bit, what was written. */
  static final class Damaged extends IOException {
    private static final long serialVersionUID = 1L;

    Damaged(String message) {
      super(message);
    }
  }

  /** What a manifest says. */
  record Manifest(RunIdentity identity, String file, long size, String sha256, JsonNode state) {}

  /**
   * Writes the data file, piece by piece: it may be longer than an array.
   *
   * @return its SHA-256
   */
  static String write(RunState state, OutputStream out) throws IOException {
    MessageDigest digest = sha256();
    ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] vector : vectors(state)) {
      for (int at = 0; at < vector.length; at += PIECE / Float.BYTES) {
        int length = Math.min(PIECE / Float.BYTES, vector.length - at);
        piece.asFloatBuffer().put(vector, at, length);
        digest.update(piece.array(), 0, length * Float.BYTES);
        out.write(piece.array(), 0, length * Float.BYTES);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static long size(RunState state) {
    return vectors(state).stream().mapToLong(vector -> (long) vector.length * Float.BYTES).sum();
  }

  private static List<float[]> vectors(RunState state) {
    TrainingState current = state.current();
    return List.of(
        current.weights(),
        current.optimizer().first(),
        current.optimizer().second(),
        current.velocity(),
        state.best().map(Kept::weights).orElse(new float[0]));
  }

  /**
   * The manifest of a data file.
   *
   * @param sha256 of the data file
   */
  static byte[] manifest(RunState state, RunIdentity identity, String file, String sha256)
      throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("format", FORMAT);
    ObjectNode names = json.putObject("identity");
    identity.values().forEach(names::put);
    json.putObject("file").put("name", file).put("size", size(state)).put("sha256", sha256);
    ObjectNode out = json.putObject("state");
    ObjectNode lengths = out.putObject("vectors");
    List<float[]> vectors = vectors(state);
    for (int i = 0; i < VECTORS.size(); i++) {
      lengths.put(VECTORS.get(i), vectors.get(i).length);
    }
    position(out.putObject("position"), state.current().position());
    out.put("optimizerStep", state.current().optimizer().step());
    state
        .best()
        .ifPresent(
            best -> {
              ObjectNode kept = out.putObject("best");
              position(kept.putObject("position"), best.position());
              kept.put("loss", Double.toString(best.loss()));
            });
    out.put("epochsSinceBest", state.epochsSinceBest());
    out.put("validationLoss", Double.toString(state.validation().loss()));
    out.put("validationMetric", Double.toString(state.validation().metric()));
    out.put("leftOut", state.leftOut());
    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    return (text + crc(text.getBytes(StandardCharsets.UTF_8)) + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void position(ObjectNode json, Position position) {
    json.put("round", position.round());
    json.put("epoch", position.epoch());
    json.put("minibatch", position.minibatch());
  }

  static Manifest read(byte[] manifest) throws IOException {
    int end = manifest.length - 9; // eight digits and the end of the line
    if (end < 1 || manifest[end - 1] != '\n' || manifest[manifest.length - 1] != '\n') {
      throw new Damaged("it is cut or has no checksum");
    }
    byte[] text = Arrays.copyOf(manifest, end);
    String found = new String(manifest, end, 8, StandardCharsets.ISO_8859_1);
    if (!found.equals(crc(text))) {
      throw new Damaged("its checksum is " + crc(text) + ", expected " + found);
    }
    try {
      JsonNode json = JSON.readTree(text);
      if (json.required("format").asInt() != FORMAT) {
        throw new Damaged("format " + json.get("format") + ", expected " + FORMAT);
      }
      TreeMap<String, String> identity = new TreeMap<>();
      json.required("identity")
          .fields()
          .forEachRemaining(field -> identity.put(field.getKey(), field.getValue().asText()));
      JsonNode file = json.required("file");
      String name = file.required("name").asText();
      if (!NAME.matcher(name).matches()) {
        throw new Damaged("it names a file \"" + name + "\"");
      }
      return new Manifest(
          new RunIdentity(identity),
          name,
          file.required("size").asLong(),
          file.required("sha256").asText(),
          json.required("state"));
    } catch (com.fasterxml.jackson.core.JacksonException | IllegalArgumentException e) {
      throw new Damaged("it cannot be read: " + e.getMessage());
    }
  }

  /**
   * The state that a manifest and its data file hold.
   *
   * @param parameters how many the network has
   */
  static RunState state(Manifest manifest, InputStream data, int parameters) throws IOException {
    try {
      float[][] vectors = vectors(manifest, data, parameters);
      return state(manifest.state(), vectors);
    } catch (IllegalArgumentException e) {
      throw new Damaged("it cannot be read: " + e.getMessage());
    }
  }

  private static float[][] vectors(Manifest manifest, InputStream data, int parameters)
      throws IOException {
    JsonNode lengths = manifest.state().required("vectors");
    MessageDigest digest = sha256();
    float[][] vectors = new float[VECTORS.size()][];
    for (int i = 0; i < vectors.length; i++) {
      int length = lengths.required(VECTORS.get(i)).asInt(-1);
      if (length != parameters && (length != 0 || i == 0)) {
        throw new Damaged(
            "%d values of %s, expected %d".formatted(length, VECTORS.get(i), parameters));
      }
      vectors[i] = vector(length, data, digest, manifest.file());
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (data.read() >= 0 || !found.equals(manifest.sha256())) {
      throw new Damaged(
          "%s has SHA-256 %s, expected %s".formatted(manifest.file(), found, manifest.sha256()));
    }
    return vectors;
  }

  private static float[] vector(int length, InputStream data, MessageDigest digest, String file)
      throws IOException {
    float[] vector = new float[length];
    ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < length; at += PIECE / Float.BYTES) {
      int count = Math.min(PIECE / Float.BYTES, length - at);
      if (data.readNBytes(piece.array(), 0, count * Float.BYTES) < count * Float.BYTES) {
        throw new Damaged(file + " is cut");
      }
      digest.update(piece.array(), 0, count * Float.BYTES);
      piece.asFloatBuffer().get(vector, at, count);
    }
    return vector;
  }

  private static RunState state(JsonNode json, float[][] vectors) {
    TrainingState current =
        new TrainingState(
            position(json.required("position")),
            vectors[0],
            new OptimizerState(vectors[1], vectors[2], json.required("optimizerStep").asLong()),
            vectors[3]);
    Optional<Kept> best =
        Optional.ofNullable(json.get("best"))
            .map(
                kept ->
                    new Kept(
                        position(kept.required("position")),
                        vectors[4],
                        Double.parseDouble(kept.required("loss").asText())));
    return new RunState(
        current,
        best,
        json.required("epochsSinceBest").asInt(),
        new Validation(
            Double.parseDouble(json.required("validationLoss").asText()),
            Double.parseDouble(json.required("validationMetric").asText())),
        json.required("leftOut").asLong());
  }

  private static Position position(JsonNode json) {
    return new Position(
        json.required("round").asLong(),
        json.required("epoch").asInt(),
        json.required("minibatch").asLong());
  }

  private static String crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return "%08x".formatted(crc.getValue());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
