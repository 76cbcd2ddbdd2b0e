package dev.unroll.jobs;

import dev.unroll.jobs.config.Secrets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a run ended: the content of {@code _run.json}.
 *
 * @param message one sentence for people; shown with secrets masked
 * @param metrics numbers by name, such as train.loss; those that are not finite are stored as null
 * @param weightsSha256 of the final float32 parameters in file order, or null without a model
 * @param rows how many rows were used and skipped, by name, such as train, train.skipped and, for
 *     each reason, train.skipped.null-label
 */
public record RunReport(
    Status status,
    int exitCode,
    String message,
    Map<String, Number> metrics,
    String weightsSha256,
    Versions versions,
    double seconds,
    Instant startedAt,
    Map<String, Long> rows) {

  /** How a run can end. */
  public enum Status {
    FINISHED,
    FAILED,
    DIVERGED,
    INTERRUPTED,
    /** By its own time limit; the same command goes on. */
    STOPPED;

    /** The name in {@code _run.json}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Status of(ExitCode code) {
      return switch (code) {
        case DONE -> FINISHED;
        case DIVERGED -> DIVERGED;
        case INTERRUPTED -> INTERRUPTED;
        case FAILED, USAGE, DATA_REJECTED, OUTPUT_EXISTS, MODEL_UNREADABLE -> FAILED;
      };
    }
  }

  /** Sorts metrics and rows by name and copies them. */
  public RunReport {
    metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
    rows = Collections.unmodifiableMap(new TreeMap<>(rows));
  }

  /** The report of a run that ends with an exception. */
  public static RunReport failed(Throwable failure, Instant startedAt, Versions versions) {
    Failure why = Failure.of(failure);
    return ended(why.exitCode(), why.message(), startedAt, versions);
  }

  /** The report of a run that was stopped from outside. */
  static RunReport interrupted(Instant startedAt, Versions versions) {
    return ended(ExitCode.INTERRUPTED, "stopped before the end", startedAt, versions);
  }

  private static RunReport ended(
      ExitCode code, String message, Instant startedAt, Versions versions) {
    return new RunReport(
        Status.of(code),
        code.code(),
        message,
        Map.of(),
        null,
        versions,
        secondsSince(startedAt),
        startedAt,
        Map.of());
  }

  /** Seconds from then to now, to the millisecond. */
  public static double secondsSince(Instant start) {
    return Duration.between(start, Instant.now()).toMillis() / 1000.0;
  }

  /** The report as names and plain values, in the order in which they are stored. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("status", status.label());
    map.put("exitCode", exitCode);
    map.put("message", Secrets.mask(message));
    map.put("metrics", metrics);
    map.put("weightsSha256", weightsSha256);
    map.put("versions", versions(versions));
    map.put("seconds", seconds);
    map.put("startedAt", startedAt.toString());
    map.put("rows", rows);
    return map;
  }

  private static Map<String, Object> versions(Versions versions) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("unroll", versions.unroll());
    map.put("spark", versions.spark());
    map.put("java", versions.java());
    map.put("kernels", versions.kernels());
    return map;
  }
}
