package dev.unroll.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Finds the files behind the paths a user gives, on any Hadoop file system. */
public final class InputPaths {
  private InputPaths() {}

  /**
   * The files of the given paths, in the order of the paths. A path may be a file, a directory (its
   * own files, by name, without hidden ones such as {@code _SUCCESS}) or a glob (its matches, by
   * name). What exists under exactly the given name is never taken for a glob.
   *
   * @param inDirectory which file names to take where a directory is given
   * @throws InvalidDataException if a path does not exist (naming the nearest sibling); if a
   *     directory or glob holds no such file; if a path cannot be read
   */
  public static List<Path> files(
      Configuration conf, Predicate<String> inDirectory, String... paths) {
    List<Path> files = new ArrayList<>();
    for (String path : paths) {
      for (FileStatus match : matches(conf, path)) {
        files.addAll(filesOf(conf, match, inDirectory, path));
      }
    }
    return files;
  }

  /**
   * Checks that a file, a directory or at least one match of a glob is there.
   *
   * @throws InvalidDataException naming the path and the nearest sibling, if not
   */
  public static void requireExists(Configuration conf, String path) {
    matches(conf, path);
  }

  private static List<FileStatus> matches(Configuration conf, String name) {
    try {
      Path path = new Path(name);
      FileSystem fs = path.getFileSystem(conf);
      if (fs.exists(path)) {
        return List.of(fs.getFileStatus(path));
      }
      FileStatus[] matches = fs.globStatus(path);
      if (matches == null || matches.length == 0) {
        throw new InvalidDataException("path \"" + name + "\" does not exist" + why(fs, path));
      }
      return sorted(matches);
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(name, e);
    }
  }

  private static List<Path> filesOf(
      Configuration conf, FileStatus match, Predicate<String> inDirectory, String given) {
    if (match.isFile()) {
      return List.of(match.getPath());
    }
    try {
      FileStatus[] entries = match.getPath().getFileSystem(conf).listStatus(match.getPath());
      List<Path> files =
          sorted(entries).stream()
              .filter(FileStatus::isFile)
              .map(FileStatus::getPath)
              .filter(file -> !isHidden(file.getName()) && inDirectory.test(file.getName()))
              .toList();
      if (files.isEmpty()) {
        throw new InvalidDataException(
            "path \""
                + given
                + "\": no data file in directory "
                + HadoopFiles.show(match.getPath()));
      }
      return files;
    } catch (IOException e) {
      throw unreadable(given, e);
    }
  }

  /** Names the first part of the path that is missing, and its nearest sibling. */
  private static String why(FileSystem fs, Path path) throws IOException {
    Path missing = fs.makeQualified(path);
    Path parent = missing.getParent();
    while (parent != null && !fs.exists(parent)) {
      missing = parent;
      parent = parent.getParent();
    }
    if (parent == null || !fs.getFileStatus(parent).isDirectory()) {
      return "";
    }
    List<String> siblings =
        sorted(fs.listStatus(parent)).stream().map(status -> status.getPath().getName()).toList();
    return ": no \""
        + missing.getName()
        + "\" in "
        + HadoopFiles.show(parent)
        + Nearest.hint(missing.getName(), siblings);
  }

  private static List<FileStatus> sorted(FileStatus[] statuses) {
    return Arrays.stream(statuses).sorted(Comparator.comparing(FileStatus::getPath)).toList();
  }

  private static boolean isHidden(String name) {
    return name.startsWith("_") || name.startsWith(".");
  }

  private static InvalidDataException unreadable(String path, Exception cause) {
    InvalidDataException failure =
        new InvalidDataException("path \"" + path + "\" cannot be read: " + cause.getMessage());
    failure.initCause(cause);
    return failure;
  }
}
