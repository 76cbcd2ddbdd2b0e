package dev.unroll.spark.ml;

import dev.unroll.spark.HadoopFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.SparkSession;

/**
 * Writes a stage as a directory: Spark's metadata, and files of the stage's own beside it. What is
 * there already is replaced only when the new directory is complete and has been read back; Spark's
 * own writer deletes it first.
 */
final class StageWriter extends MLWriter {
  private static final String METADATA = "metadata/part-00000";

  private final Params stage;
  private final SortedMap<String, byte[]> files;

  /**
   * @param files the stage's own files by name
   */
  StageWriter(Params stage, SortedMap<String, byte[]> files) {
    this.stage = stage;
    this.files = files;
  }

  StageWriter(Params stage) {
    this(stage, new TreeMap<>());
  }

  @Override
  public void save(String path) throws IOException {
    Configuration conf = sparkSession().sparkContext().hadoopConfiguration();
    Path target = new Path(path);
    FileSystem fs = HadoopFiles.fileSystem(target, conf);
    if (fs.exists(target) && !shouldOverwrite()) {
      throw new IOException(
          "path "
              + HadoopFiles.show(target)
              + " exists; give another, or replace it with write().overwrite().save(path)");
    }
    Path staging = HadoopFiles.staging(target);
    try {
      for (Map.Entry<String, byte[]> file : content(stage, files).entrySet()) {
        writeVerified(fs, new Path(staging, file.getKey()), file.getValue());
      }
      HadoopFiles.replace(fs, staging, target);
    } catch (IOException | RuntimeException | Error e) {
      HadoopFiles.discard(fs, staging, e);
      throw e;
    }
  }

  /** Called by writers of Spark's that have prepared the path, such as a pipeline's. */
  @Override
  public void saveImpl(String path) {
    try {
      save(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All files of a stage by name: its own and Spark's metadata. */
  static SortedMap<String, byte[]> content(Params stage, SortedMap<String, byte[]> files) {
    TreeMap<String, byte[]> content = new TreeMap<>(files);
    SparkSession spark = SparkSession.active();
    String metadata = DefaultParamsWriter$.MODULE$.getMetadataToSave(stage, spark);
    content.put(METADATA, (metadata + "\n").getBytes(StandardCharsets.UTF_8));
    content.put("metadata/_SUCCESS", new byte[0]);
    return content;
  }

  private static void writeVerified(FileSystem fs, Path file, byte[] bytes) throws IOException {
    try (FSDataOutputStream out = fs.create(file, false)) {
      out.write(bytes);
    }
    try (FSDataInputStream in = fs.open(file)) {
      if (!Arrays.equals(in.readAllBytes(), bytes)) {
        throw new IOException(HadoopFiles.show(file) + " reads back with other bytes");
      }
    }
  }
}
