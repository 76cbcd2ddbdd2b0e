package dev.unroll.jobs;

import dev.unroll.spark.TimedJob;
import dev.unroll.spark.rounds.KryoClasses;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.SparkSession;

/** Starts the Spark session of a job. */
final class Sessions {
  private Sessions() {}

  /**
   * The session: settings in the job's configuration win over those given to spark-submit; without
   * any master, Spark is embedded on all cores. Under Kryo, our classes are registered beside the
   * user's, so that {@code spark.kryo.registrationRequired} holds.
   */
  static SparkSession open(String job, Map<String, String> settings) {
    SparkConf conf = new SparkConf();
    settings.forEach(conf::set);
    conf.setIfMissing("spark.master", "local[*]");
    conf.setIfMissing("spark.app.name", "unroll " + job);
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    conf.setIfMissing("spark.sql.session.timeZone", "UTC");
    if (conf.get("spark.serializer", "").equals(KryoSerializer.class.getName())) {
      String users = conf.get("spark.kryo.registrator", "");
      String ours = KryoClasses.class.getName();
      conf.set("spark.kryo.registrator", users.isBlank() ? ours : users + "," + ours);
    }
    SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
    try {
      TimedJob.awaitExecutor(spark.sparkContext(), TimedJob.MAX_START_SECONDS);
    } catch (RuntimeException e) {
      spark.stop();
      throw e;
    }
    return spark;
  }
}
