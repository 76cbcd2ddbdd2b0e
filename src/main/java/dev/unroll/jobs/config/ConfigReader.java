package dev.unroll.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Walks through a configuration file and takes every value by the rules of the table of keys. */
final class ConfigReader {
  private static final int LONGEST_SHOWN = 80;

  private final ConfigFile file;
  private final Problems problems;
  private final ConfigValues values = new ConfigValues();

  private ConfigReader(ConfigFile file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /** The values of the file; what is wrong with it goes to {@code problems}. */
  static ConfigValues read(ConfigFile file, Problems problems) {
    ConfigReader reader = new ConfigReader(file, problems);
    reader.section(List.of(), file.root());
    return reader.values;
  }

  private void section(List<String> path, ConfigObject section) {
    // The library keeps no order; that of the names at least is always the same.
    section.keySet().stream()
        .sorted()
        .forEach(name -> entry(append(path, name), section.get(name)));
  }

  private void entry(List<String> path, ConfigValue value) {
    String name = String.join(".", path);
    Optional<ConfigKey> key = ConfigNames.key(name);
    if (value.valueType() == ConfigValueType.NULL) {
      return; // Says that the key is to have its default, also when an included file gives a value.
    }
    if (key.isPresent() && key.get().isFree()) {
      free(key.get(), path, value);
    } else if (key.isPresent()) {
      typed(key.get(), path, value);
    } else if (!ConfigNames.isSection(name)) {
      problems.add(file.where(path, value), ConfigNames.unknown(name));
    } else if (value instanceof ConfigObject section) {
      section(path, section);
    } else {
      String members = ConfigNames.members(name);
      problem(path, value, show(name, value), "a section with the keys " + members);
    }
  }

  private void typed(ConfigKey key, List<String> path, ConfigValue value) {
    Optional<Object> read =
        value instanceof ConfigList list
            ? texts(list).flatMap(texts -> key.rule().readList(texts))
            : scalar(value).flatMap(key.rule()::read);
    if (read.isPresent()) {
      values.put(key, read.get());
    } else {
      values.reject(key);
      problem(path, value, show(key.path(), value), key.allowed());
    }
  }

  private void free(ConfigKey key, List<String> path, ConfigValue value) {
    if (!(value instanceof ConfigObject group)) {
      problem(path, value, show(key.path(), value), key.allowed());
      return;
    }
    Map<String, String> flat = new LinkedHashMap<>();
    flatten(key, path, List.of(), group, flat);
    flat.forEach((name, text) -> values.putFree(key, name, text));
  }

  /** Turns {@code executor { memory = 2g }} into {@code executor.memory = 2g}. */
  private void flatten(
      ConfigKey key,
      List<String> above,
      List<String> below,
      ConfigObject group,
      Map<String, String> flat) {
    for (String name : group.keySet().stream().sorted().toList()) {
      ConfigValue value = group.get(name);
      List<String> inner = append(below, name);
      if (value instanceof ConfigObject child) {
        flatten(key, append(above, name), inner, child, flat);
      } else if (value.valueType() != ConfigValueType.NULL) {
        freeValue(key, append(above, name), String.join(".", inner), value, flat);
      }
    }
  }

  private void freeValue(
      ConfigKey key, List<String> path, String below, ConfigValue value, Map<String, String> flat) {
    Optional<String> text =
        value instanceof ConfigList list
            ? texts(list).map(texts -> String.join(",", texts))
            : scalar(value);
    String name = ConfigValues.freeName(key, below);
    if (text.isEmpty()) {
      String shown = show(String.join(".", path), value);
      problem(path, value, shown, "a text, number or boolean, or a list of them");
    } else if (flat.put(name, text.get()) != null) {
      problems.add(file.where(path, value), "\"" + name + "\" is given twice; keep one of the two");
    }
  }

  private void problem(List<String> path, ConfigValue value, String found, String expected) {
    String name = String.join(".", path);
    problems.add(file.where(path, value), name + " is " + found + ", expected " + expected);
  }

  private static Optional<List<String>> texts(ConfigList list) {
    List<String> texts = new ArrayList<>();
    for (ConfigValue element : list) {
      Optional<String> text = scalar(element);
      if (text.isEmpty() || text.get().isBlank()) {
        return Optional.empty();
      }
      texts.add(text.get());
    }
    return Optional.of(List.copyOf(texts));
  }

  /** The text of a value as it was written (1.50 stays 1.50), unless it has parts. */
  private static Optional<String> scalar(ConfigValue value) {
    return switch (value.valueType()) {
      case STRING, NUMBER, BOOLEAN -> Optional.of(asWritten(value));
      case NULL, LIST, OBJECT -> Optional.empty();
    };
  }

  private static String asWritten(ConfigValue value) {
    Config single = value.atKey("value");
    return single.getString(ConfigUtil.quoteString("value"));
  }

  private static String show(String name, ConfigValue value) {
    if (value instanceof ConfigObject) {
      return "a group { ... }";
    }
    if (value instanceof ConfigList) {
      return "a list [ ... ]";
    }
    return show(name, asWritten(value));
  }

  /** A value as messages quote it: in one line, not too long, without secrets. */
  static String show(String name, String value) {
    String shown = Secrets.mask(name, value).replaceAll("\\s+", " ");
    boolean fits = shown.length() <= LONGEST_SHOWN;
    return "\"" + (fits ? shown : shown.substring(0, LONGEST_SHOWN) + "...") + "\"";
  }

  private static List<String> append(List<String> path, String name) {
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    return longer;
  }
}
