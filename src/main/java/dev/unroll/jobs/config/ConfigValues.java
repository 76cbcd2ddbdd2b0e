package dev.unroll.jobs.config;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Accepted values by key; what is not given has its default, if the key has one. */
final class ConfigValues {
  private final Map<ConfigKey, Object> given = new EnumMap<>(ConfigKey.class);
  private final Set<ConfigKey> rejected = EnumSet.noneOf(ConfigKey.class);
  private final Map<ConfigKey, Map<String, String>> free = new EnumMap<>(ConfigKey.class);

  void put(ConfigKey key, Object value) {
    given.put(key, value);
  }

  /** Notes that a value was given which is not acceptable: the key is wrong, but not missing. */
  void reject(ConfigKey key) {
    rejected.add(key);
  }

  void putFree(ConfigKey key, String name, String value) {
    free.computeIfAbsent(key, k -> new TreeMap<>()).put(name, value);
  }

  /** Spark's settings have their full names, whether the file repeats "spark." or not. */
  static String freeName(ConfigKey key, String name) {
    return key == ConfigKey.SPARK && !name.startsWith("spark.") ? "spark." + name : name;
  }

  boolean has(ConfigKey key) {
    return given.containsKey(key) || free.containsKey(key) || rejected.contains(key);
  }

  Optional<String> text(ConfigKey key) {
    return value(key).map(String.class::cast);
  }

  /** The value of a key that has a default. */
  String word(ConfigKey key) {
    return text(key).orElseThrow();
  }

  boolean isOn(ConfigKey key) {
    return (Boolean) value(key).orElseThrow();
  }

  long whole(ConfigKey key) {
    return (Long) value(key).orElseThrow();
  }

  /** For keys that accept no more than fits. */
  int integer(ConfigKey key) {
    return Math.toIntExact(whole(key));
  }

  double real(ConfigKey key) {
    return (Double) value(key).orElseThrow();
  }

  List<String> paths(ConfigKey key) {
    return given.get(key) instanceof List<?> list
        ? list.stream().map(String.class::cast).toList()
        : List.of();
  }

  /** Names in alphabetical order. */
  Map<String, String> free(ConfigKey key) {
    return Collections.unmodifiableMap(new TreeMap<>(free.getOrDefault(key, Map.of())));
  }

  /** As the key's rule gives it. */
  Optional<Object> value(ConfigKey key) {
    return Optional.ofNullable(given.get(key))
        .or(() -> key.defaultValue().map(text -> key.rule().read(text).orElseThrow()));
  }
}
