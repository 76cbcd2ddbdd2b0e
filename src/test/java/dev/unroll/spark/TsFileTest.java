package dev.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Task;
import dev.unroll.spark.InvalidRowException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the reader takes; {@link TsFileErrorsTest} has what it refuses. */
class TsFileTest {
  private static final String HEADER =
      "@problemName Toy\n@timeStamps false\n@dimensions 2\n@classLabel true up down\n@data\n";

  @TempDir Path dir;

  @Test
  void readsCasesInTheOrderOfTheFile() throws IOException {
    Dataset<Row> cases = read("toy.ts", HEADER + "1,2,3:4,5,6:up\n-7,8e1:9,.5:down\n");
    assertEquals(
        "struct<id:string,features:array<array<double>>,label:string>",
        cases.schema().simpleString());
    List<Row> rows = cases.collectAsList();
    assertEquals(2, rows.size());
    assertCase(rows.get(0), "toy.ts:6", "up", 3, 1, 4, 2, 5, 3, 6);
    assertCase(rows.get(1), "toy.ts:7", "down", 2, -7, 9, 80, 0.5);
  }

  @Test
  void allowsMarksCommentsBlanksAndOtherLineEnds() throws IOException {
    String text =
        "\u00ef\u00bb\u00bf# caf\u00e9 \u0093\n\n  # more\r\n@CLASSLABEL   TRUE  up\tdown \r\n"
            + "@Unknown what ever\r\n@UniVariate true\r\n@DATA\r\n# here\r\n\r\n 1 , 2 : up \r\n#";
    List<Row> rows = read("odd.ts", text).collectAsList();
    assertEquals(1, rows.size());
    assertCase(rows.get(0), "odd.ts:10", "up", 2, 1, 2);
  }

  @Test
  void readsTargetsAsDoubles() throws IOException {
    Dataset<Row> cases = read("t.ts", "@targetLabel true\n@data\n1,2:3.5\n4:?\n");
    assertEquals(DataTypes.DoubleType, cases.schema().apply("label").dataType());
    List<Row> rows = cases.collectAsList();
    assertEquals(3.5, rows.get(0).getDouble(2));
    assertTrue(rows.get(1).isNullAt(2));
  }

  @Test
  void withoutALabelThereIsNoLabelColumn() throws IOException {
    Dataset<Row> cases = read("u.ts", "@classLabel false\n@data\n1,2:3,4\n");
    assertArrayEquals(new String[] {"id", "features"}, cases.columns());
    assertArrayEquals(new float[] {1, 3, 2, 4}, example(cases.first(), Optional.empty()).values());
  }

  @Test
  void missingValuesBecomeNullsThatAreReportedByPlace() throws IOException {
    List<Row> rows =
        read("m.ts", HEADER + "1,?:3,4:up\nnan,1:3,4:up\n1,2,3:4,5:up\n:1:up\n::up\n1:2:?\n")
            .collectAsList();
    refuses(rows.get(0), Reason.NULL_VALUE, "row m.ts:6, step 1, feature 0: value is null");
    refuses(rows.get(1), Reason.NULL_VALUE, "row m.ts:7, step 0, feature 0: value is null");
    refuses(rows.get(2), Reason.NULL_VALUE, "row m.ts:8, step 2, feature 1: value is null");
    refuses(rows.get(3), Reason.NULL_VALUE, "row m.ts:9, step 0, feature 0: value is null");
    refuses(rows.get(4), Reason.EMPTY_SEQUENCE, "row m.ts:10: the sequence has no steps");
    refuses(rows.get(5), Reason.NULL_LABEL, "row m.ts:11: label is null");
  }

  @Test
  void infinitiesAreLeftToTheRowCheck() throws IOException {
    Row row = read("i.ts", HEADER + "1,-inf:3,Infinity:up\n").first();
    refuses(row, Reason.INFINITE_VALUE, "step 1, feature 0: value is -Infinity");
  }

  @Test
  void readsManyFilesInTheGivenOrder() throws IOException {
    for (int f = 0; f < 5; f++) {
      write("f" + f + ".ts", HEADER + "1:2:up\n".repeat(3));
    }
    Files.writeString(dir.resolve("readme.md"), "not a series");
    String[] backwards = {dir + "/f4.ts", dir + "/f2.ts", dir + "/f0.ts"};
    assertEquals(
        List.of(
            "f4.ts:6", "f4.ts:7", "f4.ts:8", "f2.ts:6", "f2.ts:7", "f2.ts:8", "f0.ts:6", "f0.ts:7",
            "f0.ts:8"),
        ids(TsFile.read(LocalSpark.session(), backwards)));
    Dataset<Row> directory = TsFile.read(LocalSpark.session(), dir.toString());
    assertEquals(15, directory.count());
    assertEquals(5, directory.javaRDD().getNumPartitions());
    assertEquals(6, TsFile.read(LocalSpark.session(), dir + "/f[13].ts").count());
  }

  @Test
  void readsGzip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write((HEADER + "1:2:down\n").getBytes(StandardCharsets.ISO_8859_1));
    }
    Files.write(dir.resolve("z.ts.gz"), bytes.toByteArray());
    Row row = TsFile.read(LocalSpark.session(), dir.toString()).first();
    assertCase(row, "z.ts.gz:6", "down", 1, 1, 2);
  }

  @Test
  void aFileWithoutCasesIsEmpty() throws IOException {
    assertEquals(0, read("e.ts", HEADER).count());
    assertEquals(0, read("f.ts", "@classLabel true a b\n@data").count());
  }

  @Test
  void equalLengthsThatAreEqualPass() throws IOException {
    String header = "@equalLength true\n@seriesLength 2\n@classLabel true\n@data\n";
    assertEquals(2, read("q.ts", header + "1,2:x\n3,?:any\n").count());
    assertEquals(
        2, read("r.ts", header.replace("@seriesLength 2\n", "") + "1,2:x\n3,4:y\n").count());
  }

  private Dataset<Row> read(String name, String text) throws IOException {
    return TsFile.read(LocalSpark.session(), write(name, text).toString());
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(dir.resolve(name), text, StandardCharsets.ISO_8859_1);
  }

  private static List<String> ids(Dataset<Row> cases) {
    return cases.collectAsList().stream().map(row -> row.getString(0)).toList();
  }

  private static Example example(Row row, Optional<String> label) {
    return SequenceColumns.of(row.schema(), Task.CLASSIFY, "features", label, Optional.of("id"))
        .read(row, "unused");
  }

  private static void assertCase(Row row, String id, String label, int length, double... values) {
    Example example = example(row, Optional.of("label"));
    assertEquals(id, example.id());
    assertEquals(label, example.classes()[0]);
    assertNull(example.numbers());
    assertEquals(length, example.length());
    float[] expected = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      expected[i] = (float) values[i];
    }
    assertArrayEquals(expected, example.values());
  }

  private static void refuses(Row row, Reason reason, String problem) {
    var failure = assertThrows(InvalidRowException.class, () -> example(row, Optional.of("label")));
    assertEquals(reason, failure.reason());
    assertTrue(failure.getMessage().contains(problem), failure.getMessage());
  }
}
