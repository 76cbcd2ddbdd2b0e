package dev.unroll.jobs.samples;

import dev.unroll.math.KeyedRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The embedded Reber grammar over the letters B T S X P V E. The inner grammar is Reber's finite
 * automaton; the outer one puts T or P before the inner string and the same letter after it, so
 * that predicting the last letter but one needs a memory over the whole inner string. Where two
 * letters may follow, each does with probability 1/2.
 *
 * <pre>
 *   inner:  0 -B-> 1    1 -T-> 2, -P-> 3    2 -S-> 2, -X-> 4    3 -T-> 3, -V-> 5
 *           4 -X-> 3, -S-> 6    5 -P-> 4, -V-> 6    6 -E-> end
 *   whole:  B (T inner T | P inner P) E
 * </pre>
 *
 * <p>Sources: Reber, "Implicit learning of artificial grammars", 1967; Hochreiter and Schmidhuber,
 * "Long short-term memory", Neural Computation 9(8), 1997, experiment 1.
 */
public final class ReberGrammar {
  /** The alphabet; a letter's place is its one-hot feature. */
  public static final String SYMBOLS = "BTSXPVE";

  private static final String[] LETTERS = {"B", "TP", "SX", "TV", "XS", "PV", "E"};
  private static final int[][] NEXT_STATE = {{1}, {2, 3}, {2, 4}, {3, 5}, {3, 6}, {4, 6}, {7}};
  private static final int END = 7;

  private ReberGrammar() {}

  /**
   * One string of n letters as a tagging problem of n − 1 steps: read a letter, name the next.
   *
   * @param text the whole string
   * @param features (n − 1 × 7): the letters but the last, one-hot over {@link #SYMBOLS}
   * @param labels (n − 1): the letters but the first
   */
  public record Sample(String text, float[][] features, String[] labels) {}

  /** Strings that all differ. Fewer of the same seed are the first of more. */
  public static List<Sample> generate(int count, long seed) {
    return generate(count, seed, Set.of());
  }

  /** As {@link #generate(int, long)}, without the given strings: the unseen ones of a test. */
  public static List<Sample> generate(int count, long seed, Set<String> without) {
    KeyedRandom random = KeyedRandom.of(seed, "reber-grammar");
    Set<String> seen = new HashSet<>(without);
    List<Sample> samples = new ArrayList<>(count);
    while (samples.size() < count) {
      String text = text(random);
      if (seen.add(text)) {
        samples.add(sample(text));
      }
    }
    return samples;
  }

  /**
   * The letters that may follow each prefix of a string of the grammar.
   *
   * @param text a whole string or the start of one
   * @return for every position i, the letters that may stand at i + 1 after text[0..i]; empty after
   *     the last letter of a whole string
   * @throws IllegalArgumentException naming the position of the first letter that breaks the
   *     grammar
   */
  public static List<String> legalNext(String text) {
    List<String> legal = new ArrayList<>(text.length());
    String allowed = "B";
    int state = 0;
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      if (allowed.indexOf(letter) < 0) {
        throw new IllegalArgumentException(
            "\"%s\" breaks the grammar at %d, expected one of %s".formatted(text, i, allowed));
      }
      boolean inner = i > 1 && state != END;
      if (inner) {
        state = NEXT_STATE[state][LETTERS[state].indexOf(letter)];
      }
      allowed = allowedAfter(text, i, state, inner);
      legal.add(allowed);
    }
    return legal;
  }

  private static String allowedAfter(String text, int i, int state, boolean wasInner) {
    if (i == 0) {
      return "TP";
    }
    if (state != END) {
      return LETTERS[state];
    }
    if (wasInner) {
      return text.substring(1, 2); // the outer letter again
    }
    return text.charAt(i) == 'E' ? "" : "E";
  }

  private static String text(KeyedRandom random) {
    char outer = random.nextInt(2) == 0 ? 'T' : 'P';
    StringBuilder text = new StringBuilder().append('B').append(outer);
    for (int state = 0; state != END; ) {
      int branch = random.nextInt(LETTERS[state].length());
      text.append(LETTERS[state].charAt(branch));
      state = NEXT_STATE[state][branch];
    }
    return text.append(outer).append('E').toString();
  }

  private static Sample sample(String text) {
    int steps = text.length() - 1;
    float[][] features = new float[steps][SYMBOLS.length()];
    String[] labels = new String[steps];
    for (int t = 0; t < steps; t++) {
      features[t][SYMBOLS.indexOf(text.charAt(t))] = 1;
      labels[t] = text.substring(t + 1, t + 2);
    }
    return new Sample(text, features, labels);
  }
}
