package dev.unroll.spark;

import java.util.Optional;

/**
 * Input data that cannot be used: a missing path or column, a wrong type, a malformed file, a bad
 * row that the user did not ask to skip. The message is written for that user (what, where, what
 * was expected, what to do) and is shown as it stands. Jobs end with exit code 3.
 */
public final class InvalidDataException extends RuntimeException {
  public InvalidDataException(String message) {
    super(message);
  }

  /**
   * Finds the exception of this type that a failure came from. One thrown inside a Spark task
   * reaches the driver as the cause of Spark's own exception.
   */
  public static Optional<InvalidDataException> in(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidDataException found) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }
}
