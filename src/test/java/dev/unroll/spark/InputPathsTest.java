package dev.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputPathsTest {
  private static final Configuration CONF = new Configuration();

  @TempDir Path dir;

  @BeforeEach
  void makeFiles() throws IOException {
    for (String name : List.of("b.ts", "a.ts", "_hidden.ts", ".c.ts", "notes.txt", "x[1] y.ts")) {
      Files.writeString(dir.resolve(name), "");
    }
    Files.createDirectory(dir.resolve("empty"));
  }

  @Test
  void keepsTheOrderOfThePathsAndSortsWithinDirectoriesAndGlobs() {
    assertEquals(List.of("b.ts", "a.ts"), names("/b.ts", "/a.ts"));
    assertEquals(List.of("a.ts", "b.ts", "x[1] y.ts"), names(""));
    assertEquals(List.of("a.ts", "b.ts", "notes.txt"), names("/{notes,b,a}.t*"));
    assertEquals(List.of("a.ts", "a.ts"), names("/a.ts", "/a*.ts"));
  }

  @Test
  void anExistingNameIsNeverAGlob() {
    assertEquals(List.of("x[1] y.ts"), names("/x[1] y.ts"));
  }

  @Test
  void aMissingPathNamesItselfAndTheNearestSibling() {
    assertEquals(
        "path \"%s/aa.ts\" does not exist: no \"aa.ts\" in %s; the nearest is \"a.ts\""
            .formatted(dir, dir),
        failure(dir + "/aa.ts"));
  }

  @Test
  void aMissingDirectoryIsNamedRatherThanWhatWouldBeInIt() {
    String message = failure(dir + "/emty/deeper/a.ts");
    assertTrue(message.contains("no \"emty\" in " + dir + "; the nearest is \"empty\""), message);
  }

  @Test
  void aRelativePathIsExplainedByItsFullPlace() {
    String message = failure("no-such-file-here.ts");
    assertTrue(message.startsWith("path \"no-such-file-here.ts\" does not exist: no"), message);
    assertTrue(message.contains(" in /"), message);
  }

  @Test
  void aGlobWithoutMatchesAndADirectoryWithoutFilesAreErrors() {
    assertTrue(failure(dir + "/*.parquet").contains("does not exist"));
    assertEquals(
        "path \"%s/empty\": no data file in directory %s/empty".formatted(dir, dir),
        failure(dir + "/empty"));
  }

  @Test
  void aPathThatIsNoneIsAnError() {
    assertTrue(failure("").contains("cannot be read"));
    assertTrue(failure("nosuchscheme://x/y").contains("cannot be read"));
  }

  @Test
  void requireExistsTakesFilesDirectoriesAndGlobs() {
    for (String path : List.of("/a.ts", "/empty", "/*.ts")) {
      assertDoesNotThrow(() -> InputPaths.requireExists(CONF, dir + path));
    }
    assertThrows(
        InvalidDataException.class, () -> InputPaths.requireExists(CONF, dir + "/missing"));
  }

  private List<String> names(String... paths) {
    String[] absolute = List.of(paths).stream().map(p -> dir + p).toArray(String[]::new);
    return InputPaths.files(CONF, name -> name.endsWith(".ts"), absolute).stream()
        .map(org.apache.hadoop.fs.Path::getName)
        .toList();
  }

  private static String failure(String path) {
    return assertThrows(
            InvalidDataException.class, () -> InputPaths.files(CONF, name -> true, path))
        .getMessage();
  }
}
