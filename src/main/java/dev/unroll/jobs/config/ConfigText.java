package dev.unroll.jobs.config;

import com.typesafe.config.ConfigUtil;
import dev.unroll.spark.params.ValueRule;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes settings in the syntax of configuration files. */
final class ConfigText {
  private ConfigText() {}

  /** A line for every setting, secrets masked, in the order of the table of keys. */
  static String render(JobConfig config) {
    StringBuilder text = new StringBuilder();
    ConfigBinding.unbind(config).forEach((key, value) -> lines(key, value, text));
    return text.toString();
  }

  private static void lines(ConfigKey key, Object value, StringBuilder text) {
    if (value instanceof Map<?, ?> map) {
      // One name, quoted: its dots are part of it, and it may be the beginning of another.
      map.forEach(
          (name, inner) ->
              line(
                  key.path() + "." + ConfigUtil.quoteString(name.toString()),
                  quote(name.toString(), inner.toString()),
                  text));
    } else if (value instanceof List<?> list) {
      line(key.path(), list(key, list), text);
    } else if (value instanceof String string) {
      line(key.path(), quote(key.path(), string), text);
    } else {
      line(key.path(), value.toString(), text);
    }
  }

  private static void line(String name, String value, StringBuilder text) {
    text.append(name).append(" = ").append(value).append('\n');
  }

  private static String list(ConfigKey key, List<?> list) {
    // One name alone would be split at its commas.
    if (list.size() == 1 && !(key.rule() instanceof ValueRule.Names)) {
      return quote(key.path(), list.get(0).toString());
    }
    return list.stream()
        .map(element -> quote(key.path(), element.toString()))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String quote(String name, String value) {
    return ConfigUtil.quoteString(Secrets.mask(name, value));
  }

  /** The text of a default or example as it would be written in a file. */
  static String literal(ConfigKey key, String text) {
    if (key.rule() instanceof ValueRule.Names) {
      return list(key, ValueRule.Paths.split(text));
    }
    boolean quoted = key.rule() instanceof ValueRule.Text || key.rule() instanceof ValueRule.Paths;
    return quoted ? ConfigUtil.quoteString(text) : text;
  }
}
