package dev.unroll.jobs.config;

/**
 * Wrong use: a command line or a configuration that cannot be carried out. The message is written
 * for the user (what was found, where, what is expected, what to do) and is shown as it stands,
 * with secrets masked. Jobs end with exit code 2.
 */
public final class UsageException extends RuntimeException {
  public UsageException(String message) {
    super(Secrets.mask(message));
  }

  /** With the failure below it, which {@code --verbose} shows. */
  public UsageException(String message, Throwable cause) {
    super(Secrets.mask(message), cause);
  }
}
