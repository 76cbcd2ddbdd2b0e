package dev.unroll.spark;

import dev.unroll.net.ModelFormatException;
import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

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

  /**
   * Refuses a local file that is a link to outside the directory that it should be in. Other file
   * systems have no links.
   *
   * @throws ModelFormatException if it is one
   */
  public static void requireInside(FileSystem fs, Path directory, Path file) throws IOException {
    if (fs instanceof RawLocalFileSystem local
        && !real(local, file).startsWith(real(local, directory))) {
      throw new ModelFormatException(
          "%s is a link to outside its directory; put the file itself there".formatted(show(file)));
    }
  }

  private static java.nio.file.Path real(RawLocalFileSystem local, Path path) throws IOException {
    return local.pathToFile(path).toPath().toRealPath();
  }

  /**
   * Where the directory that was at that place before is now: a replacement that was killed between
   * its two moves leaves it under another name. Goes behind a message; empty if there is none.
   */
  public static String leftover(FileSystem fs, Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent == null || !fs.exists(parent)) {
      return "";
    }
    for (FileStatus entry : fs.listStatus(parent)) {
      if (entry.getPath().getName().startsWith(directory.getName() + OLD)) {
        return "; a write that was killed left what was there before at " + show(entry.getPath());
      }
    }
    return "";
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
