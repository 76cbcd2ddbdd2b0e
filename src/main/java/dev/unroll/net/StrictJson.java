package dev.unroll.net;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads JSON that may be damaged or hostile, token by token, so that memory grows with the text and
 * never with a number in it. Duplicate keys, deep nesting and overlong numbers are refused. Each
 * method reads the value at which the reader stands; errors name the file and the path to it.
 */
final class StrictJson {
  private static final int DEEPEST = 8;
  private static final int LONGEST_NUMBER = 40;
  private static final int LONGEST_NAME = 10_000;

  /** Reads field names and values without interning what a file says. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(LONGEST_NUMBER)
                  .maxNameLength(LONGEST_NAME)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private final String file;
  private final JsonParser parser;

  private StrictJson(String file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /** Reads one document. */
  interface Document<T> {
    T read(StrictJson json) throws IOException;
  }

  /** Reads the value of one field. */
  interface Field {
    void read(String name) throws IOException;
  }

  /** Reads one element of an array. */
  interface Element {
    void read() throws IOException;
  }

  /**
   * Reads the document in {@code bytes[from, to)}.
   *
   * @param file its name, for errors
   * @throws ModelFormatException if it is not JSON, not UTF-8, beyond a limit, or followed by more
   */
  static <T> T parse(String file, byte[] bytes, int from, int to, Document<T> document) {
    try (JsonParser parser = FACTORY.createParser(utf8(file, bytes, from, to))) {
      parser.nextToken();
      T result = document.read(new StrictJson(file, parser));
      if (parser.nextToken() != null) {
        throw new ModelFormatException(file + ": more text after the end of the JSON");
      }
      return result;
    } catch (JsonProcessingException e) {
      throw new ModelFormatException(
          "%s: not valid JSON at %s: %s; the file is damaged: restore it or train again"
              .formatted(file, place(e), e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new ModelFormatException(file + ": " + e.getMessage(), e);
    }
  }

  /** Decoded here, since Jackson would also guess at UTF-16 and UTF-32. */
  private static String utf8(String file, byte[] bytes, int from, int to) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, from, to - from);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(
          "%s: not UTF-8 at byte %d; the file is damaged: restore it or train again"
              .formatted(file, buffer.position()),
          e);
    }
  }

  private static String place(JsonProcessingException e) {
    return e.getLocation() == null
        ? "an unknown place"
        : "line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
  }

  void object(Field field) throws IOException {
    expect(JsonToken.START_OBJECT, "an object {...}");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      field.read(name);
    }
  }

  void array(Element element) throws IOException {
    expect(JsonToken.START_ARRAY, "an array [...]");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      element.read();
    }
  }

  String string() throws IOException {
    expect(JsonToken.VALUE_STRING, "a text");
    return parser.getText();
  }

  boolean bool() throws IOException {
    if (!parser.currentToken().isBoolean()) {
      throw wrong("true or false");
    }
    return parser.getBooleanValue();
  }

  long integer(long least, long most) throws IOException {
    String expected = "a whole number from " + least + " to " + most;
    expect(JsonToken.VALUE_NUMBER_INT, expected);
    try {
      long value = Long.parseLong(parser.getText());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException beyondLong) {
      // Out of range as well.
    }
    throw wrong(expected);
  }

  double number() throws IOException {
    if (!parser.currentToken().isNumeric()) {
      throw wrong("a number");
    }
    double value = Double.parseDouble(parser.getText());
    if (!Double.isFinite(value)) {
      throw wrong("a number within the range of a double");
    }
    return value;
  }

  double[] numbers() throws IOException {
    double[][] values = {new double[16]};
    int[] count = {0};
    array(
        () -> {
          if (count[0] == values[0].length) {
            values[0] = Arrays.copyOf(values[0], 2 * count[0]);
          }
          values[0][count[0]++] = number();
        });
    return Arrays.copyOf(values[0], count[0]);
  }

  ModelFormatException unknownField(String name) {
    return new ModelFormatException(
        "%s: unknown field \"%s\" at %s; the file is not one that this Unroll wrote"
            .formatted(file, name, path()));
  }

  ModelFormatException missingField(String name) {
    return new ModelFormatException(
        "%s: no field \"%s\" in the object at %s; the file is not one that Unroll wrote"
            .formatted(file, name, path()));
  }

  /** What to throw when the value here is not {@code expected}. */
  ModelFormatException wrong(String expected) throws IOException {
    String found = parser.currentToken().isScalarValue() ? parser.getText() : "a structure";
    String shown = found.length() > 100 ? found.substring(0, 100) + "..." : found;
    return new ModelFormatException(
        "%s: %s is %s, expected %s".formatted(file, path(), shown, expected));
  }

  private void expect(JsonToken token, String expected) throws IOException {
    if (parser.currentToken() == null) {
      throw new ModelFormatException(file + ": empty, expected " + expected);
    }
    if (parser.currentToken() != token) {
      throw wrong(expected);
    }
  }

  /** For example {@code /inputScaling/mean/3}; the document itself is {@code /}. */
  private String path() {
    String path = parser.getParsingContext().pathAsPointer().toString();
    return path.isEmpty() ? "/" : path;
  }
}
