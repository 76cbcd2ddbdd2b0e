package dev.unroll.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.jobs.samples.ReberGrammar;
import dev.unroll.net.Task;
import dev.unroll.spark.Example;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.SequenceColumns;
import dev.unroll.spark.TsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleDataJobTest {
  private static final Path COMMITTED = Path.of("sample-data");

  @Test
  void theCommittedFilesAreWhatTheGeneratorsMake(@TempDir Path dir) throws IOException {
    SampleDataJob.main(new String[] {dir.toString()});
    List<String> made = files(dir);
    assertEquals(files(COMMITTED).stream().filter(f -> !f.equals("README.md")).toList(), made);
    for (String file : made) {
      assertArrayEquals(
          Files.readAllBytes(dir.resolve(file)), Files.readAllBytes(COMMITTED.resolve(file)), file);
    }
    assertTrue(made.stream().mapToLong(file -> size(dir.resolve(file))).sum() < 1_500_000);
  }

  @Test
  void theReadmeSpeaksOfEveryFile() throws IOException {
    String readme = Files.readString(COMMITTED.resolve("README.md"));
    for (String file : files(COMMITTED)) {
      assertTrue(file.equals("README.md") || readme.contains("`" + file + "`"), file);
    }
  }

  @Test
  void lettersAreLegalTagSequences() {
    Dataset<Row> rows = json("letters/test.json");
    int text = rows.schema().fieldIndex("text");
    SequenceColumns columns = columns(rows, Task.TAG);
    List<Row> collected = rows.collectAsList();
    assertEquals(256, collected.size());
    for (Row row : collected) {
      Example example = columns.expectWidth(columns.read(row, "?"), 7, "one-hot");
      List<String> legal = ReberGrammar.legalNext(row.getString(text));
      for (int t = 0; t < example.length(); t++) {
        assertTrue(legal.get(t).contains(example.classes()[t]));
      }
    }
    assertEquals(600, json("letters/train.json").count());
  }

  @Test
  void addingLabelsAreTheSumsOfTheMarkedValues() {
    Dataset<Row> rows = json("adding/train.json");
    SequenceColumns columns = columns(rows, Task.REGRESS);
    List<Row> collected = rows.collectAsList();
    assertEquals(1500, collected.size());
    for (Row row : collected) {
      Example example = columns.expectWidth(columns.read(row, "?"), 2, "value, marker");
      double sum = 0;
      for (int t = 0; t < example.length(); t++) {
        sum += example.values()[2 * t] * example.values()[2 * t + 1];
      }
      assertEquals(example.numbers()[0], sum, 1e-6, example.id());
    }
  }

  @Test
  void wavesAreReadableSeries() {
    Dataset<Row> rows = TsFile.read(LocalSpark.session(), COMMITTED.resolve("waves").toString());
    SequenceColumns columns = columns(rows, Task.CLASSIFY);
    List<Row> collected = rows.collectAsList();
    assertEquals(240, collected.size());
    collected.forEach(row -> columns.expectWidth(columns.read(row, "?"), 2, "@dimensions"));
  }

  private static Dataset<Row> json(String file) {
    return LocalSpark.session().read().json(COMMITTED.resolve(file).toString());
  }

  private static SequenceColumns columns(Dataset<Row> rows, Task task) {
    return SequenceColumns.of(
        rows.schema(), task, "features", Optional.of("label"), Optional.of("id"));
  }

  private static List<String> files(Path dir) throws IOException {
    try (Stream<Path> paths = Files.walk(dir)) {
      return paths
          .filter(Files::isRegularFile)
          .map(path -> dir.relativize(path).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
