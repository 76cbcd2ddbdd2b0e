package dev.unroll.spark;

import dev.unroll.net.Model;
import dev.unroll.net.ModelFile;
import dev.unroll.net.ModelFormatException;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A model's directory on any Hadoop file system. A new model replaces an old one only when it is
 * complete and has been read back; until then the old one stays where it is.
 */
public final class ModelStore {
  private ModelStore() {}

  /** Writes the model, replacing whatever model is at that path. */
  public static void write(Model model, Path directory, Configuration conf) throws IOException {
    FileSystem fs = HadoopFiles.fileSystem(directory, conf);
    Path staging = HadoopFiles.staging(directory);
    try {
      for (Map.Entry<String, byte[]> file : ModelFile.encode(model).entrySet()) {
        writeFile(fs, new Path(staging, file.getKey()), file.getValue());
      }
      requireSame(model, read(staging, conf));
      HadoopFiles.replace(fs, staging, directory);
    } catch (IOException | RuntimeException | Error e) {
      HadoopFiles.discard(fs, staging, e);
      throw e;
    }
  }

  private static void writeFile(FileSystem fs, Path file, byte[] bytes) throws IOException {
    try (FSDataOutputStream out = fs.create(file, false)) {
      out.write(bytes);
    }
  }

  private static void requireSame(Model written, Model found) throws IOException {
    if (!written.weightsSha256().equals(found.weightsSha256())) {
      throw new IOException("the model just written reads back with other weights");
    }
  }

  /**
   * Reads and verifies a model.
   *
   * @throws ModelFormatException if there is none, or it is damaged
   */
  public static Model read(Path directory, Configuration conf) throws IOException {
    FileSystem fs = HadoopFiles.fileSystem(directory, conf);
    if (!fs.exists(directory)) {
      throw new ModelFormatException(
          "there is no model at "
              + HadoopFiles.show(directory)
              + "; train one, or correct the path"
              + HadoopFiles.leftover(fs, directory));
    }
    try {
      return ModelFile.decode(new HadoopSource(fs, directory));
    } catch (ModelFormatException e) {
      throw new ModelFormatException(
          "model " + HadoopFiles.show(directory) + ": " + e.getMessage(), e);
    }
  }

  private record HadoopSource(FileSystem fs, Path directory) implements ModelFile.Source {
    @Override
    public long size(String name) throws IOException {
      FileStatus file = fs.getFileStatus(new Path(directory, name));
      HadoopFiles.requireInside(fs, directory, file.getPath());
      if (!file.isFile()) {
        throw new ModelFormatException(name + " is not a regular file");
      }
      return file.getLen();
    }

    @Override
    public byte[] read(String name) throws IOException {
      try (FSDataInputStream in = fs.open(new Path(directory, name))) {
        return in.readAllBytes();
      }
    }
  }
}
