package dev.unroll.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unroll.jobs.config.UsageException;
import dev.unroll.spark.HadoopFiles;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * The directory of one training run, on any Hadoop file system: {@code config.conf} from the start,
 * {@code metrics.jsonl} growing by a line per round, {@code _run.json} last. A directory without
 * {@code _run.json} holds a run that goes on or was killed.
 *
 * <p>The owner calls {@link #finish} once, also for a run that failed. When the process is told to
 * stop before that (SIGTERM, SIGINT), {@code _run.json} says {@code interrupted}.
 */
public final class RunDirectory implements AutoCloseable {
  static final String REPORT = "_run.json";
  static final String METRICS = "metrics.jsonl";
  static final String CONFIG = "config.conf";
  static final String MODEL = "model";
  static final String CHECKPOINTS = "checkpoints";

  /** Before Spark's own hook (40), which ends the job under us, and Hadoop's (10). */
  private static final int HOOK_PRIORITY = 60;

  private static final long LARGEST_REPORT = 16L << 20;

  private final FileSystem fs;
  private final Path path;
  private final Instant startedAt = Instant.now();
  private final Runnable hook = this::interrupted;
  private FSDataOutputStream metrics;
  private boolean finished;

  private RunDirectory(FileSystem fs, Path path) {
    this.fs = fs;
    this.path = path;
  }

  /**
   * Begins a run in a directory. A run there that did not finish is taken over: its report goes,
   * and its metrics from the round on that the new one begins with; its model stays until another
   * one takes its place.
   *
   * @param overwrite whether a finished run may be taken over too
   * @throws OutputExistsException if the directory holds a finished run and may not be overwritten
   * @throws UsageException if there can be no such directory
   */
  public static RunDirectory open(String dir, boolean overwrite, Configuration conf)
      throws IOException {
    try {
      RunDirectory run = at(dir, conf);
      run.requireFree(dir, overwrite);
      run.begin(dir);
      return run;
    } catch (IllegalArgumentException
        | UnsupportedFileSystemException
        | AccessControlException
        | FileAlreadyExistsException
        | FileNotFoundException // what a local directory that may not be written to gives
        | ParentNotDirectoryException e) {
      throw unusable(dir, e.getMessage(), e);
    }
  }

  /** Makes the checks of {@link #open} and changes nothing. */
  public static void check(String dir, boolean overwrite, Configuration conf) throws IOException {
    try {
      at(dir, conf).requireFree(dir, overwrite);
    } catch (IllegalArgumentException | UnsupportedFileSystemException e) {
      throw unusable(dir, e.getMessage(), e);
    }
  }

  private static RunDirectory at(String dir, Configuration conf) throws IOException {
    Path path = new Path(dir);
    FileSystem fs = HadoopFiles.fileSystem(path, conf);
    return new RunDirectory(fs, fs.makeQualified(path));
  }

  private static UsageException unusable(String dir, String why, Exception cause) {
    return new UsageException(
        "run.dir \"" + dir + "\" cannot be used: " + why + "; set run.dir to another place", cause);
  }

  /** Where the run is. */
  public Path path() {
    return path;
  }

  /** Where the model of the run is or will be. */
  public Path modelPath() {
    return new Path(path, MODEL);
  }

  /** Where checkpoints are while the run goes on. */
  public Path checkpointsPath() {
    return new Path(path, CHECKPOINTS);
  }

  /** Deletes the checkpoints: a finished run needs none. */
  public void deleteCheckpoints() throws IOException {
    fs.delete(checkpointsPath(), true);
  }

  public Instant startedAt() {
    return startedAt;
  }

  /** Stores the configuration of the run; the text must have its secrets masked. */
  public void writeConfig(String rendered) throws IOException {
    RunFiles.write(fs, new Path(path, CONFIG), rendered.getBytes(StandardCharsets.UTF_8));
  }

  /** Begins {@code metrics.jsonl}, with what an earlier run wrote of the rounds up to this one. */
  public synchronized void beginMetrics(long round) throws IOException {
    Path file = new Path(path, METRICS);
    Path kept = file.suffix(".kept"); // what a kill right here would lose
    byte[] lines = new byte[0];
    if (round > 0 && fs.exists(kept)) {
      lines = linesUpTo(round, kept);
    } else if (round > 0 && fs.exists(file)) {
      lines = linesUpTo(round, file);
      RunFiles.writeAtomically(fs, kept, lines);
    }
    metrics = fs.create(file, true);
    metrics.write(lines);
    flush();
    fs.delete(kept, false);
  }

  private byte[] linesUpTo(long round, Path file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    StringBuilder kept = new StringBuilder();
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(fs.open(file), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        long of = json.readTree(line).path("round").asLong(Long.MAX_VALUE);
        if (of <= round) {
          kept.append(line).append('\n');
        }
      }
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      // The last line of a run that was killed may be half a line; it is of a later round.
      return kept.toString().getBytes(StandardCharsets.UTF_8);
    }
    return kept.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Adds a line to {@code metrics.jsonl}, which readers see at once, except on stores that show a
   * file only when it is closed. Numbers that are not finite become null.
   */
  public synchronized void appendMetrics(Map<String, ?> round) throws IOException {
    if (finished) {
      return; // Interrupted: the report is written, and nothing may change after it.
    }
    metrics.write(JsonText.line(round));
    flush();
  }

  private void flush() throws IOException {
    try {
      metrics.hflush();
    } catch (UnsupportedOperationException e) {
      metrics.flush();
    }
  }

  /** Ends the run with its report. A run that has ended keeps the report it has. */
  public synchronized void finish(RunReport report) throws IOException {
    if (finished) {
      return;
    }
    finished = true;
    if (metrics != null) {
      metrics.close();
    }
    RunFiles.writeAtomically(fs, new Path(path, REPORT), JsonText.pretty(report.toMap()));
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(hook);
    }
  }

  /** Ends a run that nobody finished as failed. */
  @Override
  public void close() throws IOException {
    Exception why = new IllegalStateException("the job ended without a report");
    finish(RunReport.failed(why, startedAt, Versions.current(null)));
  }

  private void interrupted() {
    try {
      finish(RunReport.interrupted(startedAt, Versions.current(null)));
    } catch (IOException e) {
      // The process ends; without a report the run counts as killed, which is true as well.
      System.err.println("cannot write " + new Path(path, REPORT) + ": " + e.getMessage());
    }
  }

  private void requireFree(String dir, boolean overwrite) throws IOException {
    if (fs.exists(path) && !fs.getFileStatus(path).isDirectory()) {
      throw new UsageException("run.dir \"" + dir + "\" is a file; give a directory");
    }
    JsonNode report = overwrite ? null : report();
    if (report != null && report.path("status").asText().equals("finished")) {
      throw new OutputExistsException(
          "run.dir \"%s\" holds a finished run of %s (%s); set run.overwrite = true to replace it, or give another run.dir"
              .formatted(dir, report.path("startedAt").asText("unknown time"), content()));
    }
  }

  /** The report that is there, or null; one that cannot be read belongs to no finished run. */
  private JsonNode report() throws IOException {
    Path file = new Path(path, REPORT);
    if (!fs.exists(file) || fs.getFileStatus(file).getLen() > LARGEST_REPORT) {
      return null;
    }
    try (InputStream in = fs.open(file)) {
      return new ObjectMapper().readTree(in);
    } catch (com.fasterxml.jackson.core.JacksonException | FileNotFoundException e) {
      return null;
    }
  }

  private String content() throws IOException {
    return Arrays.stream(fs.listStatus(path))
        .sorted()
        .map(RunDirectory::name)
        .collect(Collectors.joining(", "));
  }

  private static String name(FileStatus entry) {
    return entry.getPath().getName() + (entry.isDirectory() ? "/" : "");
  }

  private void begin(String dir) throws IOException {
    if (!fs.mkdirs(path)) {
      throw unusable(dir, "it cannot be created", null);
    }
    fs.delete(new Path(path, REPORT), false);
    ShutdownHookManager.get().addShutdownHook(hook, HOOK_PRIORITY);
  }
}
