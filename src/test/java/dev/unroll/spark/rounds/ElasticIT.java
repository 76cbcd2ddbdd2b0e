package dev.unroll.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.math.KeyedRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Executors and drivers that are killed with signal 9 at random moments: the model is the same. The
 * moments follow from {@code -Dunroll.seed}; {@code -Dunroll.kills=50} kills more.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ElasticIT {
  private static final int KILLS = Integer.getInteger("unroll.kills", 5);
  private static final long SEED = Long.getLong("unroll.seed", 1);

  @TempDir private Path directory;
  private String expected;

  private synchronized String expected() throws Exception {
    if (expected == null) {
      expected = line(run("local[2]", List.of(), Long.MAX_VALUE), TrainElastically.HASH);
    }
    return expected;
  }

  @Test
  void whereExecutorsDieTheModelIsTheSame() throws Exception {
    List<String> lines =
        run(
            "local-cluster[2,1,1024]",
            List.of(
                "-Dunroll.test.kills=" + KILLS,
                "-Dunroll.seed=" + SEED,
                "-Dspark.deploy.maxExecutorRetries=-1",
                "-Dspark.task.maxFailures=20",
                "-Dspark.excludeOnFailure.enabled=false"),
            Long.MAX_VALUE);
    assertEquals(expected(), line(lines, TrainElastically.HASH), "seed " + SEED);
    assertEquals("" + KILLS, line(lines, TrainElastically.KILLED));
    System.out.printf("%d executors killed, -Dunroll.seed=%d%n", KILLS, SEED);
  }

  /** Executors are given back while there is nothing to do, with what they had cached. */
  @Test
  void whereExecutorsComeAndGoTheModelIsTheSame() throws Exception {
    List<String> lines =
        run(
            "local-cluster[2,1,1024]",
            List.of(
                "-Dunroll.test.idle=2",
                "-Dspark.dynamicAllocation.enabled=true",
                "-Dspark.dynamicAllocation.shuffleTracking.enabled=true",
                "-Dspark.dynamicAllocation.shuffleTracking.timeout=1s",
                "-Dspark.dynamicAllocation.executorIdleTimeout=1s",
                "-Dspark.dynamicAllocation.cachedExecutorIdleTimeout=1s",
                "-Dspark.dynamicAllocation.maxExecutors=2"),
            Long.MAX_VALUE);
    assertEquals(expected(), line(lines, TrainElastically.HASH));
    assertEquals("2", line(lines, TrainElastically.LET_GO));
  }

  @Test
  void whereTheDriverDiesTheModelIsTheSame() throws Exception {
    Path checkpoints = directory.resolve("checkpoints");
    List<String> settings = List.of("-Dunroll.test.checkpoints=" + checkpoints);
    KeyedRandom random = KeyedRandom.of(SEED, "driver");
    int killed = 0;
    while (killed < KILLS) {
      // Every third while Spark starts, rows are packed or a checkpoint is read.
      boolean early = killed % 3 == 2;
      long after = early ? 0 : newest(checkpoints) + 1 + random.nextInt(3);
      int millis = random.nextInt(early ? 6_000 : 40);
      List<String> lines = run("local[2]", settings, after, checkpoints, millis);
      if (lines.stream().anyMatch(line -> line.startsWith(TrainElastically.HASH))) {
        assertEquals(expected(), line(lines, TrainElastically.HASH), "seed " + SEED);
        delete(checkpoints); // the signal came too late
      } else {
        killed++;
      }
    }
    System.out.printf("%d drivers killed, -Dunroll.seed=%d%n", killed, SEED);
    List<String> last = run("local[2]", settings, Long.MAX_VALUE);
    assertEquals(expected(), line(last, TrainElastically.HASH), "seed " + SEED);
    assertTrue(newest(checkpoints) > 0);
  }

  private static void delete(Path checkpoints) throws IOException {
    try (var files = Files.list(checkpoints)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  /** The round of the newest checkpoint; 0 if there is none. */
  private static long newest(Path checkpoints) throws IOException {
    if (!Files.exists(checkpoints)) {
      return 0;
    }
    try (var files = Files.list(checkpoints)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("manifest-"))
          .mapToLong(name -> Long.parseLong(name.substring(9)))
          .max()
          .orElse(0);
    }
  }

  private static String line(List<String> lines, String start) {
    return lines.stream()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no line \"" + start + "\" in " + lines));
  }

  private List<String> run(String master, List<String> settings, long killAfter)
      throws IOException, InterruptedException {
    return run(master, settings, killAfter, null, 0);
  }

  /**
   * @param killAfter kills the process once there is a checkpoint of this round or a later one
   */
  private List<String> run(
      String master, List<String> settings, long killAfter, Path checkpoints, int millis)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(directory, "out", ".txt");
    Path err = Files.createTempFile(directory, "err", ".txt");
    List<String> all = new ArrayList<>(settings);
    all.add("-Dunroll.kills=" + KILLS);
    ProcessBuilder builder =
        new ProcessBuilder(BitEqualityIT.command(TrainElastically.class, master, all));
    BitEqualityIT.environment(builder);
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      for (int i = 0; i < 100_000 && process.isAlive(); i++) {
        if (killAfter < Long.MAX_VALUE && newest(checkpoints) >= killAfter) {
          Thread.sleep(millis);
          process.destroyForcibly();
        }
        process.waitFor(5, TimeUnit.MILLISECONDS);
      }
      assertTrue(process.waitFor(1, TimeUnit.SECONDS), "hangs, see " + err);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    int exit = process.exitValue();
    boolean wasKilled = killAfter < Long.MAX_VALUE && exit == 128 + 9;
    assertTrue(exit == 0 || wasKilled, () -> read(err));
    return Files.readAllLines(out);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "cannot read " + file + ": " + e;
    }
  }
}
