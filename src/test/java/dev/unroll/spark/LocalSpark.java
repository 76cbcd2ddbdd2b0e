package dev.unroll.spark;

import org.apache.spark.sql.SparkSession;

/** The one Spark session of all tests: two threads in this JVM, never stopped by a test. */
public final class LocalSpark {
  private static final SparkSession SESSION = start();

  private LocalSpark() {}

  public static SparkSession session() {
    return SESSION;
  }

  private static SparkSession start() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("unroll-tests")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate();
  }
}
