package dev.unroll.train;

/** Training went out of the finite numbers; the message says in which shard, round and step. */
public class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Position position;
  private final transient float[] weights;

  /**
   * @param position where the weights to keep were reached; round 0 if there are none
   * @param weights the last good ones
   */
  public DivergedException(String message, Position position, float[] weights) {
    super(message);
    this.position = position;
    this.weights = weights;
  }

  /** Where the last good weights were reached; at round 0 nothing had been learnt. */
  public Position position() {
    return position;
  }

  /** The last good weights. */
  public float[] weights() {
    return weights;
  }
}
