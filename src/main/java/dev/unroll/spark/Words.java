package dev.unroll.spark;

import java.util.Collection;
import java.util.stream.Collectors;

/** Small wordings shared by messages. */
public final class Words {
  private static final int SHOWN = 20;

  private Words() {}

  /** {@code 1 value}, {@code 2 values}. */
  static String count(int n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }

  /** The names separated by commas; of many, the first 20 and how many more. */
  public static String list(Collection<String> names) {
    String shown = names.stream().limit(SHOWN).collect(Collectors.joining(", "));
    int more = names.size() - SHOWN;
    return more > 0 ? shown + " and " + more + " more" : shown;
  }
}
