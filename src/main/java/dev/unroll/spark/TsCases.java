package dev.unroll.spark;

import dev.unroll.spark.TsHeader.Label;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** The cases of one .ts file as rows (id, features[, label]), one line at a time. */
final class TsCases implements Iterator<Row> {
  private final TsLines lines;
  private final TsHeader header;

  // What the header left open and the first case decides, with the words to say so.
  private int dimensions;
  private String dimensionsSource = "@dimensions";
  private int length;
  private String lengthSource = "@seriesLength";

  private String line;

  TsCases(TsLines lines) {
    this.lines = lines;
    this.header = lines.header();
    this.dimensions = header.dimensions();
    this.length = header.equalLength() ? header.seriesLength() : 0;
    this.line = lines.next();
  }

  @Override
  public boolean hasNext() {
    return line != null;
  }

  @Override
  public Row next() {
    if (line == null) {
      throw new NoSuchElementException();
    }
    Row row = row(split(line, ':'));
    line = lines.next();
    return row;
  }

  private Row row(List<String> parts) {
    String id = lines.place();
    boolean labelled = header.label() != Label.NONE;
    int found = parts.size() - (labelled ? 1 : 0);
    if (labelled) {
      requireLabel(parts.get(found));
    }
    requireDimensions(found);
    Object[] features = steps(parts.subList(0, found));
    return labelled
        ? RowFactory.create(id, features, label(parts.get(found)))
        : RowFactory.create(id, features);
  }

  /** A forgotten label shows as an empty last part, or as one that is a series. */
  private void requireLabel(String last) {
    if (last.isEmpty() || last.indexOf(',') >= 0 && !header.classes().contains(last)) {
      throw lines.malformed("no label at the end of the line", header.label().text);
    }
  }

  private void requireDimensions(int found) {
    if (dimensions == 0) {
      dimensions = found;
      dimensionsSource = "as in the first case, " + lines.place();
    }
    if (found != dimensions) {
      throw lines.malformed(
          Words.count(found, "dimension"), dimensions + " (" + dimensionsSource + ")");
    }
  }

  private Object label(String text) {
    if (text.equals("?")) {
      return null;
    }
    if (header.label() == Label.TARGET) {
      return target(text);
    }
    if (!header.classes().isEmpty() && !header.classes().contains(text)) {
      throw lines.malformed(
          "label \"" + TsLines.brief(text) + "\"",
          "one of " + Words.list(header.classes()) + " (@classLabel)");
    }
    return text;
  }

  /** Turns [dimension][step] into [step][dimension]; null where a value is missing. */
  private Object[] steps(List<String> parts) {
    double[][] series = new double[parts.size()][];
    int longest = 0;
    for (int d = 0; d < series.length; d++) {
      series[d] = series(parts.get(d), d);
      longest = Math.max(longest, series[d].length);
    }
    Object[] steps = new Object[longest];
    for (int t = 0; t < longest; t++) {
      Double[] step = new Double[series.length];
      for (int d = 0; d < series.length; d++) {
        boolean missing = t >= series[d].length || Double.isNaN(series[d][t]);
        step[d] = missing ? null : Double.valueOf(series[d][t]);
      }
      steps[t] = step;
    }
    return steps;
  }

  /** One dimension over time; NaN where a value is missing. */
  private double[] series(String text, int dimension) {
    List<String> words = text.isEmpty() ? List.of() : split(text, ',');
    double[] values = new double[words.size()];
    for (int t = 0; t < values.length; t++) {
      String word = words.get(t);
      values[t] = word.equals("?") ? Double.NaN : value(word, dimension, t);
    }
    requireLength(values.length, dimension);
    return values;
  }

  private double value(String word, int dimension, int step) {
    try {
      return number(word);
    } catch (NumberFormatException e) {
      throw lines.malformed(
          "dimension %d, step %d is \"%s\"".formatted(dimension, step, TsLines.brief(word)),
          "a number, or ? where it is missing");
    }
  }

  private double target(String text) {
    try {
      return number(text);
    } catch (NumberFormatException e) {
      throw lines.malformed(
          "the target is \"" + TsLines.brief(text) + "\"", "a number (@targetLabel true)");
    }
  }

  /** Java's own parser also takes 1d and 2f and does not take inf; files have the latter. */
  private static double number(String word) {
    if (word.isEmpty() || !Character.isLetter(word.charAt(word.length() - 1))) {
      return Double.parseDouble(word);
    }
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "nan" -> Double.NaN;
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw new NumberFormatException(word);
    };
  }

  private void requireLength(int found, int dimension) {
    if (!header.equalLength()) {
      return;
    }
    if (length == 0) {
      length = found;
      lengthSource = "as in the first case, " + lines.place();
    }
    if (found != length) {
      throw lines.malformed(
          Words.count(found, "value") + " in dimension " + dimension,
          length + " (" + lengthSource + " with @equalLength true)");
    }
  }

  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int end = text.indexOf(separator); end >= 0; end = text.indexOf(separator, start)) {
      parts.add(text.substring(start, end).strip());
      start = end + 1;
    }
    parts.add(text.substring(start).strip());
    return parts;
  }
}
