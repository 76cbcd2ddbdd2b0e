package dev.unroll.train;

/** Training went out of the finite numbers; the message says in which shard, round and step. */
public class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient TrainingState lastGood;

  /**
   * @param lastGood the state to keep; its epoch is 0 when no round had succeeded
   */
  public DivergedException(String message, TrainingState lastGood) {
    super(message);
    this.lastGood = lastGood;
  }

  public TrainingState lastGood() {
    return lastGood;
  }
}
