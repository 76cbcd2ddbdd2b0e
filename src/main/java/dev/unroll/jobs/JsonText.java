package dev.unroll.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Plain maps, lists, texts and numbers as JSON that every reader takes. */
final class JsonText {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JsonText() {}

  /** One line, with its end. */
  static byte[] line(Map<String, ?> object) {
    return bytes(false, object);
  }

  /** Several lines, for people. */
  static byte[] pretty(Map<String, ?> object) {
    return bytes(true, object);
  }

  private static byte[] bytes(boolean pretty, Map<String, ?> object) {
    try {
      Object plain = plain(object);
      String text =
          pretty
              ? MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(plain)
              : MAPPER.writeValueAsString(plain);
      return (text + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not plain values: " + e.getMessage(), e);
    }
  }

  /** JSON has no NaN and no infinity; null says that there is no such number. */
  private static Object plain(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((key, inner) -> copy.put(key, plain(inner)));
      return copy;
    }
    if (value instanceof Collection<?> elements) {
      List<Object> copy = new ArrayList<>();
      elements.forEach(element -> copy.add(plain(element)));
      return copy;
    }
    boolean finite =
        !(value instanceof Double || value instanceof Float)
            || Double.isFinite(((Number) value).doubleValue());
    return finite ? value : null;
  }
}
