package dev.unroll.spark;

import dev.unroll.spark.TsHeader.Label;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Reads series in the .ts format of the UCR/UEA archive (timeseriesclassification.com): header
 * lines {@code @name value}, then {@code @data}, then one case per line, its dimensions separated
 * by colons, the values of a dimension by commas, the label last.
 *
 * <p>The text is ISO-8859-1; a UTF-8 byte-order mark, CRLF line ends, and comments (#) and blank
 * lines anywhere are allowed, header names in any case; files whose name ends in .gz are
 * decompressed. Each file is one task that holds one line at a time.
 *
 * <p>Columns of the result:
 *
 * <ul>
 *   <li>{@code id} string: FILENAME:LINE
 *   <li>{@code features} array&lt;array&lt;double&gt;&gt;: [step][dimension]; null where the file
 *       has ? or NaN, and beyond the end of a dimension that is shorter than the others
 *   <li>{@code label}: a string with {@code @classLabel true}, a double with {@code @targetLabel
 *       true}, absent with neither; null where the file has ?
 * </ul>
 */
public final class TsFile {
  /** The column that names each row by its file and line. */
  public static final String ID = "id";

  private TsFile() {}

  /**
   * Reads files, directories (their .ts and .ts.gz files, by name) or globs; rows come in the order
   * of the paths and, within a file, of its lines.
   *
   * @throws InvalidDataException at once for a missing path or an unusable header, or when files
   *     disagree about the kind of label; later, inside Spark's own exception (see {@link
   *     InvalidDataException#in}), for a malformed line
   */
  public static Dataset<Row> read(SparkSession spark, String... paths) {
    if (paths.length == 0) {
      throw new InvalidDataException("no path to read .ts files from, expected at least one");
    }
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    List<Path> files = InputPaths.files(conf, TsFile::hasSuffix, paths);
    StructType schema = schema(commonLabel(conf, files));
    return spark.createDataFrame(rows(spark, files), schema);
  }

  private static boolean hasSuffix(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".ts") || lower.endsWith(".ts.gz");
  }

  private static Label commonLabel(Configuration conf, List<Path> files) {
    Path first = files.get(0);
    Label label = label(conf, first);
    for (Path file : files.subList(1, files.size())) {
      Label other = label(conf, file);
      if (other != label) {
        throw new InvalidDataException(
            "%s has %s but %s has %s; files read together must agree"
                .formatted(
                    HadoopFiles.show(first), label.text, HadoopFiles.show(file), other.text));
      }
    }
    return label;
  }

  private static Label label(Configuration conf, Path file) {
    try (TsLines lines = TsLines.open(conf, file)) {
      return lines.header().label();
    } catch (IOException | UncheckedIOException e) {
      throw new InvalidDataException(HadoopFiles.show(file) + " cannot be read: " + e.getMessage());
    }
  }

  private static StructType schema(Label label) {
    DataType features = DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.DoubleType));
    StructType schema =
        new StructType()
            .add(ID, DataTypes.StringType, false, RowNames.METADATA)
            .add("features", features, false);
    return switch (label) {
      case NONE -> schema;
      case CLASS -> schema.add("label", DataTypes.StringType);
      case TARGET -> schema.add("label", DataTypes.DoubleType);
    };
  }

  /** One partition per file, in order; binaryFiles would group and reorder them. */
  private static JavaRDD<Row> rows(SparkSession spark, List<Path> files) {
    SerializableConfiguration conf =
        new SerializableConfiguration(spark.sparkContext().hadoopConfiguration());
    List<String> names = files.stream().map(Path::toString).toList();
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(names, names.size())
        .flatMap(name -> cases(conf, name));
  }

  private static Iterator<Row> cases(SerializableConfiguration conf, String name)
      throws IOException {
    TsLines lines = TsLines.open(conf.value(), new Path(name));
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> close(lines));
    return new TsCases(lines);
  }

  private static void close(TsLines lines) {
    try {
      lines.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
