package dev.unroll.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unroll.spark.HadoopFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFilesTest {
  private static final byte[] CONTENT = "new".getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;

  /** Some stores refuse to rename, others refuse to rename over what is there. */
  private static final class Stubborn extends RawLocalFileSystem {
    private final boolean always;

    Stubborn(boolean always) throws IOException {
      this.always = always;
      initialize(URI.create("file:///"), new Configuration(false));
    }

    @Override
    public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
        throws IOException {
      if (always) {
        throw new UnsupportedOperationException("rename");
      }
      return !exists(to) && super.rename(from, to);
    }
  }

  private void assertReplaces(FileSystem fs) throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "old");
    RunFiles.writeAtomically(fs, new org.apache.hadoop.fs.Path(file.toUri()), CONTENT);
    assertEquals("new", Files.readString(file));
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void filesAreReplacedWhereRenameReplaces() throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(directory.toUri());
    assertReplaces(HadoopFiles.fileSystem(path, new Configuration(false)));
  }

  @Test
  void filesAreReplacedWhereRenameDoesNotReplace() throws IOException {
    assertReplaces(new Stubborn(false));
  }

  @Test
  void filesAreReplacedWhereThereIsNoRename() throws IOException {
    assertReplaces(new Stubborn(true));
  }
}
