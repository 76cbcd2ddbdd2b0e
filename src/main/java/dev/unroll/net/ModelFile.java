package dev.unroll.net;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A model as two files: {@code network.json}, for people too, says what the network is and what its
 * inputs and outputs mean; {@code weights.safetensors} holds the weights under PyTorch's names and
 * shapes, so that {@code load_state_dict(load_file(...))} takes them.
 *
 * <p>Reading trusts nothing: sizes and checksums are verified before memory is taken by a number
 * from a file, no other file is opened, and no code is run that a file names. A damaged model is
 * refused, never loaded as another one. Checksums catch damage, not malice: who can replace both
 * files can replace the model.
 */
public final class ModelFile {
  /** The name of the file with the architecture and meaning. */
  public static final String NETWORK = NetworkJson.FILE;

  /** The name of the file with the weights. */
  public static final String WEIGHTS = NetworkJson.WEIGHTS_FILE;

  /** A scaling for a million features takes about 40 MB. */
  private static final int LARGEST_NETWORK = 1 << 26;

  private ModelFile() {}

  /** Where a model's files lie. Names are {@link #NETWORK} and {@link #WEIGHTS}, never others. */
  public interface Source {
    /**
     * The size of the file in bytes.
     *
     * @throws NoSuchFileException or {@link FileNotFoundException}, if there is none
     */
    long size(String name) throws IOException;

    /** The whole file. Called only after {@link #size}, and only if that is acceptable. */
    byte[] read(String name) throws IOException;
  }

  /**
   * The files of a model by name: {@link #NETWORK} and {@link #WEIGHTS}. Equal models give equal
   * bytes.
   *
   * @throws IllegalArgumentException if the model is too large for its files, each 2 GB
   */
  public static SortedMap<String, byte[]> encode(Model model) {
    ParameterLayout layout = new Network(model.network()).layout();
    byte[] weights = Safetensors.write(layout, model.weights());
    byte[] network = describe(model, weights).write();
    checkReadable(network);
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put(NETWORK, network);
    files.put(WEIGHTS, weights);
    return files;
  }

  private static NetworkJson describe(Model model, byte[] file) {
    return new NetworkJson(
        model.network(),
        model.inputScaling(),
        model.network().task() == Task.REGRESS ? model.targetScaling() : null,
        model.classes(),
        model.labelType(),
        model.about(),
        file.length,
        Sha256.hex(file),
        model.weightsSha256());
  }

