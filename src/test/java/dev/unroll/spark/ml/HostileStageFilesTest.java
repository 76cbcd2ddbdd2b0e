package dev.unroll.spark.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.math.KeyedRandom;
import dev.unroll.net.ModelFormatException;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.LocalSpark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.spark.ml.PipelineStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Saved stages whose files were made to do harm: each is refused with a typed error, soon, and
 * nothing that a file names is run or opened.
 */
class HostileStageFilesTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String METADATA = "metadata/part-00000";

  /** Set where {@code -Dunroll.seed} is to be tried again. */
  private static final Long SEED = Long.getLong("unroll.seed");

  @TempDir private Path folder;
  private Path saved;

  /** Stages with files, and what reads them. */
  enum Saved {
    MODEL(SavedStages.model(1), RnnClassificationModel::load),
    ESTIMATOR(SavedStages.estimator(1), RnnClassifier::load),
    SCALER(SavedStages.scaler(1), SequenceScalerModel::load),
    TUNER(SavedStages.tuner(1), SequenceTuner::load),
    TUNED(SavedStages.tuned(1), SequenceTunerModel::load);

    private final PipelineStage stage;
    private final Function<String, PipelineStage> load;

    Saved(PipelineStage stage, Function<String, PipelineStage> load) {
      this.stage = stage;
      this.load = load;
    }

    PipelineStage load(Path path) {
      return load.apply(path.toString());
    }

    /** Files with content, by their names below the directory. */
    Map<String, byte[]> write(Path path) throws IOException {
      SavedStages.save(stage, path.toString());
      Map<String, byte[]> files = new LinkedHashMap<>();
      try (var walk = Files.walk(path)) {
        for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
          if (Files.size(file) > 0) {
            files.put(path.relativize(file).toString(), Files.readAllBytes(file));
          }
        }
      }
      return files;
    }
  }

  @BeforeEach
  void directory() {
    LocalSpark.session();
    saved = folder.resolve("saved");
  }

  private void put(String name, byte[] bytes) throws IOException {
    Files.write(saved.resolve(name), bytes);
  }

  private void put(String name, String text) throws IOException {
    put(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private String refused(Saved kind, String what) {
    String message =
        assertTimeoutPreemptively(
                SOON,
                () -> assertThrows(ModelFormatException.class, () -> kind.load(saved), () -> what),
                what)
            .getMessage();
    assertTrue(message.contains(saved.toString()), what + " does not say where: " + message);
    assertTrue(message.length() < 2_000, what + ": a message of " + message.length());
    return message;
  }

  @ParameterizedTest
  @EnumSource
  void asWrittenItLoads(Saved kind) throws IOException {
    kind.write(saved);
    PipelineStage loaded = kind.load(saved);
    assertEquals(kind.stage.uid(), loaded.uid());
    assertEquals(Tables.params(kind.stage), Tables.params(loaded));
    if (loaded instanceof SequenceTunerModel tuned) {
      assertEquals(
          tuned.trials().toString().replaceAll("\\[D@[^,]*", ""),
          SavedStages.tuned(1).trials().toString().replaceAll("\\[D@[^,]*", ""));
      assertEquals(2, tuned.table().collectAsList().size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyTruncatedFileIsNoticed(Saved kind) throws IOException {
    Map<String, byte[]> files = kind.write(saved);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      int length = file.getValue().length;
      int end = file.getKey().endsWith("part-00000") ? length - 1 : length; // a line feed
      for (int cut : new int[] {0, 1, length / 3, length / 2, end - 1}) {
        put(file.getKey(), Arrays.copyOf(file.getValue(), cut));
        refused(kind, file.getKey() + " of " + cut + " bytes");
      }
      Files.delete(saved.resolve(file.getKey()));
      refused(kind, "without " + file.getKey());
      put(file.getKey(), file.getValue());
    }
    kind.load(saved);
  }

  @ParameterizedTest
  @EnumSource
  void hostileJsonIsRefused(Saved kind) throws IOException {
    Map<String, byte[]> files = kind.write(saved);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      String name = file.getKey();
      if (name.endsWith(".safetensors")) {
        continue;
      }
      String json = new String(file.getValue(), StandardCharsets.UTF_8);
      String rest = json.substring(json.indexOf('{') + 1);
      Map<String, String> hostile = new LinkedHashMap<>();
      hostile.put("no JSON", "<html>");
      hostile.put("a number", "1");
      hostile.put("an array", "[]");
      hostile.put("null", "null");
      hostile.put("nothing in it", "{}");
      hostile.put("deep arrays", "[".repeat(100_000));
      hostile.put("deep arrays in a field", "{\"x\": " + "[".repeat(100_000));
      hostile.put(
          "deep objects that end",
          "{\"x\": " + "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000) + "," + rest);
      hostile.put("a key twice", json.replaceFirst("\\{", "{\"uid\": \"a\", \"uid\": \"b\", "));
      hostile.put("a huge string", "{\"" + "x".repeat(3_000_000) + "\": 1, " + rest);
      hostile.put("a huge text", "{\"x\": \"" + "x".repeat(3_000_000) + "\", \"x\": 1," + rest);
      hostile.put("a huge number", "{\"x\": " + "9".repeat(1_000_000) + ", " + rest);
      hostile.put("a huge exponent", "{\"x\": 1e999999999, \"x\": 1, " + rest);
      hostile.put("not a number", "{\"x\": NaN, " + rest);
      hostile.put("no UTF-8", "\u0000\u0001" + json);
      for (Map.Entry<String, String> each : hostile.entrySet()) {
        put(name, each.getValue());
        refused(kind, each.getKey() + " in " + name);
      }
      put(name, file.getValue());
    }
    kind.load(saved);
  }

  @ParameterizedTest
  @EnumSource
  void hugeFilesAreNotRead(Saved kind) throws IOException {
    Map<String, byte[]> files = kind.write(saved);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      try (var sparse =
          Files.newByteChannel(
              saved.resolve(file.getKey()), java.nio.file.StandardOpenOption.WRITE)) {
        sparse.position(1L << 33).write(ByteBuffer.wrap(new byte[1]));
      }
      refused(kind, "8 GB of " + file.getKey());
      put(file.getKey(), file.getValue());
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingOutsideTheDirectoryIsOpened(Saved kind) throws IOException {
    Map<String, byte[]> files = kind.write(saved);
    List<Path> targets = new ArrayList<>();
    for (String name : files.keySet()) {
      for (Path part = Path.of(name); part != null; part = part.getParent()) {
        if (!targets.contains(part)) {
          targets.add(part);
        }
      }
    }
    int n = 0;
    for (Path target : targets) {
      Path inside = saved.resolve(target);
      Path outside = folder.resolve("outside-" + n++);
      Files.move(inside, outside);
      Files.createSymbolicLink(inside, outside);
      String message = refused(kind, target + " is a link");
      assertTrue(message.contains("link to outside"), message);
      Files.delete(inside);
      Files.move(outside, inside);
    }
    kind.load(saved);
    Path link = Files.createSymbolicLink(folder.resolve("link"), saved);
    kind.load(link); // the whole directory may be elsewhere
  }

  // --- metadata ---

  /** Would tell if it was ever loaded. */
  static final class Trap {
    static {
      System.setProperty("unroll.trap", "sprung");
    }

    public static Object read() {
      throw new AssertionError("called");
    }

    private Trap() {}
  }

  @ParameterizedTest
  @EnumSource
  void noClassOfAFileIsLoaded(Saved kind) throws IOException {
    Map<String, byte[]> files = kind.write(saved);
    String trap = getClass().getName() + "$Trap";
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      if (file.getKey().endsWith("part-00000")) {
        String json = new String(file.getValue(), StandardCharsets.UTF_8);
        put(
            file.getKey(),
            json.replaceFirst("\"dev\\.unroll[^\"]*\"", "\"" + trap.replace("$", "\\$") + "\""));
        refused(kind, file.getKey());
        put(file.getKey(), json.replaceFirst("\"dev\\.unroll[^\"]*\"", "\"java.lang.Runtime\""));
        refused(kind, file.getKey());
        put(file.getKey(), file.getValue());
      }
    }
    assertEquals(null, System.getProperty("unroll.trap"));
  }

  @Test
  void valuesThatNoSetterTakesAreRefused() throws IOException {
    String json = new String(Saved.ESTIMATOR.write(saved).get(METADATA), StandardCharsets.UTF_8);
    assertTrue(json.contains("\"hiddenSize\":3"), json);
    Map<String, String> hostile = new LinkedHashMap<>();
    hostile.put("\"hiddenSize\":3", "\"hiddenSize\":-3");
    hostile.put("\"hiddenSize\":3 ", "\"hiddenSize\":4611686018427387904");
    hostile.put("\"hiddenSize\":3  ", "\"hiddenSize\":\"3\"");
    hostile.put("\"hiddenSize\":3   ", "\"hiddenSize\":{\"a\":[1]}");
    hostile.put("\"hiddenSize\":3    ", "\"nothing\":3");
    hostile.put("\"hiddenSize\":3     ", "\"hiddenSize\":null");
    hostile.put("\"idCol\":\"id\"", "\"idCol\":7");
    hostile.put("\"idCol\":\"id\" ", "\"idCol\":\" \"");
    hostile.put(
        "\"idCol\":\"id\"  ", "\"idCol\":{\"class\":\"vector\",\"type\":1,\"values\":[1.0]}");
    hostile.put(
        "\"idCol\":\"id\"   ",
        "\"idCol\":{\"class\":\"vector\",\"type\":0,\"size\":2147483647,\"indices\":[],\"values\":[]}");
    hostile.put("\"idCol\":\"id\"    ", "\"cell\":\"other\"");
    hostile.put("\"idCol\":\"id\"     ", "\"idCol\":[\"id\"]");
    hostile.put("\"cell\":\"lstm\"", "\"cell\":\"other\""); // a default
    hostile.put("\"stepSize\":0.001", "\"stepSize\":-1.0");
    hostile.put("\"stepSize\":0.001 ", "\"stepSize\":\"Infinity\"");
    hostile.put("\"uid\":\"estimator-1\"", "\"uid\":\"../../elsewhere\"");
    hostile.put("\"uid\":\"estimator-1\" ", "\"uid\":\"a/b\"");
    hostile.put("\"uid\":\"estimator-1\"  ", "\"uid\":\"\"");
    hostile.put("\"uid\":\"estimator-1\"   ", "\"uid\":null");
    hostile.put("\"uid\":\"estimator-1\"    ", "\"uid\":[1]");
    hostile.put("\"paramMap\":{", "\"paramMap\":[{");
    for (Map.Entry<String, String> each : hostile.entrySet()) {
      String before = each.getKey().stripTrailing();
      assertTrue(json.contains(before), before + " in " + json);
      put(METADATA, json.replace(before, each.getValue()));
      refused(Saved.ESTIMATOR, each.getValue());
    }
    Files.createDirectory(saved.resolve("metadata/part-00001"));
    Files.delete(saved.resolve(METADATA));
    refused(Saved.ESTIMATOR, "a directory for a part");
  }

  @Test
  void trialsThatAreNoneAreRefused() throws IOException {
    String json = new String(Saved.TUNED.write(saved).get("trials.json"), StandardCharsets.UTF_8);
    assertTrue(json.contains("\"epochs\":2"), json);
    Map<String, String> hostile = new LinkedHashMap<>();
    hostile.put("\"epochs\":2", "\"epochs\":4611686018427387904");
    hostile.put("\"epochs\":2 ", "\"epochs\":null");
    hostile.put("\"epochs\":2  ", "\"epochs\":2.5");
    hostile.put("\"epochs\":2,", "");
    hostile.put("\"steps\":7", "\"steps\":[7]");
    hostile.put("\"steps\":7 ", "\"steps\":1e400");
    hostile.put("\"values\":{\"hiddenSize\":\"3\"}", "\"values\":null");
    hostile.put("\"values\":{\"hiddenSize\":\"3\"} ", "\"values\":{\"hiddenSize\":null}");
    hostile.put("\"values\":{\"hiddenSize\":\"3\"},", "");
    hostile.put("\"status\":\"finished\"", "\"status\":null");
    hostile.put("\"status\":\"finished\" ", "\"status\":\"finished\",\"status\":\"stopped\"");
    hostile.put(
        "\"status\":\"finished\"  ", "\"status\":\"finished\",\"@class\":\"java.lang.Object\"");
    hostile.put("\"verdict\":\"take 3 units\"", "\"verdict\":null");
    hostile.put("\"trials\":[", "\"trials\":null,\"x\":[");
    hostile.put("\"trials\":[{", "\"trials\":[null,{");
    for (Map.Entry<String, String> each : hostile.entrySet()) {
      String before = each.getKey().stripTrailing();
      assertTrue(json.contains(before), before + " in " + json);
      put("trials.json", json.replace(before, each.getValue()));
      refused(Saved.TUNED, before + " is " + each.getValue());
    }
    put("trials.json", json + "{}");
    refused(Saved.TUNED, "more behind the end");
  }

  // --- weights and the file that describes them ---

  @Test
  void hostileWeightsAreRefused() throws IOException {
    byte[] file = Saved.MODEL.write(saved).get("weights.safetensors");
    for (long length :
        new long[] {1L << 62, -1, Long.MIN_VALUE, file.length, file.length - 8 + 1}) {
      byte[] forged = file.clone();
      ByteBuffer.wrap(forged).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      put("weights.safetensors", forged);
      refused(Saved.MODEL, "a header of " + length);
    }
    put("weights.safetensors", file);
    String network = Files.readString(saved.resolve("network.json"));
    for (String[] change :
        new String[][] {
          {"\"weights.safetensors\"", "\"../weights.safetensors\""},
          {"\"weights.safetensors\"", "\"/etc/passwd\""},
          {"\"hiddenSize\" : 3", "\"hiddenSize\" : 65536"},
          {"\"hiddenSize\" : 3", "\"hiddenSize\" : 4611686018427387904"},
          {"\"numLayers\" : 1", "\"numLayers\" : 2147483647"},
        }) {
      assertTrue(network.contains(change[0]), change[0] + " in " + network);
      put("network.json", network.replace(change[0], change[1]));
      refused(Saved.MODEL, change[1]);
    }
  }

  // --- mutations ---

  /** A change that a seed decides: of bits, bytes, pieces, digits or structure. */
  private static byte[] mutated(byte[] bytes, KeyedRandom random) {
    int at = random.nextInt(bytes.length);
    int length = 1 + random.nextInt(Math.min(40, bytes.length - at));
    switch (random.nextInt(7)) {
      case 0:
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        return flipped;
      case 1:
        byte[] changed = bytes.clone();
        changed[at] = (byte) random.nextInt(256);
        return changed;
      case 2:
        return joined(bytes, at, new byte[0], at + length);
      case 3:
        return joined(bytes, at + length, Arrays.copyOfRange(bytes, at, at + length), at + length);
      case 4:
        return Arrays.copyOf(bytes, at);
      case 5:
        String[] pieces = {
          "{", "}", "[", "]", "\"", ",", ":", "null", "-", "1e999", "9223372036854775808", "\\u0000"
        };
        byte[] piece = pieces[random.nextInt(pieces.length)].getBytes(StandardCharsets.UTF_8);
        return joined(bytes, at, piece, at + random.nextInt(2));
      default:
        int from = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, from + length);
        return joined(bytes, at, Arrays.copyOfRange(bytes, from, to), at + length);
    }
  }

  private static byte[] joined(byte[] bytes, int until, byte[] middle, int from) {
    int tail = Math.min(from, bytes.length);
    byte[] result = Arrays.copyOf(bytes, until + middle.length + bytes.length - tail);
    System.arraycopy(middle, 0, result, until, middle.length);
    System.arraycopy(bytes, tail, result, until + middle.length, bytes.length - tail);
    return result;
  }

  @ParameterizedTest
  @EnumSource
  void mutationsAreRefusedOrHarmless(Saved kind) throws IOException {
    Map<String, byte[]> files = kind.write(saved);
    int seeds = Integer.getInteger("unroll.mutations", 300);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      long first = SEED == null ? 1 : SEED;
      for (long seed = first; seed < first + (SEED == null ? seeds : 1); seed++) {
        byte[] bytes = mutated(file.getValue(), KeyedRandom.of(seed, file.getKey(), 0));
        put(file.getKey(), bytes);
        String what = "-Dunroll.seed=" + seed + ", " + kind + ", " + file.getKey();
        assertTimeoutPreemptively(SOON, () -> refusedOrHarmless(kind, file, bytes, what), what);
      }
      put(file.getKey(), file.getValue());
    }
  }

  private void refusedOrHarmless(
      Saved kind, Map.Entry<String, byte[]> file, byte[] bytes, String what) {
    PipelineStage loaded;
    try {
      loaded = kind.load(saved);
    } catch (ModelFormatException e) {
      assertTrue(e.getMessage().contains(saved.toString()), what + ": " + e.getMessage());
      return;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what, e);
    }
    boolean counts = file.getKey().matches(".*(network.json|weights.safetensors)");
    assertTrue(!counts || Arrays.equals(bytes, file.getValue()), what + " was not noticed");
    assertFalse(loaded.uid().contains("/"), what);
    List<Consumer<PipelineStage>> uses =
        List.of(
            PipelineStage::explainParams,
            stage ->
                stage.transformSchema(Tables.of("features array<array<double>>, id int").schema()),
            stage -> {
              if (stage instanceof SequenceTunerModel tuned) {
                tuned.table();
              }
            });
    for (Consumer<PipelineStage> use : uses) {
      try {
        use.accept(loaded);
      } catch (InvalidDataException | IllegalArgumentException e) {
        // A column or a setting that does not fit.
      } catch (RuntimeException | Error e) {
        throw new AssertionError(what, e);
      }
    }
  }
}
