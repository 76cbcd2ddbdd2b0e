package dev.unroll.spark.rounds;

/** How the results of a round come together. The model is the same to the last bit. */
enum Exchange {
  /** Tasks and driver share a process, and what they have ({@link HandedOver}). */
  HANDED_OVER,
  /** They are sent to the driver, which averages them. */
  COLLECTED,
  /** Executors average them, slice by slice, and send the mean ({@link SlicedMean}). */
  SLICED;

  /**
   * @param local whether tasks run in the driver's process
   * @param bytes of all results
   * @param mostOnDriver the largest results that the driver may hold
   */
  static Exchange of(boolean local, long bytes, long mostOnDriver) {
    if (bytes > mostOnDriver) {
      return SLICED;
    }
    return local ? HANDED_OVER : COLLECTED;
  }
}
