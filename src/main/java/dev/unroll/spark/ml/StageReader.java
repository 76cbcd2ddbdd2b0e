package dev.unroll.spark.ml;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.unroll.net.ModelFormatException;
import dev.unroll.spark.HadoopFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.MLReader;
import scala.Option;

/**
 * Reads what a {@link StageWriter} wrote. The class is the caller's, never one that a file names;
 * the metadata is held to a size and a depth before it is parsed.
 */
class StageReader<T extends Params> extends MLReader<T> {
  private static final long LARGEST = 4L << 20;
  private static final JsonFactory STRICT =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(16).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /** A pipeline makes the path of a stage from it. */
  private static final Pattern UID = Pattern.compile("[^/\\\\\\p{Cntrl}]{1,1000}");

  private final Class<T> type;
  private final Function<String, T> create;

  /**
   * @param create makes a stage of that uid
   */
  StageReader(Class<T> type, Function<String, T> create) {
    this.type = type;
    this.create = create;
  }

  /**
   * @throws ModelFormatException if there is no such stage, or its files are damaged
   */
  @Override
  public T load(String path) {
    Path directory = new Path(path);
    Configuration conf = sparkSession().sparkContext().hadoopConfiguration();
    try {
      FileSystem fs = HadoopFiles.fileSystem(directory, conf);
      if (!fs.exists(directory)) {
        throw damaged(
            directory,
            "there is no such directory; check the path" + HadoopFiles.leftover(fs, directory),
            null);
      }
      return read(fs, directory, conf);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads params; a stage with files of its own reads these too. */
  T read(FileSystem fs, Path directory, Configuration conf) throws IOException {
    return read(fs, directory, create);
  }

  /** The params that the metadata give, set on a stage that {@code make} makes for the uid. */
  final T read(FileSystem fs, Path directory, Function<String, T> make) throws IOException {
    String json = metadata(fs, directory);
    try {
      var metadata = DefaultParamsReader$.MODULE$.parseMetadata(json, type.getName());
      if (!UID.matcher(metadata.uid()).matches()) {
        throw new IllegalArgumentException("the uid is no name that could go into a path");
      }
      T stage = make.apply(metadata.uid());
      metadata.getAndSetParams(stage, Option.empty());
      return stage;
    } catch (Exception e) { // Scala throws checked ones without saying so
      throw damaged(directory, shortened(String.valueOf(e.getMessage())), e);
    }
  }

  private static String shortened(String message) {
    return message.length() > 500 ? message.substring(0, 500) + "..." : message;
  }

  private String metadata(FileSystem fs, Path directory) throws IOException {
    Path metadata = new Path(directory, "metadata");
    if (!fs.exists(metadata)) {
      throw damaged(directory, "there is no metadata directory; expected a saved stage", null);
    }
    HadoopFiles.requireInside(fs, directory, metadata);
    for (FileStatus file : fs.listStatus(metadata)) {
      if (file.isFile() && file.getPath().getName().startsWith("part-") && file.getLen() > 0) {
        return text(fs, directory, file);
      }
    }
    throw damaged(directory, "metadata has no part file", null);
  }

  private String text(FileSystem fs, Path directory, FileStatus file) throws IOException {
    if (file.getLen() > LARGEST) {
      throw damaged(
          directory, "metadata has %d bytes, at most %d".formatted(file.getLen(), LARGEST), null);
    }
    HadoopFiles.requireInside(fs, directory, file.getPath());
    try (FSDataInputStream in = fs.open(file.getPath())) {
      String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      try (JsonParser parser = STRICT.createParser(json)) {
        while (parser.nextToken() != null) {
          continue;
        }
      }
      return json;
    } catch (JsonProcessingException e) {
      throw damaged(directory, "metadata is not the JSON of a stage: " + e.getOriginalMessage(), e);
    }
  }

  private ModelFormatException damaged(Path directory, String what, Throwable cause) {
    return new ModelFormatException(
        "%s at %s: %s".formatted(type.getSimpleName(), HadoopFiles.show(directory), what), cause);
  }
}
