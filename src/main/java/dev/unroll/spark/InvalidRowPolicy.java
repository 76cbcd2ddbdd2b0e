package dev.unroll.spark;

/** What to do with a row that cannot be used. */
public enum InvalidRowPolicy {
  /** End the job, naming the first such rows. */
  ERROR,
  /** Leave it out and count it. */
  SKIP,
  /** When scoring, answer with null and the reason; elsewhere as {@link #SKIP}. */
  KEEP
}
