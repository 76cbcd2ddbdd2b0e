package dev.unroll.spark.params;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a setting accepts. Values come as text from a file or the command line and become plain Java
 * values here; the same rule checks the values of a Spark ML param.
 */
public sealed interface ValueRule {
  /** The value that this text stands for, or nothing when it is not acceptable. */
  Optional<Object> read(String text);

  /** The value that this list of texts stands for; most rules take no list. */
  default Optional<Object> readList(List<String> texts) {
    return Optional.empty();
  }

  /** Whether a list of values is accepted. */
  default boolean takesList() {
    return this instanceof Paths || this instanceof Names || this instanceof Several;
  }

  /** What is accepted, to go after "expected". */
  String allowed();

  /** Any text that is not blank. Gives a String. */
  record Text() implements ValueRule {
    @Override
    public Optional<Object> read(String text) {
      return text.isBlank() ? Optional.empty() : Optional.of(text);
    }

    @Override
    public String allowed() {
      return "a text that is not empty";
    }
  }

  /** One of a few words. Gives a String. */
  record Choice(List<String> words) implements ValueRule {
    @Override
    public Optional<Object> read(String text) {
      return words.contains(text) ? Optional.of(text) : Optional.empty();
    }

    @Override
    public String allowed() {
      return "one of " + String.join(", ", words);
    }
  }

  /** A text of a certain form. Gives a String. */
  record Form(String regex, String allowed) implements ValueRule {
    @Override
    public Optional<Object> read(String text) {
      return text.matches(regex) ? Optional.of(text) : Optional.empty();
    }
  }

  /** Several numbers or words, each by one rule. Gives a List. */
  record Several(ValueRule each) implements ValueRule {
    @Override
    public Optional<Object> read(String text) {
      return readList(Paths.split(text));
    }

    @Override
    public Optional<Object> readList(List<String> texts) {
      List<Object> values = new ArrayList<>();
      texts.forEach(text -> each.read(text).ifPresent(values::add));
      return values.size() == texts.size() && !texts.isEmpty()
          ? Optional.of(List.copyOf(values))
          : Optional.empty();
    }

    @Override
    public String allowed() {
      return "one or several of: " + each.allowed();
    }
  }

  /** True or false. Gives a Boolean. */
  record Switch() implements ValueRule {
    @Override
    public Optional<Object> read(String text) {
      return switch (text) {
        case "true", "yes", "on" -> Optional.of(true);
        case "false", "no", "off" -> Optional.of(false);
        default -> Optional.empty();
      };
    }

    @Override
    public String allowed() {
      return "true or false";
    }
  }

  /** A whole number from {@code least} to {@code most}, both allowed. Gives a Long. */
  record Whole(long least, long most) implements ValueRule {
    @Override
    public Optional<Object> read(String text) {
      try {
        long value = new BigDecimal(text).longValueExact();
        return value >= least && value <= most ? Optional.of(value) : Optional.empty();
      } catch (ArithmeticException | NumberFormatException e) {
        return Optional.empty();
      }
    }

    @Override
    public String allowed() {
      String range =
          most == Long.MAX_VALUE && least == Long.MIN_VALUE
              ? ""
              : most == Integer.MAX_VALUE
                  ? ", at least " + least
                  : " from " + least + " to " + most;
      return "a whole number" + range;
    }
  }

  /** A finite number, not below {@code least} and below {@code limit}. Gives a Double. */
  record Real(double least, boolean leastAllowed, double limit) implements ValueRule {
    public static Real above(double least) {
      return new Real(least, false, Double.POSITIVE_INFINITY);
    }

    public static Real atLeast(double least) {
      return new Real(least, true, Double.POSITIVE_INFINITY);
    }

    /** A part of a whole, and never all of it. */
    public static Real share() {
      return new Real(0, true, 1);
    }

    /** Double.parseDouble would also take NaN, 1d and hexadecimal numbers. */
    private static final Pattern NUMBER =
        Pattern.compile("[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?");

    @Override
    public Optional<Object> read(String text) {
      if (!NUMBER.matcher(text).matches()) {
        return Optional.empty();
      }
      double value = Double.parseDouble(text);
      boolean enough = leastAllowed ? value >= least : value > least;
      return enough && value < limit ? Optional.of(value) : Optional.empty();
    }

    @Override
    public String allowed() {
      String from = (leastAllowed ? "at least " : "above ") + show(least);
      return "a number " + from + (Double.isInfinite(limit) ? "" : " and below " + show(limit));
    }

    private static String show(double value) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
  }

  /** One or several paths. Gives a List of String. */
  record Paths() implements ValueRule {
    @Override
    public Optional<Object> read(String text) {
      return text.isBlank() ? Optional.empty() : Optional.of(List.of(text));
    }

    @Override
    public Optional<Object> readList(List<String> texts) {
      return texts.isEmpty() ? Optional.empty() : Optional.of(texts);
    }

    @Override
    public String allowed() {
      return "a path or a list of paths";
    }

    /** Splits at commas, except at those between braces, which are part of a glob. */
    public static List<String> split(String text) {
      List<String> parts = new ArrayList<>();
      int depth = 0;
      int from = 0;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        depth += c == '{' ? 1 : c == '}' ? -1 : 0;
        if (c == ',' && depth <= 0) {
          parts.add(text.substring(from, i).strip());
          from = i + 1;
        }
      }
      parts.add(text.substring(from).strip());
      return parts;
    }
  }

  /** One or several names of columns. Gives a List of String. */
  record Names() implements ValueRule {
    @Override
    public Optional<Object> read(String text) {
      List<String> names = Paths.split(text);
      return names.stream().anyMatch(String::isBlank) ? Optional.empty() : Optional.of(names);
    }

    @Override
    public Optional<Object> readList(List<String> texts) {
      return texts.isEmpty() ? Optional.empty() : Optional.of(texts);
    }

    @Override
    public String allowed() {
      return "a name or a list of names";
    }
  }

  /** Names of the user's own with values of the user's own. Gives a Map of String to String. */
  record Free() implements ValueRule {
    @Override
    public Optional<Object> read(String text) {
      return Optional.empty();
    }

    @Override
    public String allowed() {
      return "a group { name = value ... }";
    }
  }
}
