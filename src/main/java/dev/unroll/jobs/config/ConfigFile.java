package dev.unroll.jobs.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One configuration file with its includes, substitutions made, and the place of every value. Only
 * the file, the overrides and the given environment are read: no system properties, no resources of
 * other jars.
 */
final class ConfigFile {
  /** Origin of values from the command line. */
  static final String SET = "--set";

  /** A real configuration is a hundred times smaller; this is a data file given by mistake. */
  private static final long LARGEST = 4L << 20;

  private final String name;
  private final ConfigObject root;
  private final Map<List<String>, ConfigOrigin> origins = new HashMap<>();

  private ConfigFile(Path file, ConfigObject unresolved, Map<String, String> environment) {
    this.name = file.toString();
    noteOrigins(List.of(), unresolved);
    this.root = resolve(unresolved, environment);
  }

  /**
   * Reads a file.
   *
   * @param overrides values that go before those of the file
   * @param environment what {@code ${NAME}} means unless the file says so
   */
  static ConfigFile read(Path file, ConfigObject overrides, Map<String, String> environment) {
    requireReadable(file);
    try {
      ConfigObject parsed = new SiblingIncluder().read(file);
      return new ConfigFile(file, overrides.withFallback(parsed), environment);
    } catch (ConfigException.UnresolvedSubstitution e) {
      throw new UsageException(place(file, e) + unresolved(e), e);
    } catch (ConfigException e) {
      throw new UsageException(place(file, e) + reason(e), e);
    } catch (StackOverflowError e) {
      throw new UsageException(file + ": brackets nested too deeply to be a configuration", e);
    }
  }

  ConfigObject root() {
    return root;
  }

  String name() {
    return name;
  }

  /** The file and line that gave a value, or {@code --set}. */
  String where(List<String> path, ConfigValue value) {
    ConfigOrigin origin = value.origin();
    if (origin.description().equals(SET)) {
      return SET;
    }
    if (origin.filename() == null || origin.lineNumber() < 1) {
      return withLine(origins.get(path));
    }
    return withLine(origin);
  }

  private String withLine(ConfigOrigin origin) {
    if (origin == null || origin.filename() == null) {
      return name;
    }
    return origin.filename() + (origin.lineNumber() < 1 ? "" : ":" + origin.lineNumber());
  }

  /** Substitution replaces an origin by that of the value put in; the file's line is wanted. */
  private void noteOrigins(List<String> path, ConfigObject object) {
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      List<String> inner = new ArrayList<>(path);
      inner.add(entry.getKey());
      origins.put(inner, entry.getValue().origin());
      if (entry.getValue() instanceof ConfigObject child && isReadable(child)) {
        noteOrigins(inner, child);
      }
    }
  }

  /** An object that is partly a substitution cannot be looked into before that is made. */
  private static boolean isReadable(ConfigObject object) {
    try {
      object.isEmpty();
      return true;
    } catch (ConfigException.NotResolved e) {
      return false;
    }
  }

  private static ConfigObject resolve(ConfigObject file, Map<String, String> environment) {
    Map<String, ConfigValue> variables = new HashMap<>();
    environment.forEach(
        (name, value) -> {
          // ${run.dir} and the like mean the key, also where a variable has the name of a section.
          if (!file.containsKey(name) && !ConfigNames.isOutermost(name)) {
            variables.put(
                name, ConfigValueFactory.fromAnyRef(value, "environment variable " + name));
          }
        });
    ConfigObject resolved =
        file.withFallback(ConfigValueFactory.fromMap(variables, "environment"))
            .toConfig()
            .resolve(ConfigResolveOptions.noSystem())
            .root();
    for (String name : variables.keySet()) {
      resolved = resolved.withoutKey(name);
    }
    return resolved;
  }

  private static void requireReadable(Path file) {
    if (!Files.exists(file)) {
      throw new UsageException(
          "configuration file " + file + " does not exist" + SiblingIncluder.hint(file));
    }
    if (Files.isDirectory(file)) {
      throw new UsageException(
          "configuration file "
              + file
              + " is a directory; give a file, such as "
              + file
              + "/x.conf");
    }
    if (file.toFile().length() > LARGEST) {
      throw new UsageException(
          "configuration file " + file + " has over 4 MiB; is it a data file?");
    }
  }

  private static String place(Path file, ConfigException e) {
    ConfigOrigin origin = e.origin();
    if (origin == null || origin.filename() == null) {
      return file + ": ";
    }
    return origin.filename() + (origin.lineNumber() < 1 ? "" : ":" + origin.lineNumber()) + ": ";
  }

  private static String unresolved(ConfigException e) {
    return "nothing is known to put in for "
        + withoutPlace(e).replaceFirst("^Could not resolve substitution to a value: ", "")
        + "; set that environment variable, or write ${?NAME} where it may be missing";
  }

  /** The library quotes what it stumbled upon, which may be half of a password. */
  private static String reason(ConfigException e) {
    return mayShowSecret(e.origin())
        ? "syntax error (not quoted, since the line may hold a secret)"
        : withoutPlace(e);
  }

  private static String withoutPlace(ConfigException e) {
    String origin = e.origin() == null ? "" : e.origin().description() + ": ";
    String message = String.valueOf(e.getMessage());
    return message.startsWith(origin) ? message.substring(origin.length()) : message;
  }

  private static boolean mayShowSecret(ConfigOrigin origin) {
    if (origin == null || origin.filename() == null) {
      return false;
    }
    try {
      String text = Files.readString(Path.of(origin.filename()), StandardCharsets.ISO_8859_1);
      String[] lines = text.split("\n", -1);
      // Some mistakes are noticed a line late.
      int from = Math.min(Math.max(origin.lineNumber() - 2, 0), lines.length);
      int to = Math.min(origin.lineNumber() + 1, lines.length);
      return Secrets.isSecret(String.join("\n", List.of(lines).subList(from, to)));
    } catch (IOException e) {
      return true;
    }
  }
}
