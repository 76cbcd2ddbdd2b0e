package dev.unroll.spark;

import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** Directories on any Hadoop file system that are replaced as a whole. */
public final class HadoopFiles {
  private HadoopFiles() {}

  /** The file system of a path; for local files the one that leaves no .crc files beside them. */
  public static FileSystem fileSystem(Path path, Configuration conf) throws IOException {
    FileSystem fs = path.getFileSystem(conf);
    return fs instanceof LocalFileSystem local ? local.getRaw() : fs;
  }

  /** A new name beside {@code directory}, where its next content can be made. */
  public static Path staging(Path directory) {
    return beside(directory, "staging");
  }

  private static Path beside(Path directory, String purpose) {
    return directory.suffix("._" + purpose + "-" + UUID.randomUUID());
  }

  /**
   * Moves a complete directory to {@code target}. An older one there is put aside first and deleted
   * last, so at every moment one of the two is whole.
   */
  public static void replace(FileSystem fs, Path staging, Path target) throws IOException {
    Path old = beside(target, "old");
    boolean replaces = fs.exists(target);
    if (replaces && !fs.rename(target, old)) {
      throw new IOException("cannot move away what is at " + show(target));
    }
    if (!fs.rename(staging, target)) {
      if (replaces) {
        fs.rename(old, target);
      }
      throw new IOException("cannot move " + show(staging) + " to " + show(target));
    }
    if (replaces) {
      fs.delete(old, true);
    }
  }

  /** How a path is shown to people: local ones without {@code file:}. */
  public static String show(Path path) {
    String scheme = path.toUri().getScheme();
    return scheme == null || scheme.equals("file") ? path.toUri().getPath() : path.toString();
  }
}
