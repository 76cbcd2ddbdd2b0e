package dev.unroll.jobs;

import dev.unroll.jobs.samples.AddingProblem;
import dev.unroll.jobs.samples.ReberGrammar;
import dev.unroll.jobs.samples.Waves;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the files of {@code sample-data/} anew, the same bytes every time: letters/{train,test}
 * .json, adding/{train,test}.json (one JSON object per line) and waves/{TRAIN,TEST}.ts.
 *
 * <p>Usage: {@code SampleDataJob [DIRECTORY]}, by default {@code sample-data}.
 */
public final class SampleDataJob {
  private static final long TRAIN_SEED = 1;
  private static final long TEST_SEED = 2;

  private SampleDataJob() {}

  public static void main(String[] args) throws IOException {
    if (args.length > 1 || args.length == 1 && args[0].startsWith("-")) {
      System.err.println("usage: SampleDataJob [DIRECTORY]   (default: sample-data)");
      System.exit(2);
    }
    Path directory = Path.of(args.length == 0 ? "sample-data" : args[0]);
    write(directory);
    System.out.println("wrote " + directory.toAbsolutePath());
  }

  /** Writes all files below the directory, over those that are there. */
  static void write(Path directory) throws IOException {
    letters(directory.resolve("letters"));
    adding(directory.resolve("adding"));
    waves(directory.resolve("waves"));
  }

  private static void letters(Path directory) throws IOException {
    List<ReberGrammar.Sample> train = ReberGrammar.generate(600, TRAIN_SEED);
    Set<String> seen =
        train.stream().map(ReberGrammar.Sample::text).collect(Collectors.toUnmodifiableSet());
    List<ReberGrammar.Sample> test = ReberGrammar.generate(256, TEST_SEED, seen);
    lines(directory.resolve("train.json"), numbered(train, "train", SampleDataJob::letters));
    lines(directory.resolve("test.json"), numbered(test, "test", SampleDataJob::letters));
  }

  private static String letters(String id, ReberGrammar.Sample sample) {
    String features =
        Arrays.stream(sample.features())
            .map(step -> list(step.length, k -> Integer.toString((int) step[k])))
            .collect(Collectors.joining(",", "[", "]"));
    return "{\"id\":\"%s\",\"text\":\"%s\",\"features\":%s,\"label\":%s}"
        .formatted(
            id,
            sample.text(),
            features,
            list(sample.labels().length, t -> '"' + sample.labels()[t] + '"'));
  }

  private static void adding(Path directory) throws IOException {
    lines(
        directory.resolve("train.json"),
        numbered(AddingProblem.generate(1500, 20, 30, TRAIN_SEED), "train", SampleDataJob::adding));
    lines(
        directory.resolve("test.json"),
        numbered(AddingProblem.generate(300, 20, 30, TEST_SEED), "test", SampleDataJob::adding));
  }

  /** Values are rounded to 4 digits first and summed then, so that the file is exact in itself. */
  private static String adding(String id, AddingProblem.Sample sample) {
    StringBuilder features = new StringBuilder();
    long sum = 0;
    for (float[] step : sample.features()) {
      long value = Math.min(9999, Math.round(step[0] * 10000.0));
      boolean marked = step[1] == 1;
      sum += marked ? value : 0;
      features.append(features.isEmpty() ? "[" : ",[").append(fixed(value, 4));
      features.append(marked ? ",1]" : ",0]");
    }
    return "{\"id\":\"%s\",\"features\":[%s],\"label\":%s}".formatted(id, features, fixed(sum, 4));
  }

  private static void waves(Path directory) throws IOException {
    lines(directory.resolve("TRAIN.ts"), waves(Waves.generate(120, TRAIN_SEED)));
    lines(directory.resolve("TEST.ts"), waves(Waves.generate(120, TEST_SEED)));
  }

  private static List<String> waves(List<Waves.Sample> samples) {
    List<String> lines = new ArrayList<>();
    lines.add("# Noisy waves of three shapes, made by dev.unroll.jobs.SampleDataJob");
    lines.add("@problemName Waves");
    lines.add("@timeStamps false");
    lines.add("@missing false");
    lines.add("@univariate false");
    lines.add("@dimensions 2");
    lines.add("@equalLength false");
    lines.add("@classLabel true " + shapes());
    lines.add("@data");
    for (Waves.Sample sample : samples) {
      lines.add(series(sample, 0) + ":" + series(sample, 1) + ":" + sample.label());
    }
    return lines;
  }

  private static String shapes() {
    return Arrays.stream(Waves.Shape.values())
        .map(Waves.Shape::label)
        .collect(Collectors.joining(" "));
  }

  private static String series(Waves.Sample sample, int dimension) {
    return Arrays.stream(sample.features())
        .map(step -> fixed(Math.round(step[dimension] * 1000.0), 3))
        .collect(Collectors.joining(","));
  }

  private interface Line<T> {
    String of(String id, T sample);
  }

  private static <T> List<String> numbered(List<T> samples, String name, Line<T> line) {
    return IntStream.range(0, samples.size())
        .mapToObj(i -> line.of(String.format(Locale.ROOT, "%s-%04d", name, i), samples.get(i)))
        .toList();
  }

  private static String list(int length, IntFunction<String> element) {
    return IntStream.range(0, length).mapToObj(element).collect(Collectors.joining(",", "[", "]"));
  }

  /** An integer count of 10^-digits as a decimal number: fixed(1234, 4) is 0.1234. */
  private static String fixed(long units, int digits) {
    return BigDecimal.valueOf(units, digits).toPlainString();
  }

  private static void lines(Path file, List<String> lines) throws IOException {
    Files.createDirectories(file.getParent());
    // \n on every system: the files are compared byte by byte.
    Files.writeString(file, String.join("\n", lines) + "\n", StandardCharsets.UTF_8);
  }
}
