package dev.unroll.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The header of a safetensors file, read with nothing taken on trust.
 *
 * @param dataAt where the data starts in the file
 * @param tensors the tensors, in the order of the header, which is that of their data
 */
record SafetensorsHeader(int dataAt, List<Tensor> tensors) {
  /** The limit of the reference implementation. */
  static final int LONGEST = 100_000_000;

  /** No description of a tensor is shorter than {@code "":{"dtype":"F32","shape":[],...}}. */
  static final int LEAST_BYTES_PER_TENSOR = 48;

  private static final int MOST_DIMENSIONS = 8;
  private static final int NAMED_IN_ERRORS = 5;

  /** Data bytes {@code [start, end)}, counted from the start of the data. */
  record Tensor(String name, long[] shape, long start, long end) {}

  /**
   * Reads and checks the header: its length against the file, the tensors' types, and that their
   * data follow each other without gap or overlap up to the end of the file.
   *
   * @throws ModelFormatException saying what is wrong
   */
  static SafetensorsHeader read(String name, byte[] file) {
    int dataAt = dataAt(name, file);
    if (file[Safetensors.LENGTH_BYTES] != '{') {
      throw new ModelFormatException(
          name + ": the header does not start with '{'; not a safetensors file, or damaged");
    }
    List<Tensor> tensors =
        StrictJson.parse(
            name, file, Safetensors.LENGTH_BYTES, dataAt, SafetensorsHeader::readTensors);
    checkTiling(name, tensors, file.length - dataAt);
    return new SafetensorsHeader(dataAt, tensors);
  }

  private static int dataAt(String name, byte[] file) {
    if (file.length < Safetensors.LENGTH_BYTES + 2) {
      throw new ModelFormatException(
          "%s: %d bytes, too short for a safetensors file; restore it or train again"
              .formatted(name, file.length));
    }
    long length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    long most = Math.min(LONGEST, file.length - Safetensors.LENGTH_BYTES);
    if (length < 2 || length > most) {
      throw new ModelFormatException(
          "%s: the header is said to take %s bytes, expected 2 to %d; the file is damaged"
              .formatted(name, Long.toUnsignedString(length), most));
    }
    return Safetensors.LENGTH_BYTES + (int) length;
  }

  private static List<Tensor> readTensors(StrictJson json) throws IOException {
    List<Tensor> tensors = new ArrayList<>();
    json.object(
        name -> {
          if (name.equals(Safetensors.METADATA)) {
            json.object(key -> json.string());
          } else {
            tensors.add(readTensor(json, name));
          }
        });
    return tensors;
  }

  private static Tensor readTensor(StrictJson json, String name) throws IOException {
    long[][] numbers = new long[2][];
    boolean[] typed = {false};
    json.object(
        field -> {
          switch (field) {
            case "dtype" -> typed[0] = readType(json);
            case "shape" -> numbers[0] = readNumbers(json, 0, MOST_DIMENSIONS);
            case "data_offsets" -> numbers[1] = readNumbers(json, 2, 2);
            default -> throw json.unknownField(field);
          }
        });
    if (!typed[0]) {
      throw json.missingField("dtype");
    }
    if (numbers[0] == null || numbers[1] == null) {
      throw json.missingField(numbers[0] == null ? "shape" : "data_offsets");
    }
    return new Tensor(name, numbers[0], numbers[1][0], numbers[1][1]);
  }

  private static boolean readType(StrictJson json) throws IOException {
    if (!json.string().equals("F32")) {
      throw json.wrong("F32, the only type that Unroll writes and reads");
    }
    return true;
  }

  private static long[] readNumbers(StrictJson json, int least, int most) throws IOException {
    List<Long> numbers = new ArrayList<>();
    json.array(
        () -> {
          if (numbers.size() == most) {
            throw json.wrong("at most " + most + " numbers");
          }
          numbers.add(json.integer(0, Long.MAX_VALUE));
        });
    if (numbers.size() < least) {
      throw json.wrong(least + " numbers");
    }
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  private static void checkTiling(String name, List<Tensor> tensors, int dataSize) {
    long at = 0;
    for (Tensor tensor : tensors) {
      if (tensor.start != at) {
        throw tilingError(
            name, tensor, "expected to start at " + at + ", where its neighbour ends");
      }
      if (tensor.end < at || tensor.end > dataSize) {
        throw tilingError(name, tensor, "expected to end from " + at + " to " + dataSize);
      }
      if (!takes(tensor.shape, tensor.end - tensor.start)) {
        throw tilingError(name, tensor, "which is not 4 bytes for each of its values");
      }
      at = tensor.end;
    }
    if (at != dataSize) {
      throw new ModelFormatException(
          "%s: the tensors take %d bytes, but there are %d; the file is damaged"
              .formatted(name, at, dataSize));
    }
  }

  private static boolean takes(long[] shape, long bytes) {
    try {
      long size = Float.BYTES;
      for (long length : shape) {
        size = Math.multiplyExact(size, length);
      }
      return size == bytes;
    } catch (ArithmeticException overflow) {
      return false;
    }
  }

  private static ModelFormatException tilingError(String name, Tensor t, String problem) {
    return new ModelFormatException(
        "%s: tensor \"%s\" of shape %s takes bytes %d to %d, %s; the file is damaged"
            .formatted(name, t.name, Arrays.toString(t.shape), t.start, t.end, problem));
  }

  /**
   * Checks names, shapes and order.
   *
   * @throws ModelFormatException naming the tensors that are missing, too many or misshaped
   */
  void checkTensors(String file, List<Slice> expected) {
    Set<String> missing = new LinkedHashSet<>();
    expected.forEach(slice -> missing.add(slice.name()));
    Set<String> wanted = new HashSet<>(missing);
    List<String> extra = new ArrayList<>();
    for (Tensor tensor : tensors) {
      missing.remove(tensor.name);
      if (!wanted.contains(tensor.name)) {
        extra.add(tensor.name);
      }
    }
    if (!missing.isEmpty() || !extra.isEmpty()) {
      throw new ModelFormatException(
          "%s: tensors missing: %s; not expected: %s (for the network in network.json)"
              .formatted(file, some(missing), some(extra)));
    }
    for (int i = 0; i < expected.size(); i++) {
      checkTensor(file, tensors.get(i), expected.get(i));
    }
  }

  private static void checkTensor(String file, Tensor tensor, Slice expected) {
    if (!tensor.name.equals(expected.name())) {
      throw new ModelFormatException(
          "%s: tensor \"%s\" is where \"%s\" was expected; the order is that of the layers"
              .formatted(file, tensor.name, expected.name()));
    }
    long[] shape = Arrays.stream(expected.shape()).asLongStream().toArray();
    if (!Arrays.equals(tensor.shape, shape)) {
      throw new ModelFormatException(
          "%s: tensor \"%s\" has shape %s, expected %s (for the network in network.json)"
              .formatted(file, tensor.name, Arrays.toString(tensor.shape), Arrays.toString(shape)));
    }
  }

  private static String some(Collection<String> names) {
    if (names.isEmpty()) {
      return "none";
    }
    String first = String.join(", ", names.stream().limit(NAMED_IN_ERRORS).toList());
    return names.size() > NAMED_IN_ERRORS
        ? first + " and " + (names.size() - NAMED_IN_ERRORS) + " more"
        : first;
  }
}
