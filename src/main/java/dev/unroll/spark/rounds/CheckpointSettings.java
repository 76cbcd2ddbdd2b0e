package dev.unroll.spark.rounds;

/**
 * Where and when a run leaves checkpoints, and what it does with those that it finds.
 *
 * @param directory on any Hadoop file system, of this run alone
 * @param interval rounds between two checkpoints, at least 1
 * @param keep how many of the last ones stay, at least 1
 * @param resume what to do with those that are there
 */
public record CheckpointSettings(String directory, int interval, int keep, Resume resume) {

  /** Whether to go on from a checkpoint. */
  public enum Resume {
    /** If there is one. */
    AUTO,
    /** Checkpoints that are there are deleted. */
    NEVER,
    /** It is an error if there is none. */
    REQUIRED
  }

  public CheckpointSettings {
    if (interval < 1 || keep < 1) {
      throw new IllegalArgumentException(
          "interval %d, keep %d; expected at least 1".formatted(interval, keep));
    }
  }
}
