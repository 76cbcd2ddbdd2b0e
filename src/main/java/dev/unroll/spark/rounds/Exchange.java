package dev.unroll.spark.rounds;

/** How the results of a round come together. The model is the same to the last bit. */
public enum Exchange {
  /** Tasks and driver share a process, and what they have ({@link HandedOver}). */
  HANDED_OVER,
  /** They are sent to the driver, which averages them. */
  COLLECTED,
  /** Executors average them, slice by slice, and send the mean ({@link SlicedMean}). */
  SLICED;

  /**
   * The way for results of so many bytes.
   *
   * @param local whether tasks run in the driver's process
   * @param bytes of all shards' results
   * @param mostOnDriver how much of them the driver may hold
   */
  static Exchange of(boolean local, long bytes, long mostOnDriver) {
    Exchange whole = local ? HANDED_OVER : COLLECTED;
    return whole.held(bytes) <= mostOnDriver ? whole : SLICED;
  }

  /** Bytes that the driver holds of results: what was sent is there twice, packed and unpacked. */
  private long held(long bytes) {
    return this == HANDED_OVER ? bytes : 2 * bytes;
  }

  /**
   * Bytes that the driver needs in a round for its own state, a copy on its way out, the next
   * state, and the results or, where executors average, one mean.
   *
   * @param state bytes of a state, and of a shard's result
   */
  long driverBytes(long state, int shards) {
    return switch (this) {
      case HANDED_OVER -> 2 * state + held(state * shards);
      case COLLECTED -> 3 * state + held(state * shards);
      case SLICED -> 3 * state + held(state);
    };
  }
}