  /**
   * The reader has limits, on the length of a name for example; what exceeds them is not written.
   */
  private static void checkReadable(byte[] network) {
    try {
      checkSize(NETWORK, network.length, LARGEST_NETWORK);
      NetworkJsonReader.read(network);
    } catch (ModelFormatException e) {
      throw new IllegalArgumentException("the model cannot be saved: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a model.
   *
   * @throws ModelFormatException if a file is missing or is not, to the last bit, one that {@link
   *     #encode} wrote together with the other
   * @throws IOException if the source fails otherwise
   */
  public static Model decode(Source source) throws IOException {
    NetworkJson json = NetworkJsonReader.read(load(source, NETWORK, LARGEST_NETWORK));
    NetworkSize size = checkNetworkSize(json);
    byte[] file = loadWeights(source, json);
    SafetensorsHeader header = SafetensorsHeader.read(WEIGHTS, file);
    checkHeader(size, header, file.length);
    ParameterLayout layout = new Network(json.network()).layout();
    float[] weights = Safetensors.weights(WEIGHTS, file, header, layout);
    checkSum(WEIGHTS + ", the weights in it", Sha256.hex(weights), json.weightsSha256());
    return model(json, weights);
  }

  /**
   * Reads a model from a directory.
   *
   * @throws ModelFormatException as {@link #decode}, naming the directory; also if a file in it is
   *     a link to outside
   * @throws IOException if reading fails otherwise
   */
  public static Model read(Path directory) throws IOException {
    return ModelDirectory.read(directory);
  }

  /**
   * Writes a model to a directory that does not exist yet or is empty. The directory appears whole
   * or not at all: it is written beside its place, read back, and moved.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is something already
   * @throws IOException if writing fails; no part of a model is left behind then
   */
  public static void write(Model model, Path directory) throws IOException {
    ModelDirectory.write(model, directory);
  }

  private static byte[] load(Source source, String name, int largest) throws IOException {
    try {
      long size = source.size(name);
      checkSize(name, size, largest);
      byte[] bytes = source.read(name);
      if (bytes.length != size) {
        throw new ModelFormatException(
            "%s: %d bytes read, expected %d; is it being written?"
                .formatted(name, bytes.length, size));
      }
      return bytes;
    } catch (NoSuchFileException | FileNotFoundException e) {
      throw new ModelFormatException(
          "%s is missing; a model is a directory with %s and %s: restore it or train again"
              .formatted(name, NETWORK, WEIGHTS),
          e);
    }
  }

  private static void checkSize(String name, long size, int largest) {
    if (size < 1 || size > largest) {
      throw new ModelFormatException(
          "%s: %d bytes, expected 1 to %d".formatted(name, size, largest));
    }
  }

  /** The network must fit in the weights file before anything of its size is made. */
  private static NetworkSize checkNetworkSize(NetworkJson json) {
    checkSize(WEIGHTS, json.fileSize(), Safetensors.LARGEST);
    int most = (int) (json.fileSize() / Float.BYTES);
    try {
      return NetworkSize.of(json.network(), most);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(
          "%s: %s, all that the %d bytes of %s can hold"
              .formatted(NETWORK, e.getMessage(), json.fileSize(), WEIGHTS),
          e);
    }
  }

  private static byte[] loadWeights(Source source, NetworkJson json) throws IOException {
    byte[] file = load(source, WEIGHTS, Safetensors.LARGEST);
    if (file.length != json.fileSize()) {
      throw new ModelFormatException(
          ("%s: %d bytes, expected %d (%s); the file is cut, damaged or from another model:"
                  + " restore it or train again")
              .formatted(WEIGHTS, file.length, json.fileSize(), NETWORK));
    }
    checkSum(WEIGHTS, Sha256.hex(file), json.fileSha256());
    return file;
  }

  private static void checkSum(String what, String found, String expected) {
    if (!found.equals(expected)) {
      throw new ModelFormatException(
          ("%s: sha256 is %s, expected %s (%s); the file is damaged or from another model:"
                  + " restore it or train again")
              .formatted(what, found, expected, NETWORK));
    }
  }

  /** Both bounds keep the network's objects, still to be made, in proportion to the file. */
  private static void checkHeader(NetworkSize size, SafetensorsHeader header, int fileLength) {
    int data = fileLength - header.dataAt();
    if (size.parameters() * Float.BYTES != data) {
      throw new ModelFormatException(
          "%s: %d bytes of data, expected %d for the %d parameters of the network in %s"
              .formatted(
                  WEIGHTS, data, size.parameters() * Float.BYTES, size.parameters(), NETWORK));
    }
    if (size.tensors() * SafetensorsHeader.LEAST_BYTES_PER_TENSOR > header.dataAt()) {
      throw new ModelFormatException(
          "%s: %d tensors, expected %d for the network in %s"
              .formatted(WEIGHTS, header.tensors().size(), size.tensors(), NETWORK));
    }
  }

  private static Model model(NetworkJson json, float[] weights) {
    Scaling targets =
        json.targetScaling() == null
            ? Scaling.none(json.network().outputSize())
            : json.targetScaling();
    try {
      return new Model(
          json.network(),
          weights,
          json.inputScaling(),
          targets,
          json.classes(),
          json.labelType(),
          json.about());
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException("the model does not fit together: " + e.getMessage(), e);
    }
  }
}
