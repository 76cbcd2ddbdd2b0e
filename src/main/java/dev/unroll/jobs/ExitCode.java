package dev.unroll.jobs;

/** What the exit code of a job says. */
public enum ExitCode {
  DONE(0),
  /** Anything that has no code of its own. */
  FAILED(1),
  /** Wrong command line or configuration. */
  USAGE(2),
  /** Input data that cannot be used. */
  DATA_REJECTED(3),
  /** The loss was no longer a finite number. */
  DIVERGED(4),
  /** A result is already there and may not be replaced. */
  OUTPUT_EXISTS(5),
  /** A model that is missing, damaged or does not fit. */
  MODEL_UNREADABLE(6),
  /** Stopped from outside. */
  INTERRUPTED(130);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The number that the process ends with. */
  public int code() {
    return code;
  }

  /** The code for a failure, by the first exception in its chain of causes that has one. */
  public static ExitCode of(Throwable failure) {
    return Failure.of(failure).exitCode();
  }
}
