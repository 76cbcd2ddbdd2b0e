package dev.unroll.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unroll.jobs.config.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  private static final Instant START = Instant.parse("2025-01-02T03:04:05Z");
  private static final Versions VERSIONS = new Versions("0.1", "4.1.0", "17", "scalar");

  @TempDir Path directory;
  private final Configuration conf = new Configuration(false);

  private static RunReport finished(Map<String, Number> metrics) {
    return new RunReport(
        RunReport.Status.FINISHED,
        0,
        "done, see http://me:s3cr3t@host/",
        metrics,
        "ab12",
        VERSIONS,
        1.5,
        START,
        Map.of("train", 600L, "train.skipped", 2L));
  }

  private RunDirectory open(Path dir, boolean overwrite) throws IOException {
    RunDirectory run = RunDirectory.open(dir.toString(), overwrite, conf);
    run.beginMetrics(0);
    return run;
  }

  private void finishedRun(Path dir) throws IOException {
    try (RunDirectory run = open(dir, false)) {
      run.finish(finished(Map.of("loss", 1)));
    }
    Files.createDirectory(dir.resolve("model"));
    Files.writeString(dir.resolve("model/weights"), "w");
  }

  private static JsonNode report(Path dir) throws IOException {
    return new ObjectMapper().readTree(dir.resolve("_run.json").toFile());
  }

  private static List<String> names(Path dir) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aRunLeavesConfigurationMetricsAndReportAndNothingElse() throws IOException {
    Path dir = directory.resolve("runs of mine/a");
    try (RunDirectory run = open(dir, false)) {
      run.writeConfig("task = tag\n");
      run.appendMetrics(Map.of("epoch", 1, "loss", 0.5));
      assertEquals(List.of("config.conf", "metrics.jsonl"), names(dir));
      run.finish(finished(Map.of("train.loss", 0.5)));
    }
    assertEquals(List.of("_run.json", "config.conf", "metrics.jsonl"), names(dir));
    assertEquals("task = tag\n", Files.readString(dir.resolve("config.conf")));
  }

  @Test
  void metricsAreThereAfterEveryRound() throws IOException {
    try (RunDirectory run = open(directory, false)) {
      ObjectMapper json = new ObjectMapper();
      for (int round = 1; round <= 3; round++) {
        run.appendMetrics(Map.of("round", round, "loss", Double.NaN));
        List<String> lines = Files.readAllLines(directory.resolve("metrics.jsonl"));
        assertEquals(round, lines.size());
        JsonNode line = json.readTree(lines.get(round - 1));
        assertEquals(round, line.get("round").asInt());
        assertTrue(line.get("loss").isNull(), "JSON has no NaN");
      }
    }
  }

  @Test
  void theReportHoldsWhatTheRunWas() throws IOException {
    try (RunDirectory run = open(directory, false)) {
      run.finish(
          finished(
              Map.of("train.loss", 0.25f, "a.count", 3, "b", Double.POSITIVE_INFINITY, "c", 1e-9)));
    }
    assertEquals(
        new ObjectMapper()
            .readTree(
                """
                {"status": "finished", "exitCode": 0, "message": "done, see http://***@host/",
                 "metrics": {"a.count": 3, "b": null, "c": 1.0E-9, "train.loss": 0.25},
                 "weightsSha256": "ab12",
                 "versions": {"unroll": "0.1", "spark": "4.1.0", "java": "17", "kernels": "scalar"},
                 "seconds": 1.5, "startedAt": "2025-01-02T03:04:05Z",
                 "rows": {"train": 600, "train.skipped": 2}}
                """),
        report(directory));
  }

  @Test
  void aFailedRunSaysWhy() throws IOException {
    try (RunDirectory run = open(directory, false)) {
      Exception failure = new dev.unroll.train.DivergedException("shard 2, round 3", null, null);
      run.finish(RunReport.failed(failure, START, VERSIONS));
    }
    assertEquals("diverged", report(directory).get("status").asText());
    assertEquals(4, report(directory).get("exitCode").asInt());
    assertEquals("shard 2, round 3", report(directory).get("message").asText());
    assertTrue(report(directory).get("weightsSha256").isNull());
  }

  @Test
  void aRunThatNobodyFinishedHasFailed() throws IOException {
    open(directory, false).close();
    assertEquals("failed", report(directory).get("status").asText());
    assertEquals(1, report(directory).get("exitCode").asInt());
  }

  @Test
  void theFirstReportStays() throws IOException {
    try (RunDirectory run = open(directory, false)) {
      run.finish(finished(Map.of("loss", 1)));
      run.finish(RunReport.failed(new IOException("late"), START, VERSIONS));
      run.appendMetrics(Map.of("late", 1));
    }
    assertEquals("finished", report(directory).get("status").asText());
    assertEquals("", Files.readString(directory.resolve("metrics.jsonl")));
  }

  @Test
  void aFinishedRunIsNotReplaced() throws IOException {
    Path dir = directory.resolve("a");
    finishedRun(dir);
    List<String> before = names(dir);
    String message = assertThrows(OutputExistsException.class, () -> open(dir, false)).getMessage();
    assertEquals(
        "run.dir \""
            + dir
            + "\" holds a finished run of 2025-01-02T03:04:05Z (_run.json, metrics.jsonl, model/);"
            + " set run.overwrite = true to replace it, or give another run.dir",
        message);
    assertEquals(
        message,
        assertThrows(
                OutputExistsException.class, () -> RunDirectory.check(dir.toString(), false, conf))
            .getMessage());
    assertEquals(before, names(dir));
  }

  @Test
  void aFinishedRunIsReplacedWhenAllowedAndItsModelStays() throws IOException {
    Path dir = directory.resolve("a");
    finishedRun(dir);
    RunDirectory.check(dir.toString(), true, conf);
    assertTrue(Files.exists(dir.resolve("_run.json")), "a check changes nothing");
    try (RunDirectory run = open(dir, true)) {
      assertEquals(List.of("metrics.jsonl", "model"), names(dir));
      assertEquals(dir.resolve("model").toUri().getPath(), run.modelPath().toUri().getPath() + "/");
      assertTrue(Files.exists(dir.resolve("model/weights")));
    }
  }

  @Test
  void runsThatDidNotFinishAreTakenOver() throws IOException {
    try (RunDirectory run = open(directory, false)) {
      run.appendMetrics(Map.of("old", 1));
    }
    assertEquals("failed", report(directory).get("status").asText());
    try (RunDirectory run = open(directory, false)) {
      assertFalse(Files.exists(directory.resolve("_run.json")));
      assertEquals("", Files.readString(directory.resolve("metrics.jsonl")));
      run.finish(finished(Map.of()));
    }
    for (String damaged : List.of("", "{\"status\": \"fini", "[]", "null", "\0\0\0")) {
      Files.writeString(directory.resolve("_run.json"), damaged);
      open(directory, false).close();
      assertEquals("failed", report(directory).get("status").asText(), damaged);
    }
  }

  @Test
  void aTemporaryReportOfAKilledRunIsNoObstacle() throws IOException {
    Files.writeString(directory.resolve("_run.json.tmp"), "{\"sta");
    try (RunDirectory run = open(directory, false)) {
      run.finish(finished(Map.of()));
    }
    assertEquals(List.of("_run.json", "metrics.jsonl"), names(directory));
  }

  @Test
  void otherFilesAreLeftAlone() throws IOException {
    Files.writeString(directory.resolve("notes.txt"), "mine");
    open(directory, true).close();
    assertEquals("mine", Files.readString(directory.resolve("notes.txt")));
  }

  @Test
  void placesThatCannotBeDirectoriesAreUsageErrors() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertUsage(file.toString(), "is a file; give a directory");
    assertUsage(file + "/below", "cannot be used: ");
    assertUsage("nosuchscheme://host/x", "cannot be used: No FileSystem for scheme");
    assertUsage("a:b", "cannot be used: ");
    if (Files.isDirectory(Path.of("/proc/self"))) {
      assertUsage("/proc/self/unroll", "cannot be used: it cannot be created");
    }
  }

  private void assertUsage(String dir, String words) {
    UsageException failure =
        assertThrows(UsageException.class, () -> RunDirectory.open(dir, false, conf));
    String message = failure.getMessage();
    assertTrue(message.startsWith("run.dir \"" + dir + "\" " + words), message);
  }

  @Test
  void otherJobsStoreTheirResultsWholeToo() throws IOException {
    for (double accuracy : new double[] {0.5, 0.75}) {
      RunFiles.writeJson(
          directory + "/new", "evaluation.json", Map.of("test.accuracy", accuracy), conf);
      JsonNode stored =
          new ObjectMapper().readTree(directory.resolve("new/evaluation.json").toFile());
      assertEquals(accuracy, stored.get("test.accuracy").asDouble());
    }
    assertEquals(List.of("evaluation.json"), names(directory.resolve("new")));
  }
}
