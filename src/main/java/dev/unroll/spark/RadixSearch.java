package dev.unroll.spark;

import java.util.Arrays;

/** The values of certain ranks of one feature, of which ever more bits become known. */
final class RadixSearch {
  private final long count;
  private final int[] keys; // the bits known so far
  private final long[] ranks; // among the values that begin with these bits

  RadixSearch(long[] ranks, long count) {
    this.count = count;
    this.ranks = ranks.clone();
    keys = new int[ranks.length];
  }

  /** As long as the ranks are unknown, since the values have not been counted. */
  RadixSearch() {
    this(new long[1], 0);
  }

  long count() {
    return count;
  }

  /** With which bits the values sought begin, without repeats. */
  int[] begins() {
    return Arrays.stream(keys).distinct().toArray();
  }

  /**
   * Finds the next bits.
   *
   * @param counts from {@code first} on 2^bits for each of the {@link #begins}
   */
  void narrow(long[] counts, int first, int bits) {
    int[] begins = begins();
    for (int i = 0; i < keys.length; i++) {
      int block = 0;
      while (begins[block] != keys[i]) {
        block++;
      }
      int start = first + (block << bits);
      int next = 0;
      while (ranks[i] >= counts[start + next]) {
        ranks[i] -= counts[start + next++];
      }
      keys[i] = keys[i] << bits | next;
    }
  }

  /** The value of the i-th rank, once all bits are known. */
  float value(int i) {
    return RadixPass.value(keys[i]);
  }
}
