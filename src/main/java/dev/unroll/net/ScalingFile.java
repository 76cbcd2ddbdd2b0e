package dev.unroll.net;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A scaling as a small JSON file: {@code {"formatVersion": 1, "method": "standard", "level": [...],
 * "scale": [...]}}. Numbers are written so that they read back with the same bits.
 *
 * @param method what the figures are, in a word
 * @param scaling level and scale per feature; of size 0 where every series has its own
 */
public record ScalingFile(String method, Scaling scaling) implements Serializable {
  private static final int VERSION = 1;
  private static final List<String> FIELDS = List.of("formatVersion", "method", "level", "scale");

  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      json.writeNumberField("formatVersion", VERSION);
      json.writeStringField("method", method);
      json.writeFieldName("level");
      json.writeArray(scaling.mean(), 0, scaling.size());
      json.writeFieldName("scale");
      json.writeArray(scaling.deviation(), 0, scaling.size());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // there is no I/O
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what {@link #toBytes} wrote. Memory grows with the bytes and with no number in them.
   *
   * @param file its name, for messages
   * @throws ModelFormatException if it is not such a file: not JSON, a field that is unknown, there
   *     twice or missing, sizes that differ, a number that is not finite, a scale not above 0
   */
  public static ScalingFile read(String file, byte[] bytes) {
    return StrictJson.parse(file, bytes, 0, bytes.length, json -> new Reader(file, json).read());
  }

  private static final class Reader {
    private final String file;
    private final StrictJson json;
    private final Set<String> seen = new HashSet<>();
    private String method;
    private double[] level;
    private double[] scale;

    Reader(String file, StrictJson json) {
      this.file = file;
      this.json = json;
    }

    ScalingFile read() throws IOException {
      json.object(this::field);
      for (String name : FIELDS) {
        if (!seen.contains(name)) {
          throw json.missingField(name);
        }
      }
      if (level.length != scale.length) {
        throw new ModelFormatException(
            "%s: level has %d numbers and scale %d, expected as many; the file is damaged: restore"
                    .formatted(file, level.length, scale.length)
                + " it or fit again");
      }
      return new ScalingFile(method, new Scaling(level, scale));
    }

    private void field(String name) throws IOException {
      seen.add(name);
      switch (name) {
        case "formatVersion" -> json.integer(VERSION, VERSION);
        case "method" -> method = json.string();
        case "level" -> level = json.numbers();
        case "scale" -> scale = positive(json.numbers());
        default -> throw json.unknownField(name);
      }
    }

    private double[] positive(double[] scales) {
      for (int j = 0; j < scales.length; j++) {
        if (!(scales[j] > 0)) {
          throw new ModelFormatException(
              "%s: /scale/%d is %s, expected a number above 0; the file is damaged: restore it or"
                      .formatted(file, j, scales[j])
                  + " fit again");
        }
      }
      return scales;
    }
  }
}
