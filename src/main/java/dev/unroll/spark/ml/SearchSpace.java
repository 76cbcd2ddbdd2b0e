package dev.unroll.spark.ml;

import dev.unroll.math.KeyedRandom;
import dev.unroll.spark.params.Setting;
import dev.unroll.spark.params.ValueRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.ml.param.ParamMap;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The settings that a {@link SequenceTuner} tries, written as text: {@code hiddenSize = 8, 16, 32}
 * is a choice, {@code stepSize = 0.001 .. 0.1} a range, from which values are drawn evenly on a
 * logarithmic scale.
 */
final class SearchSpace {
  private static final Pattern DIMENSION = Pattern.compile("\\s*(\\w+)\\s*=\\s*(.+?)\\s*");
  private static final Pattern RANGE = Pattern.compile("([-+.\\deE]+?)\\s*\\.\\.\\s*([-+.\\deE]+)");

  private final Map<String, Setting> known = new TreeMap<>();
  private final List<Dimension> dimensions = new ArrayList<>();

  /** One setting and the values that it may take. */
  private sealed interface Dimension {
    String name();
  }

  private record Choice(String name, List<String> values) implements Dimension {}

  private record Range(String name, double least, double most, boolean whole)
      implements Dimension {}

  /**
   * @param settings that may be varied
   * @param dimensions as text
   * @throws IllegalArgumentException saying what is wrong with which of them
   */
  SearchSpace(List<Setting> settings, String... dimensions) {
    settings.forEach(setting -> known.put(setting.name(), setting));
    for (String text : dimensions) {
      this.dimensions.add(dimension(text));
    }
  }

  private Dimension dimension(String text) {
    Matcher matcher = DIMENSION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "space: \"%s\", expected such as hiddenSize = 8, 16, 32 or stepSize = 0.001 .. 0.1"
              .formatted(text));
    }
    Setting setting = setting(matcher.group(1));
    Matcher range = RANGE.matcher(matcher.group(2));
    return range.matches()
        ? range(setting, range.group(1), range.group(2))
        : choice(setting, matcher.group(2));
  }

  private Setting setting(String name) {
    Setting setting = known.get(name);
    if (setting == null) {
      throw new IllegalArgumentException(
          "space: \"%s\" cannot be tuned; expected one of %s"
              .formatted(name, String.join(", ", known.keySet())));
    }
    return setting;
  }

  private static Dimension choice(Setting setting, String text) {
    List<String> values = Arrays.stream(text.split(",")).map(String::strip).distinct().toList();
    values.forEach(value -> requireAccepted(setting, value));
    return new Choice(setting.name(), values);
  }

  private static Dimension range(Setting setting, String least, String most) {
    requireAccepted(setting, least);
    requireAccepted(setting, most);
    double from = Double.parseDouble(least);
    double to = Double.parseDouble(most);
    boolean number =
        setting.rule() instanceof ValueRule.Real || setting.rule() instanceof ValueRule.Whole;
    if (!number || !(from > 0 && from < to)) {
      throw new IllegalArgumentException(
          "space: %s = %s .. %s, expected a range of numbers from above 0 to a larger one"
              .formatted(setting.name(), least, most));
    }
    return new Range(setting.name(), from, to, setting.rule() instanceof ValueRule.Whole);
  }

  private static void requireAccepted(Setting setting, String value) {
    if (setting.rule().read(value).isEmpty()) {
      throw new IllegalArgumentException(
          "space: %s = \"%s\", expected %s"
              .formatted(setting.name(), value, setting.rule().allowed()));
    }
  }

  /**
   * The candidates, each as values by name: the whole grid if there are only choices and no more
   * than {@code most} of them, else {@code most} that are drawn, the same for the same seed.
   *
   * @param most 0 for the whole grid, or 16 if there are ranges
   */
  List<Map<String, String>> candidates(int most, long seed) {
    boolean ranges = dimensions.stream().anyMatch(Range.class::isInstance);
    if (ranges) {
      return drawn(most == 0 ? 16 : most, seed);
    }
    List<Map<String, String>> grid = grid();
    if (most == 0 || grid.size() <= most) {
      return grid;
    }
    int[] order = new int[grid.size()];
    Arrays.setAll(order, i -> i);
    KeyedRandom.of(seed, "candidates").shuffle(order);
    return Arrays.stream(order).limit(most).sorted().mapToObj(grid::get).toList();
  }

  private List<Map<String, String>> grid() {
    List<Map<String, String>> grid = List.of(Map.of());
    for (Dimension dimension : dimensions) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> before : grid) {
        for (String value : ((Choice) dimension).values()) {
          longer.add(with(before, dimension.name(), value));
        }
      }
      grid = longer;
    }
    return grid;
  }

  private List<Map<String, String>> drawn(int count, long seed) {
    List<Map<String, String>> drawn = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, String> candidate = Map.of();
      for (int d = 0; d < dimensions.size(); d++) {
        KeyedRandom random = KeyedRandom.of(seed, "candidate", i, d);
        Dimension dimension = dimensions.get(d);
        candidate = with(candidate, dimension.name(), draw(dimension, random));
      }
      drawn.add(candidate);
    }
    return drawn;
  }

  private static String draw(Dimension dimension, KeyedRandom random) {
    if (dimension instanceof Choice choice) {
      return choice.values().get(random.nextInt(choice.values().size()));
    }
    Range range = (Range) dimension;
    double log = StrictMath.log(range.most() / range.least());
    double value = range.least() * StrictMath.exp(random.nextDouble() * log);
    // Three digits say all that matters of a learning rate, and can be read.
    return range.whole()
        ? "" + Math.round(value)
        : "" + Double.parseDouble("%.3g".formatted(value));
  }

  private static Map<String, String> with(Map<String, String> before, String name, String value) {
    Map<String, String> longer = new LinkedHashMap<>(before);
    longer.put(name, value);
    return longer;
  }

  /** A grid of Spark's as candidates in the form of {@link #text}. */
  static String[] texts(ParamMap[] grid) {
    return Arrays.stream(grid)
        .map(
            map -> {
              Map<String, String> candidate = new TreeMap<>();
              CollectionConverters.asJava(map.toSeq())
                  .forEach(pair -> candidate.put(pair.param().name(), "" + pair.value()));
              return text(candidate);
            })
        .toArray(String[]::new);
  }

  /** Such as {@code hiddenSize=8, stepSize=0.01}. */
  static String text(Map<String, String> candidate) {
    StringBuilder text = new StringBuilder();
    candidate.forEach(
        (name, value) ->
            text.append(text.isEmpty() ? "" : ", ").append(name).append('=').append(value));
    return text.toString();
  }

  /** The inverse of {@link #text}, checked. */
  Map<String, String> candidate(String text) {
    Map<String, String> candidate = new LinkedHashMap<>();
    for (String part : text.split(",")) {
      Matcher matcher = DIMENSION.matcher(part);
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "candidates: \"%s\", expected such as hiddenSize=8, stepSize=0.01".formatted(text));
      }
      requireAccepted(setting(matcher.group(1)), matcher.group(2));
      candidate.put(matcher.group(1), matcher.group(2));
    }
    return candidate;
  }
}
