package dev.unroll.jobs.config;

import dev.unroll.spark.params.ValueRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Describes all keys for people, out of the table: {@code conf/reference.conf} and the help. */
public final class ConfigReference {
  private static final int WIDTH = 100;

  private ConfigReference() {}

  /** The content of {@code conf/reference.conf}, itself a configuration file of the defaults. */
  public static String file() {
    StringBuilder text =
        new StringBuilder(
            """
            # Every key of a configuration, with its default. Made from the table in ConfigKey.java by
            # mvn -q test -Dtest=ConfigReferenceTest -Dunroll.update=true
            #
            # A configuration file needs only what differs from this. The command line goes before the
            # file: --set training.epochs=5. A file may include another of the same directory (include
            # "base.conf") and take environment variables (${NAME}, ${?NAME} where it may be missing).
            # ${UNROLL_HOME} is where Unroll is. One file can serve train, evaluate and score.
            """);
    bySection().forEach((section, keys) -> section(section, keys, text));
    return text.toString();
  }

  /** A line for every key: name, default, meaning. */
  public static String help() {
    StringBuilder text = new StringBuilder();
    for (ConfigKey key : ConfigKey.values()) {
      String preset = key.defaultValue().orElse("");
      text.append("  %-28s %-9s %s%n".formatted(key.path(), preset, brief(key)));
    }
    return text.toString();
  }

  private static String brief(ConfigKey key) {
    String start = key.meaning().split("[.:;](?: |$)", 2)[0];
    return key.rule() instanceof ValueRule.Choice choice
        ? start + " (" + String.join(", ", choice.words()) + ")"
        : start;
  }

  private static Map<String, List<ConfigKey>> bySection() {
    Map<String, List<ConfigKey>> sections = new LinkedHashMap<>();
    for (ConfigKey key : ConfigKey.values()) {
      String path = key.path();
      String section = path.contains(".") ? path.substring(0, path.indexOf('.')) : "";
      // Outermost keys each stand for themselves, in their place among the sections.
      String group = section.isEmpty() ? path : section;
      sections.computeIfAbsent(group, name -> new ArrayList<>()).add(key);
    }
    return sections;
  }

  private static void section(String section, List<ConfigKey> keys, StringBuilder text) {
    boolean outermost = keys.get(0).path().equals(section);
    text.append('\n').append(outermost ? "" : section + " {\n");
    String separator = "";
    for (ConfigKey key : keys) {
      text.append(separator);
      entry(key, outermost ? key.path() : key.path().substring(section.length() + 1), text);
      separator = "\n";
    }
    text.append(outermost ? "" : "}\n");
  }

  private static void entry(ConfigKey key, String name, StringBuilder text) {
    String indent = name.equals(key.path()) ? "" : "  ";
    comment(indent, key.meaning(), text);
    comment(indent, facts(key), text);
    boolean set = key.defaultValue().isPresent();
    text.append(indent)
        .append(set ? "" : "# ")
        .append(name)
        .append(key.isFree() ? " " : " = ")
        .append(ConfigText.literal(key, key.example()))
        .append('\n');
  }

  private static void comment(String indent, String words, StringBuilder text) {
    for (String line : wrapped(words, WIDTH - indent.length() - 2)) {
      text.append(indent).append("# ").append(line).append('\n');
    }
  }

  /** Default, unit and what is accepted. */
  private static String facts(ConfigKey key) {
    String preset =
        key.defaultValue().map(value -> "Default: " + value + ".").orElse("No default.");
    String unit = key.unit().isEmpty() ? "" : " Unit: " + key.unit() + ".";
    boolean anything = key.rule() instanceof ValueRule.Text || key.isFree();
    return preset + unit + (anything ? "" : " " + sentence(key.allowed()));
  }

  private static String sentence(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
  }

  private static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
