package dev.unroll.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import dev.unroll.spark.params.ValueRule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The {@code --set key=value} of a command line. Values are taken as they stand, without the syntax
 * of configuration files. They go before those of the file, also inside its substitutions.
 */
final class Overrides {
  /** Known keys as a tree, to go before the file. */
  private Config tree = ConfigFactory.empty();

  /**
   * Names below a free key, such as Spark's settings. They stay out of the tree, in which no name
   * could both have a value and begin another (spark.speculation, spark.speculation.quantile).
   */
  private final Map<ConfigKey, Map<String, String>> free = new TreeMap<>();

  private Overrides() {}

  static Overrides of(List<String> settings, Problems problems) {
    Overrides overrides = new Overrides();
    settings.forEach(setting -> overrides.add(setting, problems));
    return overrides;
  }

  ConfigObject tree() {
    return tree.root();
  }

  /** Puts the values below free keys over those of the file. */
  void addFree(ConfigValues values) {
    free.forEach((key, map) -> map.forEach((name, text) -> values.putFree(key, name, text)));
  }

  private void add(String setting, Problems problems) {
    int equals = setting.indexOf('=');
    String path = setting.substring(0, Math.max(equals, 0)).strip();
    String value = setting.substring(equals + 1);
    Optional<ConfigKey> key = ConfigNames.key(path);
    Optional<ConfigKey> above = ConfigNames.freeKeyAbove(path);
    if (path.isEmpty()) {
      problems.add(ConfigFile.SET, "\"" + setting + "\", expected key=value");
    } else if (above.isPresent()) {
      String name = path.substring(above.get().path().length() + 1);
      free.computeIfAbsent(above.get(), k -> new TreeMap<>())
          .put(ConfigValues.freeName(above.get(), name), value);
    } else if (key.isPresent() && !key.get().isFree()) {
      tree = tree.withValue(path, override(key.get(), value));
    } else if (key.isPresent() || ConfigNames.isSection(path)) {
      problems.add(
          ConfigFile.SET, "\"" + path + "\" has keys below it, expected " + path + ".name=value");
    } else {
      problems.add(ConfigFile.SET, ConfigNames.unknown(path));
    }
  }

  private static ConfigValue override(ConfigKey key, String value) {
    Object raw = key.rule().takesList() ? ValueRule.Paths.split(value) : value;
    return ConfigValueFactory.fromAnyRef(raw, ConfigFile.SET);
  }
}
