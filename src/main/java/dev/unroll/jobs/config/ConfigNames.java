package dev.unroll.jobs.config;

import dev.unroll.spark.Nearest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds keys of the table by name, and what a user meant by a name that is not in it. */
final class ConfigNames {
  private static final Map<String, ConfigKey> KEYS = new LinkedHashMap<>();

  /** Every path that has keys below it: {@code input}, {@code input.train}, ... */
  private static final Set<String> SECTIONS = new LinkedHashSet<>();

  static {
    for (ConfigKey key : ConfigKey.values()) {
      KEYS.put(key.path(), key);
      for (String p = parent(key.path()); !p.isEmpty(); p = parent(p)) {
        SECTIONS.add(p);
      }
    }
  }

  private ConfigNames() {}

  static Optional<ConfigKey> key(String path) {
    return Optional.ofNullable(KEYS.get(path));
  }

  /** The free key, such as {@code spark}, that this path lies below. */
  static Optional<ConfigKey> freeKeyAbove(String path) {
    return KEYS.values().stream()
        .filter(key -> key.isFree() && path.startsWith(key.path() + "."))
        .findFirst();
  }

  static boolean isSection(String path) {
    return SECTIONS.contains(path);
  }

  /** The names directly below a section, or the outermost ones for an empty path. */
  static String members(String section) {
    return memberPaths(section).map(ConfigNames::last).collect(Collectors.joining(", "));
  }

  /** Whether this is the first name of some key: task, input, network, ... */
  static boolean isOutermost(String name) {
    return KEYS.containsKey(name) || SECTIONS.contains(name);
  }

  /** What to say about a path that is not in the table. */
  static String unknown(String path) {
    String found = "unknown key \"" + path + "\"";
    Optional<String> near = nearest(path);
    if (near.isPresent()) {
      return found + "; did you mean \"" + near.get() + "\"?";
    }
    String section = isSection(parent(path)) ? parent(path) : "";
    String place = section.isEmpty() ? "the outermost level" : "\"" + section + "\"";
    return found + "; keys of " + place + ": " + members(section);
  }

  /** A near name in the same section, else a near path, else a key elsewhere with a near name. */
  private static Optional<String> nearest(String path) {
    String section = parent(path);
    if (section.isEmpty() || isSection(section)) {
      Optional<String> sibling = nearestLast(path, memberPaths(section).toList());
      if (sibling.isPresent()) {
        return sibling;
      }
    }
    return nearestPath(path).or(() -> nearestLast(path, KEYS.keySet()));
  }

  private static Optional<String> nearestPath(String path) {
    if (!path.contains(".")) {
      return Optional.empty();
    }
    return Nearest.to(path, KEYS.keySet())
        .filter(near -> Nearest.to(last(path), List.of(last(near))).isPresent());
  }

  private static Optional<String> nearestLast(String path, Collection<String> candidates) {
    Map<String, String> byName = new LinkedHashMap<>();
    candidates.forEach(candidate -> byName.putIfAbsent(last(candidate), candidate));
    return Nearest.to(last(path), byName.keySet()).map(byName::get);
  }

  private static Stream<String> memberPaths(String section) {
    return Stream.concat(KEYS.keySet().stream(), SECTIONS.stream())
        .filter(path -> parent(path).equals(section))
        .sorted();
  }

  static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('.')));
  }

  static String last(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }
}
