package dev.unroll.jobs;

import dev.unroll.spark.HadoopFiles;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Writes the small files of a run on any Hadoop file system. */
public final class RunFiles {
  private RunFiles() {}

  /**
   * Stores a JSON object so that the file appears whole or not at all; one of that name is
   * replaced. Numbers that are not finite become null.
   */
  public static void writeJson(
      String directory, String name, Map<String, ?> object, Configuration conf) throws IOException {
    Path path = new Path(directory, name);
    FileSystem fs = HadoopFiles.fileSystem(path, conf);
    fs.mkdirs(path.getParent());
    writeAtomically(fs, path, JsonText.pretty(object));
  }

  static void write(FileSystem fs, Path path, byte[] content) throws IOException {
    try (FSDataOutputStream out = fs.create(path, true)) {
      out.write(content);
    }
  }

  /** Writes beside the path and renames. */
  static void writeAtomically(FileSystem fs, Path path, byte[] content) throws IOException {
    Path temporary = path.suffix(".tmp");
    write(fs, temporary, content);
    if (!renamed(fs, temporary, path)) {
      // Some file systems do not rename over a file, some object stores not at all. The latter show
      // a new object only when it is complete.
      fs.delete(path, false);
      if (!renamed(fs, temporary, path)) {
        write(fs, path, content);
        fs.delete(temporary, false);
      }
    }
  }

  private static boolean renamed(FileSystem fs, Path from, Path to) {
    try {
      return fs.rename(from, to);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
