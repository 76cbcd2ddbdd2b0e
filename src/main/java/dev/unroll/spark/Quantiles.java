package dev.unroll.spark;

import java.util.Arrays;
import org.apache.spark.api.java.JavaRDD;

/**
 * Exact quantiles of features without a sort. A float's bits can be read as a key that orders like
 * the float; a pass over the data counts values by the first bits of their keys, the counts tell
 * with which bits the values sought begin, and the next pass counts only values that begin so, by
 * the bits that follow. Four passes find all 32 bits. Nothing but counts leaves a partition, and
 * they depend neither on the order of the values nor on partitions.
 */
final class Quantiles {
  /** Bits that each pass finds: few, since every partition sends 2^bits counts per value sought. */
  private static final int BITS = 8;

  /** Features searched at a time, so that a task holds 3 MB of counts at most for quartiles. */
  private static final int MOST_FEATURES = 256;

  private Quantiles() {}

  /**
   * The (width, probabilities) quantiles as {@code numpy.quantile} has them: one that lies between
   * two values divides their distance in proportion.
   *
   * @param steps finite values, each array holding whole steps of {@code width} values
   * @throws InvalidDataException if there is no step
   */
  static double[][] of(JavaRDD<float[]> steps, int width, double[] probabilities, Totals totals) {
    double[][] quantiles = new double[width][];
    for (int from = 0; from < width; from += MOST_FEATURES) {
      int to = Math.min(width, from + MOST_FEATURES);
      RadixSearch[] found = search(steps, width, from, to, probabilities, totals);
      for (int j = from; j < to; j++) {
        quantiles[j] = quantiles(found[j - from], probabilities);
      }
    }
    return quantiles;
  }

  private static RadixSearch[] search(
      JavaRDD<float[]> steps, int width, int from, int to, double[] probabilities, Totals totals) {
    RadixSearch[] features = new RadixSearch[to - from];
    Arrays.setAll(features, j -> new RadixSearch());
    for (int known = 0; known < Integer.SIZE; known += BITS) {
      int[][] begins = Arrays.stream(features).map(RadixSearch::begins).toArray(int[][]::new);
      RadixPass pass = new RadixPass(width, from, begins, known, BITS);
      long[] counts = totals.of(steps, pass::count, Quantiles::plus);
      if (known == 0) {
        long count = Arrays.stream(counts, 0, 1 << BITS).sum();
        FeatureScaling.requireSteps(count);
        long[] ranks = ranks(probabilities, count);
        Arrays.setAll(features, j -> new RadixSearch(ranks, count));
      }
      for (int j = 0; j < features.length; j++) {
        features[j].narrow(counts, pass.firstCount(j), BITS);
      }
    }
    return features;
  }

  /** Of the values below and above each quantile, in ascending order, from 0. */
  private static long[] ranks(double[] probabilities, long count) {
    long[] ranks = new long[2 * probabilities.length];
    for (int i = 0; i < probabilities.length; i++) {
      ranks[2 * i] = (long) ((count - 1) * probabilities[i]);
      ranks[2 * i + 1] = Math.min(ranks[2 * i] + 1, count - 1);
    }
    return ranks;
  }

  private static double[] quantiles(RadixSearch found, double[] probabilities) {
    double[] quantiles = new double[probabilities.length];
    for (int i = 0; i < quantiles.length; i++) {
      double position = (found.count() - 1) * probabilities[i];
      quantiles[i] =
          between(found.value(2 * i), found.value(2 * i + 1), position - (long) position);
    }
    return quantiles;
  }

  /** The quantiles of a few values at hand. */
  static double[] of(float[] values, double[] probabilities) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    long[] ranks = ranks(probabilities, sorted.length);
    double[] quantiles = new double[probabilities.length];
    for (int i = 0; i < quantiles.length; i++) {
      double position = (sorted.length - 1) * probabilities[i];
      float below = sorted[(int) ranks[2 * i]];
      float above = sorted[(int) ranks[2 * i + 1]];
      quantiles[i] = between(below + 0f, above + 0f, position - (long) position);
    }
    return quantiles;
  }

  /** From the nearer end, as numpy does it, so that both ends are exact. */
  private static double between(double below, double above, double part) {
    double distance = above - below;
    return part < 0.5 ? below + distance * part : above - distance * (1 - part);
  }

  private static long[] plus(long[] counts, long[] more) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += more[i];
    }
    return counts;
  }
}
