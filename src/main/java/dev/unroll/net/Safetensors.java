package dev.unroll.net;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The open safetensors format (huggingface/safetensors, README "Format"): 8 bytes with the length
 * of the header, little-endian; the header, JSON padded with spaces to a multiple of 8 bytes; the
 * data, little-endian float32, tensor after tensor without gaps. This is the writing half and the
 * way from bytes to weights; {@link SafetensorsHeader} reads headers.
 */
final class Safetensors {
  static final int LENGTH_BYTES = 8;
  static final String METADATA = "__metadata__";
  private static final int ALIGNMENT = 8;

  /** What an array can hold on every JVM. */
  static final int LARGEST = Integer.MAX_VALUE - 8;

  private static final JsonFactory JSON = new JsonFactory();

  private Safetensors() {}

  /**
   * The file that holds {@code weights}, the tensors named, shaped and ordered by {@code layout}.
   *
   * @throws IllegalArgumentException if the file would exceed what a byte array can hold
   */
  static byte[] write(ParameterLayout layout, float[] weights) {
    byte[] header = header(layout.slices());
    long size = LENGTH_BYTES + header.length + (long) Float.BYTES * weights.length;
    if (size > LARGEST) {
      throw new IllegalArgumentException(
          "weights: %d values take %d bytes, a model file holds at most %d; choose smaller layers"
              .formatted(weights.length, size, LARGEST));
    }
    ByteBuffer file = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(header.length).put(header).asFloatBuffer().put(weights);
    return file.array();
  }

  private static byte[] header(List<Slice> slices) {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(header)) {
      json.writeStartObject();
      json.writeObjectFieldStart(METADATA);
      // Readers such as the transformers library ask which framework's tensors these are.
      json.writeStringField("format", "pt");
      json.writeEndObject();
      for (Slice slice : slices) {
        tensor(json, slice);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int padding = -header.size() & (ALIGNMENT - 1);
    header.writeBytes(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
    return header.toByteArray();
  }

  private static void tensor(JsonGenerator json, Slice slice) throws IOException {
    long start = (long) Float.BYTES * slice.offset();
    long end = start + (long) Float.BYTES * slice.size();
    json.writeObjectFieldStart(slice.name());
    json.writeStringField("dtype", "F32");
    json.writeFieldName("shape");
    json.writeArray(slice.shape(), 0, slice.shape().length);
    json.writeFieldName("data_offsets");
    json.writeArray(new long[] {start, end}, 0, 2);
    json.writeEndObject();
  }

  /**
   * The weights in a file whose header has been read.
   *
   * @throws ModelFormatException if its tensors are not exactly those of the layout
   */
  static float[] weights(
      String name, byte[] file, SafetensorsHeader header, ParameterLayout layout) {
    header.checkTensors(name, layout.slices());
    float[] weights = new float[layout.size()];
    ByteBuffer.wrap(file, header.dataAt(), file.length - header.dataAt())
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(weights);
    return weights;
  }
}
