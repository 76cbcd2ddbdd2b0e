package dev.unroll.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a run leaves behind when its process is told to stop, in a process of its own. */
@Timeout(120)
class RunInterruptionTest {
  @TempDir Path directory;

  /** Begins a run in the given directory, and ends it at once or waits. */
  static final class Run {
    private Run() {}

    public static void main(String[] args) throws Exception {
      RunDirectory run = RunDirectory.open(args[0], false, new Configuration(false));
      run.beginMetrics(0);
      run.appendMetrics(Map.of("round", 1));
      if (args.length > 1) {
        run.finish(RunReport.failed(new IOException("end"), run.startedAt(), Versions.current("")));
      } else {
        Files.writeString(Path.of(args[0], "begun"), "");
        Thread.sleep(100_000);
      }
    }
  }

  private Process start(String... more) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-Xmx256m",
            Run.class.getName(),
            directory.toString());
    builder.command().addAll(java.util.List.of(more));
    builder
        .environment()
        .put(
            "CLASSPATH",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    return builder.redirectErrorStream(true).redirectOutput(log().toFile()).start();
  }

  private Path log() {
    return directory.resolveSibling(directory.getFileName() + ".log");
  }

  private JsonNode report() throws IOException {
    assertTrue(Files.exists(directory.resolve("_run.json")), () -> read(log()));
    return new ObjectMapper().readTree(directory.resolve("_run.json").toFile());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void awaitBegin(Process process) throws InterruptedException {
    while (process.isAlive() && !Files.exists(directory.resolve("begun"))) {
      Thread.sleep(20);
    }
    assertTrue(process.isAlive(), () -> read(log()));
  }

  @Test
  void aRunToldToStopSaysThatItWasInterrupted() throws Exception {
    Process process = start();
    try {
      awaitBegin(process);
      assertFalse(Files.exists(directory.resolve("_run.json")));
      process.destroy();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      assertEquals("interrupted", report().get("status").asText());
      assertEquals(130, report().get("exitCode").asInt());
      assertEquals("{\"round\":1}\n", Files.readString(directory.resolve("metrics.jsonl")));
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aRunThatHasEndedKeepsItsReport() throws Exception {
    Process process = start("end");
    try {
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      assertEquals("failed", report().get("status").asText());
      assertEquals("IOException: end", report().get("message").asText());
    } finally {
      process.destroyForcibly();
    }
  }
}
