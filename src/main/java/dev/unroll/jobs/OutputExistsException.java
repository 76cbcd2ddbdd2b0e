package dev.unroll.jobs;

import dev.unroll.jobs.config.Secrets;

/**
 * The place a job is to write to already holds a result that may not be replaced. The message names
 * the place, what it holds and the key that allows replacing it. Jobs end with exit code 5.
 */
public final class OutputExistsException extends RuntimeException {
  public OutputExistsException(String message) {
    super(Secrets.mask(message));
  }
}
