package dev.unroll.jobs;

import dev.unroll.jobs.config.JobConfig;
import dev.unroll.spark.InputPaths;
import dev.unroll.spark.TsFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Opens the tables that a configuration names: any Spark source, or {@code ts}. */
final class Tables {
  private Tables() {}

  /**
   * The table behind a source.
   *
   * @throws dev.unroll.spark.InvalidDataException if a path does not exist
   */
  static Dataset<Row> read(SparkSession spark, JobConfig.Source source) {
    String[] paths = source.paths().toArray(String[]::new);
    if (source.format().equals("ts")) {
      return TsFile.read(spark, paths);
    }
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    for (String path : paths) {
      InputPaths.requireExists(conf, path);
    }
    return spark.read().format(source.format()).options(source.options()).load(paths);
  }
}
