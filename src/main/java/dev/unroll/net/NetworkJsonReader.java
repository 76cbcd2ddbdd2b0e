package dev.unroll.net;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads {@code network.json}, taking nothing in it on trust; memory grows with the file only. */
final class NetworkJsonReader {
  private static final List<String> REQUIRED =
      List.of(
          "task",
          "cell",
          "inputSize",
          "hiddenSize",
          "numLayers",
          "bidirectional",
          "outputSize",
          "layers",
          "head",
          "classes",
          "labelType",
          "inputScaling",
          "about",
          "files",
          "weightsSha256");

  private final byte[] file;
  private final StrictJson json;
  private final Set<String> seen = new HashSet<>();
  private final List<NetworkJson.Layer> layers = new ArrayList<>();
  private final List<String> classes = new ArrayList<>();
  private final SortedMap<String, String> about = new TreeMap<>();
  private Task task;
  private CellType cell;
  private int inputSize;
  private int hiddenSize;
  private int numLayers;
  private boolean bidirectional;
  private int outputSize;
  private NetworkJson.Layer head;
  private String labelType;
  private Scaling inputScaling;
  private Scaling targetScaling;
  private WeightsFile weightsFile;
  private String weightsSha256;

  private record WeightsFile(String name, long size, String sha256) {}

  private NetworkJsonReader(byte[] file, StrictJson json) {
    this.file = file;
    this.json = json;
  }

  /**
   * Reads the file.
   *
   * @throws ModelFormatException if it is not exactly as Unroll wrote it, or makes no sense
   */
  static NetworkJson read(byte[] file) {
    try {
      return StrictJson.parse(
          NetworkJson.FILE, file, 0, file.length, json -> new NetworkJsonReader(file, json).read());
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(NetworkJson.FILE + ": " + e.getMessage(), e);
    }
  }

  private NetworkJson read() throws IOException {
    json.object(this::readField);
    for (String name : REQUIRED) {
      if (!seen.contains(name)) {
        throw json.missingField(name);
      }
    }
    if (seen.contains("targetScaling") != (task == Task.REGRESS)) {
      throw new ModelFormatException(
          "%s: task is %s, and targetScaling is %s; it belongs to task regress only"
              .formatted(
                  NetworkJson.FILE,
                  task.label(),
                  seen.contains("targetScaling") ? "there" : "missing"));
    }
    NetworkConfig network =
        new NetworkConfig(task, cell, inputSize, hiddenSize, numLayers, bidirectional, outputSize);
    checkLayers(network);
    return new NetworkJson(
        network,
        inputScaling,
        targetScaling,
        classes,
        labelType,
        about,
        weightsFile.size,
        weightsFile.sha256,
        weightsSha256);
  }

  private void readField(String name) throws IOException {
    if (seen.isEmpty()) {
      readVersion(name);
    }
    seen.add(name);
    switch (name) {
      case "formatVersion", "sha256" -> {} // Checked before the other fields.
      case "task" -> task = Task.of(json.string());
      case "cell" -> cell = CellType.of(json.string());
      case "inputSize" -> inputSize = readSize();
      case "hiddenSize" -> hiddenSize = readSize();
      case "numLayers" -> numLayers = readSize();
      case "bidirectional" -> bidirectional = json.bool();
      case "outputSize" -> outputSize = readSize();
      case "layers" -> json.array(() -> layers.add(readLayer()));
      case "head" -> head = readLayer();
      case "classes" -> json.array(() -> classes.add(json.string()));
      case "labelType" -> labelType = json.string();
      case "inputScaling" -> inputScaling = readScaling();
      case "targetScaling" -> targetScaling = readScaling();
      case "about" -> json.object(key -> about.put(key, json.string()));
      case "files" -> readFiles();
      case "weightsSha256" -> weightsSha256 = json.string();
      default -> throw json.unknownField(name);
    }
  }

