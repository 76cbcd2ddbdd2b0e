package dev.unroll.spark;

import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** Directories on any Hadoop file system that are replaced as a whole. */
public final class HadoopFiles {
  /** What is put aside while it is replaced gets this and a unique part behind its name. */
  static final String OLD = "._old-";

  private HadoopFiles() {}

  /** The file system of a path; for local files the one that leaves no .crc files beside them. */
  public static FileSystem fileSystem(Path path, Configuration conf) throws IOException {
    FileSystem fs = path.getFileSystem(conf);
    return fs instanceof LocalFileSystem local ? local.getRaw() : fs;
  }

  /** A new name beside {@code directory}, where its next content can be made. */
  public static Path staging(Path directory) {
    return beside(directory, "._staging-");
  }

  private static Path beside(Path directory, String suffix) {
    // A path made from a URI may end in a slash, and its suffix would lie within the directory.
    Path plain = new Path(directory.toString());
    return plain.suffix(suffix + UUID.randomUUID());
  }

  /**
   * Moves a complete directory to {@code target}. An older one there is put aside first and deleted
   * last, so at every moment one of the two is whole.
   */
  public static void replace(FileSystem fs, Path staging, Path target) throws IOException {
    Path old = beside(target, OLD);
    boolean replaces = fs.exists(target);
    if (replaces) {
      move(fs, target, old);
    }
    try {
      move(fs, staging, target);
    } catch (IOException | RuntimeException e) {
      if (replaces) {
        putBack(fs, old, target, e);
      }
      throw e;
    }
    if (replaces) {
      fs.delete(old, true);
    }
  }

  /**
   * Deletes what a failure left at {@code staging}; a failing delete does not hide that failure.
   */
  public static void discard(FileSystem fs, Path staging, Throwable failure) {
    try {
      fs.delete(staging, true);
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private static void move(FileSystem fs, Path from, Path to) throws IOException {
    if (!fs.rename(from, to)) {
      throw new IOException("cannot move " + show(from) + " to " + show(to));
    }
  }

  private static void putBack(FileSystem fs, Path old, Path target, Exception failure) {
    try {
      move(fs, old, target);
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(
          new IOException("what was at " + show(target) + " is now at " + show(old), e));
    }
  }

  /** How a path is shown to people: local ones without {@code file:}. */
  public static String show(Path path) {
    String scheme = path.toUri().getScheme();
    return scheme == null || scheme.equals("file") ? path.toUri().getPath() : path.toString();
  }
}
