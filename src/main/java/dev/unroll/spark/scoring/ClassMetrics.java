package dev.unroll.spark.scoring;

import dev.unroll.net.Scorer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Hits and misses of predicted classes, per sequence or, when tagging, per step. */
public final class ClassMetrics implements Metrics {
  private static final long serialVersionUID = 1L;

  /** Classes up to which the whole confusion matrix is printed and stored. */
  private static final int MOST_SHOWN = 30;

  private final List<String> classes;
  private final Map<String, Integer> index = new TreeMap<>();
  private final TreeMap<Long, Long> confusion = new TreeMap<>();
  private final ExactSum crossEntropy = new ExactSum();
  private long count;

  ClassMetrics(List<String> classes) {
    this.classes = classes;
    classes.forEach(name -> index.put(name, index.size()));
  }

  @Override
  public void add(ScoredRows.Scored scored) {
    int k = classes.size();
    String[] expected = scored.example().classes();
    for (int i = 0; i < expected.length; i++) {
      int actual = index.get(expected[i]);
      int predicted = Scorer.largest(scored.answer().values(), i * k, k);
      confusion.merge((long) actual * k + predicted, 1L, Long::sum);
      double probability = Math.max(scored.answer().values()[i * k + actual], Float.MIN_VALUE);
      crossEntropy.add(-StrictMath.log(probability));
      count++;
    }
  }

  @Override
  public void merge(Metrics metrics) {
    ClassMetrics other = (ClassMetrics) metrics;
    other.confusion.forEach((cell, cases) -> confusion.merge(cell, cases, Long::sum));
    crossEntropy.merge(other.crossEntropy);
    count += other.count;
  }

  @Override
  public long count() {
    return count;
  }

  /** Cases of class {@code actual} that were answered with {@code predicted}. */
  public long cases(int actual, int predicted) {
    return confusion.getOrDefault((long) actual * classes.size() + predicted, 0L);
  }

  private long hits() {
    long hits = 0;
    for (int c = 0; c < classes.size(); c++) {
      hits += cases(c, c);
    }
    return hits;
  }

  private long[] actual() {
    long[] actual = new long[classes.size()];
    confusion.forEach((cell, cases) -> actual[(int) (cell / classes.size())] += cases);
    return actual;
  }

  private long[] predicted() {
    long[] predicted = new long[classes.size()];
    confusion.forEach((cell, cases) -> predicted[(int) (cell % classes.size())] += cases);
    return predicted;
  }

  public double accuracy() {
    return (double) hits() / count;
  }

  private int majority() {
    long[] actual = actual();
    int majority = 0;
    for (int c = 1; c < actual.length; c++) {
      majority = actual[c] > actual[majority] ? c : majority;
    }
    return majority;
  }

  private double baseline() {
    return (double) actual()[majority()] / count;
  }

  @Override
  public SortedMap<String, Double> figures() {
    TreeMap<String, Double> figures = new TreeMap<>();
    figures.put("accuracy", accuracy());
    figures.put("loss", crossEntropy.mean(count));
    figures.put("baselineAccuracy", baseline());
    long[] actual = actual();
    long[] predicted = predicted();
    for (int c = 0; c < classes.size(); c++) {
      figures.put("precision." + classes.get(c), share(cases(c, c), predicted[c]));
      figures.put("recall." + classes.get(c), share(cases(c, c), actual[c]));
    }
    if (classes.size() <= MOST_SHOWN) {
      for (int a = 0; a < classes.size(); a++) {
        for (int p = 0; p < classes.size(); p++) {
          String cell = "confusion." + quoted(classes.get(a)) + "." + quoted(classes.get(p));
          figures.put(cell, (double) cases(a, p));
        }
      }
    }
    return figures;
  }

  /** A name with a dot could be taken for the two names of another cell. */
  private static String quoted(String name) {
    return name.contains(".") || name.contains("\"")
        ? "\"" + name.replace("\"", "\"\"") + "\""
        : name;
  }

  /** 0 where there are no cases, as scikit-learn counts. */
  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  @Override
  public String headline() {
    return String.format(
        Locale.ROOT,
        "accuracy %.4f on %d (always answering \"%s\": %.4f)",
        accuracy(),
        count,
        classes.get(majority()),
        baseline());
  }

  @Override
  public String table() {
    int width = Math.max(9, classes.stream().mapToInt(String::length).max().orElse(0) + 1);
    String cell = "%" + width + "s";
    StringBuilder table = new StringBuilder();
    table.append(String.format(cell + "%10s%10s%8s", "class", "precision", "recall", "cases"));
    boolean matrix = classes.size() <= MOST_SHOWN;
    if (matrix) {
      table.append("   answered as");
      classes.forEach(name -> table.append(String.format(cell, name)));
    }
    long[] actual = actual();
    long[] predicted = predicted();
    for (int a = 0; a < classes.size(); a++) {
      table.append(
          String.format(
              Locale.ROOT,
              "%n" + cell + "%10.4f%10.4f%8d",
              classes.get(a),
              share(cases(a, a), predicted[a]),
              share(cases(a, a), actual[a]),
              actual[a]));
      for (int p = 0; matrix && p < classes.size(); p++) {
        table.append(p == 0 ? " ".repeat(14) : "").append(String.format(cell, cases(a, p)));
      }
    }
    return table.toString();
  }
}