  /**
   * The version comes first: only then is it known which rules the rest follows, the seal included.
   * The seal comes next, so that damage is called damage and not, say, an unknown field.
   */
  private void readVersion(String firstField) throws IOException {
    if (!firstField.equals("formatVersion")) {
      throw json.wrong("formatVersion as the first field, as in a file that Unroll wrote");
    }
    long version = json.integer(1, Integer.MAX_VALUE);
    if (version > NetworkJson.FORMAT_VERSION) {
      throw new ModelFormatException(
          ("%s: formatVersion is %d, this Unroll reads up to %d; the model was made by a newer"
                  + " Unroll: use that or a later one")
              .formatted(NetworkJson.FILE, version, NetworkJson.FORMAT_VERSION));
    }
    NetworkJson.checkSeal(file);
  }

  private int readSize() throws IOException {
    return (int) json.integer(1, Integer.MAX_VALUE);
  }

  private NetworkJson.Layer readLayer() throws IOException {
    String[] type = {null};
    long[] sizes = new long[2];
    json.object(
        name -> {
          switch (name) {
            case "type" -> type[0] = json.string();
            case "inputSize" -> sizes[0] = readSize();
            case "outputSize" -> sizes[1] = readSize();
            default -> throw json.unknownField(name);
          }
        });
    if (type[0] == null || sizes[0] == 0 || sizes[1] == 0) {
      throw json.missingField(
          type[0] == null ? "type" : sizes[0] == 0 ? "inputSize" : "outputSize");
    }
    return new NetworkJson.Layer(type[0], sizes[0], sizes[1]);
  }

  /** The layers say again what the sizes say; they must agree. */
  private void checkLayers(NetworkConfig network) {
    if (layers.size() != numLayers) {
      throw new ModelFormatException(
          "%s: %d layers, expected %d (numLayers)"
              .formatted(NetworkJson.FILE, layers.size(), numLayers));
    }
    for (int l = 0; l < numLayers; l++) {
      checkLayer("layers/" + l, layers.get(l), NetworkJson.Layer.recurrent(network, l));
    }
    checkLayer("head", head, NetworkJson.Layer.head(network));
  }

  private static void checkLayer(
      String where, NetworkJson.Layer found, NetworkJson.Layer expected) {
    if (!found.equals(expected)) {
      throw new ModelFormatException(
          "%s: /%s has %s, expected %s (from the sizes of the network)"
              .formatted(NetworkJson.FILE, where, found, expected));
    }
  }

  private Scaling readScaling() throws IOException {
    double[][] parts = new double[2][];
    json.object(
        name -> {
          switch (name) {
            case "mean" -> parts[0] = json.numbers();
            case "deviation" -> parts[1] = json.numbers();
            default -> throw json.unknownField(name);
          }
        });
    if (parts[0] == null || parts[1] == null) {
      throw json.missingField(parts[0] == null ? "mean" : "deviation");
    }
    return new Scaling(parts[0], parts[1]);
  }

  private void readFiles() throws IOException {
    json.array(
        () -> {
          if (weightsFile != null) {
            throw json.wrong("only one file, " + NetworkJson.WEIGHTS_FILE);
          }
          weightsFile = readFile();
        });
    if (weightsFile == null) {
      throw json.wrong("one file, " + NetworkJson.WEIGHTS_FILE);
    }
  }

  private WeightsFile readFile() throws IOException {
    String[] texts = new String[2];
    long[] size = {-1};
    json.object(
        name -> {
          switch (name) {
            case "name" -> texts[0] = readFileName();
            case "size" -> size[0] = json.integer(0, Long.MAX_VALUE);
            case "sha256" -> texts[1] = json.string();
            default -> throw json.unknownField(name);
          }
        });
    if (texts[0] == null || texts[1] == null || size[0] < 0) {
      throw json.missingField(texts[0] == null ? "name" : texts[1] == null ? "sha256" : "size");
    }
    return new WeightsFile(texts[0], size[0], texts[1]);
  }

  /** Only this one name: a file says nothing about which others to open. */
  private String readFileName() throws IOException {
    String name = json.string();
    if (!name.equals(NetworkJson.WEIGHTS_FILE)) {
      throw json.wrong(NetworkJson.WEIGHTS_FILE + "; other names and paths are never opened");
    }
    return name;
  }
}
