package dev.unroll.jobs;

import dev.unroll.jobs.config.JobConfig;
import dev.unroll.jobs.config.UsageException;
import dev.unroll.spark.InputPaths;
import dev.unroll.spark.TsFile;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Opens the tables that a configuration names: any Spark source, or {@code ts}. */
final class Tables {
  /** What a query calls the table that was read. */
  private static final String INPUT = "input";

  private Tables() {}

  /**
   * The table behind a source.
   *
   * @throws dev.unroll.spark.InvalidDataException if a path does not exist
   * @throws UsageException if its query is no SQL, or asks for what is not there
   */
  static Dataset<Row> read(SparkSession spark, JobConfig.Source source) {
    String[] paths = source.paths().toArray(String[]::new);
    Dataset<Row> rows = read(spark, source.format(), source.options(), paths);
    return source.query().isEmpty() ? rows : query(spark, rows, source);
  }

  private static Dataset<Row> read(
      SparkSession spark, String format, Map<String, String> options, String... paths) {
    if (format.equals("ts")) {
      return TsFile.read(spark, paths);
    }
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    for (String path : paths) {
      InputPaths.requireExists(conf, path);
    }
    return spark.read().format(format).options(options).load(paths);
  }

  private static Dataset<Row> query(
      SparkSession spark, Dataset<Row> rows, JobConfig.Source source) {
    rows.createOrReplaceTempView(INPUT);
    source.tables().forEach((name, text) -> table(spark, name, text).createOrReplaceTempView(name));
    try {
      return spark.sql(source.query().get());
    } catch (Exception e) {
      // Scala declares no exceptions, so that this one cannot be caught by name.
      if (e instanceof AnalysisException) {
        throw new UsageException("query: " + e.getMessage(), e);
      }
      throw e;
    }
  }

  private static Dataset<Row> table(SparkSession spark, String name, String text) {
    int colon = text.indexOf(':');
    if (colon < 1) {
      throw new UsageException(
          "tables.%s is \"%s\", expected FORMAT:PATH, such as csv:data/truth.csv"
              .formatted(name, text));
    }
    return read(spark, text.substring(0, colon), Map.of(), text.substring(colon + 1));
  }
}
