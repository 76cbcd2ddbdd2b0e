package dev.unroll.spark.rounds;

/** A run cannot go on from its checkpoints; the message is for the user. */
public abstract sealed class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private CheckpointException(String message) {
    super(message);
  }

  /** Settings or data are not those of the checkpoint. */
  public static final class Changed extends CheckpointException {
    private static final long serialVersionUID = 1L;

    Changed(String message) {
      super(message);
    }
  }

  /** There is none that can be used, and one is required. */
  public static final class Missing extends CheckpointException {
    private static final long serialVersionUID = 1L;

    Missing(String message) {
      super(message);
    }
  }

  /** Another run writes to the same place. */
  public static final class Contested extends CheckpointException {
    private static final long serialVersionUID = 1L;

    Contested(String message) {
      super(message);
    }
  }
}
