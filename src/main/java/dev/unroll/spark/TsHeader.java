package dev.unroll.spark;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the header of a .ts file says about its cases.
 *
 * @param classes the declared class labels; empty if the header lists none, then any is taken
 * @param dimensions values per step, or 0 if the header does not say
 * @param equalLength whether all series have one length
 * @param seriesLength that length, or 0 if the header does not say
 */
record TsHeader(
    Label label, Set<String> classes, int dimensions, boolean equalLength, int seriesLength) {

  /** What stands at the end of a case. */
  enum Label {
    NONE("no label"),
    CLASS("a class label"),
    TARGET("a target number");

    final String text;

    Label(String text) {
      this.text = text;
    }
  }

  /** The text after a header's name, and the place it came from ({@code file:line}). */
  record Entry(String place, String text) {
    private boolean flag(String name) {
      String word = text.split("\\s+", 2)[0].toLowerCase(Locale.ROOT);
      if (!word.equals("true") && !word.equals("false")) {
        throw malformed(name, "true or false");
      }
      return word.equals("true");
    }

    private int count(String name) {
      try {
        int count = Integer.parseInt(text);
        if (count > 0) {
          return count;
        }
      } catch (NumberFormatException e) {
        // said below, the same as for zero
      }
      throw malformed(name, "a whole number of at least 1");
    }

    private InvalidDataException malformed(String name, String expected) {
      return new InvalidDataException(
          "%s: %s is \"%s\", expected %s".formatted(place, name, text, expected));
    }
  }

  /**
   * Makes sense of the header lines.
   *
   * @param entries by lower-case name without the @; those of no use here are ignored
   * @throws InvalidDataException if a value cannot be understood or asks for what is not supported
   */
  static TsHeader of(Map<String, Entry> entries) {
    refuseTimeStamps(entries);
    return new TsHeader(
        label(entries),
        classes(entries),
        dimensions(entries),
        flag(entries, "equallength", "@equalLength"),
        entries.containsKey("serieslength")
            ? entries.get("serieslength").count("@seriesLength")
            : 0);
  }

  private static void refuseTimeStamps(Map<String, Entry> entries) {
    if (flag(entries, "timestamps", "@timeStamps")) {
      throw new InvalidDataException(
          entries.get("timestamps").place()
              + ": @timeStamps true is not supported; write each series as plain values at equal"
              + " time steps (1.5,1.7,... instead of (0,1.5),(1,1.7),...) and set @timeStamps"
              + " false");
    }
  }

  private static Label label(Map<String, Entry> entries) {
    boolean classLabel = flag(entries, "classlabel", "@classLabel");
    boolean targetLabel = flag(entries, "targetlabel", "@targetLabel");
    if (classLabel && targetLabel) {
      throw new InvalidDataException(
          entries.get("targetlabel").place()
              + ": @classLabel and @targetLabel are both true, expected at most one of them");
    }
    if (classLabel) {
      return Label.CLASS;
    }
    return targetLabel ? Label.TARGET : Label.NONE;
  }

  private static Set<String> classes(Map<String, Entry> entries) {
    if (!flag(entries, "classlabel", "@classLabel")) {
      return Set.of();
    }
    String[] words = entries.get("classlabel").text().split("\\s+");
    return new LinkedHashSet<>(Arrays.asList(words).subList(1, words.length));
  }

  private static int dimensions(Map<String, Entry> entries) {
    for (String name : new String[] {"dimensions", "dimension"}) {
      if (entries.containsKey(name)) {
        return entries.get(name).count("@dimensions");
      }
    }
    return flag(entries, "univariate", "@univariate") ? 1 : 0;
  }

  private static boolean flag(Map<String, Entry> entries, String key, String name) {
    return entries.containsKey(key) && entries.get(key).flag(name);
  }
}
