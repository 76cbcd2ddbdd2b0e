package dev.unroll.jobs.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds table, conf/reference.conf, help text and the ready configurations together. */
class ConfigReferenceTest {
  private static final Path CONF = Path.of("conf");

  @TempDir Path directory;

  static Stream<Path> readyConfigs() throws IOException {
    try (Stream<Path> files = Files.list(CONF)) {
      List<Path> ready =
          files
              .filter(file -> !file.endsWith("reference.conf") && file.toString().endsWith(".conf"))
              .sorted()
              .toList();
      return ready.stream();
    }
  }

  @Test
  void theReferenceIsThatOfTheTable() throws IOException {
    Path file = CONF.resolve("reference.conf");
    if (Boolean.getBoolean("unroll.update")) {
      Files.writeString(file, ConfigReference.file());
    }
    assertEquals(
        ConfigReference.file(),
        Files.readString(file),
        "conf/reference.conf is not up to date; run this test with -Dunroll.update=true");
  }

  @Test
  void theReferenceSaysEverythingOfEveryKey() {
    String words = ConfigReference.file().replaceAll("\\s*\n\\s*(# )?", " ");
    for (ConfigKey key : ConfigKey.values()) {
      assertTrue(words.contains(key.meaning()), key.path());
      assertTrue(words.contains(key.unit()), key.path());
      key.defaultValue().ifPresent(it -> assertTrue(words.contains("Default: " + it + "."), it));
    }
    ConfigReference.file().lines().forEach(line -> assertTrue(line.length() <= 100, line));
  }

  @Test
  void theReferenceLoadsAsTheDefaults() {
    ConfigFixture conf = new ConfigFixture(directory);
    assertEquals(conf.train(""), conf.load("train", ConfigReference.file() + ConfigFixture.NEEDED));
  }

  @Test
  void theReferenceLoadsWithAllItsExamples() {
    String all = ConfigReference.file();
    for (ConfigKey key : ConfigKey.values()) {
      String name = key.path().substring(key.path().indexOf('.') + 1);
      all = all.replaceAll("(?m)^( *)# (" + Pattern.quote(name) + " [={])", "$1$2");
    }
    JobConfig config = new ConfigFixture(directory).load("train", all);
    String text = "\n" + config.render();
    for (ConfigKey key : ConfigKey.values()) {
      assertTrue(text.contains("\n" + key.path() + (key.isFree() ? "." : " = ")), key.path());
    }
  }

  @Test
  void theHelpListsEveryKey() {
    List<String> lines = ConfigReference.help().lines().toList();
    assertEquals(ConfigKey.values().length, lines.size());
    for (int i = 0; i < lines.size(); i++) {
      ConfigKey key = ConfigKey.values()[i];
      assertTrue(lines.get(i).startsWith("  " + key.path() + " "), lines.get(i));
      assertTrue(lines.get(i).contains(key.defaultValue().orElse("")), lines.get(i));
      assertTrue(lines.get(i).length() <= 140, lines.get(i));
    }
  }

  @ParameterizedTest
  @MethodSource("readyConfigs")
  void everyReadyConfigurationServesAllJobs(Path file) {
    for (String job : List.of("train", "evaluate", "score")) {
      assertDoesNotThrow(() -> ConfigLoader.ofProcess().load(file, List.of(), job), job);
    }
  }

  @ParameterizedTest
  @MethodSource("readyConfigs")
  void ourOwnSampleDataIsWhereTheConfigurationsSay(Path file) {
    ConfigLoader.ofProcess().load(file, List.of(), "train").input().train().stream()
        .flatMap(source -> source.paths().stream())
        .filter(path -> path.contains("/sample-data/"))
        .forEach(path -> assertTrue(Files.isRegularFile(Path.of(path)), path));
  }
}
