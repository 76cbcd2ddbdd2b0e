package dev.unroll.spark.rounds;

import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;

/** A machine on which training takes ten times as long. */
final class SlowHost {
  static final String NAME = "127.0.0.2";
  private static final long EXTRA_MILLIS = 1000;

  private SlowHost() {}

  static JavaRDD<ShardBlock> whenReading(JavaRDD<ShardBlock> blocks) {
    return blocks.mapPartitions(
        part -> {
          if (SparkEnv.get().blockManager().blockManagerId().host().equals(NAME)) {
            Thread.sleep(EXTRA_MILLIS);
          }
          return part;
        },
        true);
  }
}
