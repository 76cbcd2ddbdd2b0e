package dev.unroll.jobs;

import dev.unroll.jobs.config.Secrets;
import dev.unroll.jobs.config.UsageException;
import dev.unroll.net.ModelFormatException;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.rounds.CheckpointException;
import dev.unroll.train.DivergedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a job says when it ends with an exception.
 *
 * @param exitCode the number for scripts
 * @param message the words for people, secrets masked
 */
public record Failure(ExitCode exitCode, String message) {
  private static final int LONGEST_MESSAGE = 4000;

  /** The one place where exceptions get their exit codes. */
  private static final Map<Class<? extends Throwable>, ExitCode> CODES = new LinkedHashMap<>();

  static {
    CODES.put(UsageException.class, ExitCode.USAGE);
    CODES.put(InvalidDataException.class, ExitCode.DATA_REJECTED);
    CODES.put(DivergedException.class, ExitCode.DIVERGED);
    CODES.put(OutputExistsException.class, ExitCode.OUTPUT_EXISTS);
    CODES.put(ModelFormatException.class, ExitCode.MODEL_UNREADABLE);
    CODES.put(CheckpointException.Changed.class, ExitCode.USAGE);
    CODES.put(CheckpointException.Missing.class, ExitCode.MODEL_UNREADABLE);
    CODES.put(CheckpointException.Contested.class, ExitCode.OUTPUT_EXISTS);
    CODES.put(InterruptedException.class, ExitCode.INTERRUPTED);
  }

  /**
   * Looks for the first exception with a code of its own, in the chain of causes and, since Spark
   * may hand on no more than the text of what was thrown in a task, in the messages.
   */
  public static Failure of(Throwable failure) {
    List<Throwable> chain = chain(failure);
    return chain.stream()
        .flatMap(cause -> known(cause).stream())
        .findFirst()
        .or(() -> chain.stream().flatMap(cause -> named(cause).stream()).findFirst())
        .orElseGet(() -> unknown(chain));
  }

  private static Optional<Failure> known(Throwable cause) {
    return CODES.entrySet().stream()
        .filter(entry -> entry.getKey().isInstance(cause))
        .map(entry -> new Failure(entry.getValue(), words(cause)))
        .findFirst();
  }

  /** Reads {@code class.of.Exception: its message} out of a text that holds a stack trace. */
  private static Optional<Failure> named(Throwable cause) {
    String text = String.valueOf(cause.getMessage());
    return CODES.entrySet().stream()
        .filter(entry -> text.contains(entry.getKey().getName() + ": "))
        .map(entry -> new Failure(entry.getValue(), after(text, entry.getKey().getName() + ": ")))
        .findFirst();
  }

  private static String after(String text, String name) {
    return readable(text.substring(text.indexOf(name) + name.length()));
  }

  private static Failure unknown(List<Throwable> chain) {
    Throwable first = chain.get(0);
    Throwable last = chain.get(chain.size() - 1);
    String message = first.getClass().getSimpleName() + ": " + words(first);
    if (last != first && !message.contains(words(last))) {
      message += "\ncaused by " + last.getClass().getSimpleName() + ": " + words(last);
    }
    return new Failure(ExitCode.FAILED, message);
  }

  private static String words(Throwable failure) {
    if (failure instanceof InterruptedException) {
      return "interrupted";
    }
    return failure.getMessage() == null ? "no message" : readable(failure.getMessage());
  }

  /** What would move a terminal's cursor; messages quote data that anyone may have written. */
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}&&[^\n\t]]");

  /** Without stack traces, which Spark puts into messages, and without secrets. */
  private static String readable(String message) {
    int trace = message.indexOf("\n\tat ");
    String words = (trace < 0 ? message : message.substring(0, trace)).strip();
    boolean fits = words.length() <= LONGEST_MESSAGE;
    String shown = fits ? words : words.substring(0, LONGEST_MESSAGE) + "...";
    return CONTROL.matcher(Secrets.mask(shown)).replaceAll("\uFFFD");
  }

  private static List<Throwable> chain(Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
      chain.add(cause);
    }
    return chain;
  }
}
