package dev.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every file that the reader refuses, with the message its owner gets. */
class TsFileErrorsTest {
  private static final String HEADER = "@dimensions 2\n@classLabel true up down\n@data\n";

  @TempDir Path dir;

  /** Spark prints a stack trace for every task that fails here, as it should. */
  @BeforeAll
  static void silenceSpark() {
    Configurator.setLevel("org.apache.spark", Level.OFF);
  }

  @AfterAll
  static void hearSparkAgain() {
    Configurator.setLevel("org.apache.spark", Level.ERROR);
  }

  @Test
  void aMissingPathNamesTheNearestSibling() throws IOException {
    write("Toy_TRAIN.ts", HEADER);
    String message = readFailure(dir + "/Toy_TRIAN.ts").getMessage();
    assertTrue(message.contains("the nearest is \"Toy_TRAIN.ts\""), message);
  }

  @Test
  void noPathAtAllIsAnError() {
    assertEquals(
        "no path to read .ts files from, expected at least one", readFailure().getMessage());
  }

  @Test
  void timeStampsAreNotSupported() throws IOException {
    assertHeader(
        "@timeStamps true\n@data\n(0,1):a\n", "x.ts:1: @timeStamps true is not supported; write");
  }

  @Test
  void headersThatMakeNoSense() throws IOException {
    assertHeader("1,2,3\n", "x.ts:1: \"1,2,3\", expected a header line such as @classLabel");
    assertHeader("@classLabel true a\n", "x.ts: no line @data, expected one");
    assertHeader("", "x.ts: no line @data");
    assertHeader(
        "\n@equalLength yes\n@data\n", "x.ts:2: @equalLength is \"yes\", expected true or false");
    assertHeader("@classLabel\n@data\n", "x.ts:1: @classLabel is \"\", expected true or false");
    assertHeader(
        "@dimensions none\n@data\n",
        "x.ts:1: @dimensions is \"none\", expected a whole number of at least 1");
    assertHeader(
        "@seriesLength 0\n@data\n",
        "x.ts:1: @seriesLength is \"0\", expected a whole number of at least 1");
    assertHeader(
        "@classLabel true a\n@targetLabel true\n@data\n",
        "x.ts:2: @classLabel and @targetLabel are both true");
  }

  @Test
  void filesMustAgreeOnTheKindOfLabel() throws IOException {
    Path a = write("a.ts", HEADER);
    Path b = write("b.ts", "@targetLabel true\n@data\n");
    assertEquals(
        a + " has a class label but " + b + " has a target number; files read together must agree",
        readFailure(a.toString(), b.toString()).getMessage());
  }

  @Test
  void valuesThatAreNoNumbers() throws IOException {
    assertCase("1,2:3,x1:up", "dimension 1, step 1 is \"x1\", expected a number, or ?");
    assertCase("1,,2:3,4,5:up", "dimension 0, step 1 is \"\", expected a number, or ?");
    assertCase("1f:2:up", "dimension 0, step 0 is \"1f\", expected a number, or ?");
    assertCase("(0,1):(0,2):up", "dimension 0, step 0 is \"(0\", expected a number");
  }

  @Test
  void labelsThatAreMissingOrUnknown() throws IOException {
    assertCase("1,2:3,4", "no label at the end of the line, expected a class label");
    assertCase("1,2:3,4:", "no label at the end of the line, expected a class label");
    assertCase("1,2:3,4:left", "label \"left\", expected one of up, down (@classLabel)");
    assertCase("1,2:3,4:UP", "label \"UP\", expected one of up, down (@classLabel)");
    assertBody(
        "@targetLabel true\n@data\n1,2:up\n",
        "x.ts:3: the target is \"up\", expected a number (@targetLabel true)");
  }

  @Test
  void dimensionsThatDiffer() throws IOException {
    assertCase("1,2:up", "1 dimension, expected 2 (@dimensions)");
    assertCase("1:2:3:up", "3 dimensions, expected 2 (@dimensions)");
    assertBody(
        "@classLabel true up\n@data\n1:2:3:up\n\n1:2:up\n",
        "x.ts:5: 2 dimensions, expected 3 (as in the first case, x.ts:3)");
    assertBody(
        "@univariate true\n@data\n1,2:3,4\n", "x.ts:3: 2 dimensions, expected 1 (@dimensions)");
  }

  @Test
  void lengthsThatAreNotAsDeclared() throws IOException {
    assertBody(
        "@equalLength true\n@seriesLength 3\n@data\n1,2\n",
        "x.ts:4: 2 values in dimension 0, expected 3 (@seriesLength with @equalLength true)");
    assertBody(
        "@equalLength true\n@data\n1,2\n1,2,3\n",
        "x.ts:4: 3 values in dimension 0, expected 2 (as in the first case, x.ts:3 with"
            + " @equalLength true)");
    assertBody(
        "@equalLength true\n@data\n1,2:1\n",
        "x.ts:3: 1 value in dimension 1, expected 2 (as in the first case, x.ts:3 with"
            + " @equalLength true)");
  }

  @Test
  void damagedGzip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write((HEADER + "1:2:up\n".repeat(5)).getBytes(StandardCharsets.ISO_8859_1));
    }
    Path file = dir.resolve("z.ts.gz");
    for (int length : new int[] {0, 5, bytes.size() - 9}) {
      Files.write(file, Arrays.copyOf(bytes.toByteArray(), length));
      String message = readFailure(file.toString()).getMessage();
      assertTrue(message.contains("the gzip data is damaged or cut short"), message);
      assertTrue(message.startsWith("z.ts.gz"), message);
    }
    Files.writeString(file, "plain text");
    assertTrue(readFailure(file.toString()).getMessage().contains("damaged"));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(dir.resolve(name), text, StandardCharsets.ISO_8859_1);
  }

  /** A header is refused on the driver, at once. */
  private void assertHeader(String text, String start) throws IOException {
    String message = readFailure(write("x.ts", text).toString()).getMessage();
    assertTrue(message.startsWith(start), message);
  }

  private void assertCase(String line, String problem) throws IOException {
    assertBody(HEADER + "1:2:up\n" + line + "\n", "x.ts:5: " + problem);
  }

  /** A case is refused in its task; the exception arrives as a cause of Spark's. */
  private void assertBody(String text, String start) throws IOException {
    String path = write("x.ts", text).toString();
    var failure =
        assertThrows(
            Exception.class, () -> TsFile.read(LocalSpark.session(), path).collectAsList());
    String message = InvalidDataException.in(failure).orElseThrow().getMessage();
    assertTrue(message.startsWith(start), message);
    assertTrue(message.endsWith("; correct the file"), message);
  }

  private static InvalidDataException readFailure(String... paths) {
    return assertThrows(
        InvalidDataException.class, () -> TsFile.read(LocalSpark.session(), paths).collectAsList());
  }
}
