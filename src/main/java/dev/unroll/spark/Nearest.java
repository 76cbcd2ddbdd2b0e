package dev.unroll.spark;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that a user probably meant. */
public final class Nearest {
  private Nearest() {}

  /**
   * The known name with the smallest edit distance to {@code name}, upper and lower case alike, or
   * nothing when even that one differs in more than half of its letters. Of equally near names the
   * first wins.
   */
  public static Optional<String> to(String name, Collection<String> known) {
    String nearest = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : known) {
      int distance = distance(name, candidate);
      if (distance < least && 2 * distance <= Math.max(name.length(), candidate.length())) {
        least = distance;
        nearest = candidate;
      }
    }
    return Optional.ofNullable(nearest);
  }

  /** {@code ; the nearest is "features"}, or nothing when no known name is near. */
  public static String hint(String name, Collection<String> known) {
    return to(name, known).map(near -> "; the nearest is \"" + near + "\"").orElse("");
  }

  /** Insertions, deletions, substitutions and swaps of neighbours that turn one into the other. */
  private static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        d[i][j] = i == 0 || j == 0 ? i + j : cheapest(d, a, b, i, j);
      }
    }
    return d[a.length()][b.length()];
  }

  private static int cheapest(int[][] d, String a, String b, int i, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int best = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (same ? 0 : 1));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
  }
}
