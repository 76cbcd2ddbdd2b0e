package dev.unroll.jobs.config;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes configuration files into a directory and loads them. */
public record ConfigFixture(Path directory, Map<String, String> environment) {
  /** What a training job cannot do without. */
  public static final String NEEDED =
      """
      task = classify
      input.train { format = json, path = data.json }
      run.dir = runs/x
      """;

  public ConfigFixture(Path directory) {
    this(directory, Map.of());
  }

  public ConfigFixture with(String variable, String value) {
    return new ConfigFixture(directory, Map.of(variable, value));
  }

  public Path write(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file x.conf with the needed keys in its lines 1 to 3 and the text from line 4. */
  public JobConfig train(String text, String... settings) {
    return load("train", NEEDED + text, settings);
  }

  public JobConfig load(String job, String text, String... settings) {
    return load(job, write("x.conf", text), settings);
  }

  public JobConfig load(String job, Path file, String... settings) {
    return new ConfigLoader(environment, directory).load(file, List.of(settings), job);
  }

  /** The message for a wrong configuration, with the directory left out of its paths. */
  public String trainError(String text, String... settings) {
    return error("train", NEEDED + text, settings);
  }

  public String error(String job, String text, String... settings) {
    return error(job, write("x.conf", text), settings);
  }

  public String error(String job, Path file, String... settings) {
    UsageException failure =
        assertThrows(UsageException.class, () -> load(job, file, settings), "accepted");
    return failure.getMessage().replace(directory + "/", "");
  }
}
