package dev.unroll.spark.rounds;

import com.esotericsoftware.kryo.Kryo;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * The classes of ours that Spark sends around. Kryo needs to be told of them only where {@code
 * spark.kryo.registrationRequired} is true: set {@code
 * spark.kryo.registrator=dev.unroll.spark.rounds.KryoClasses}, as the jobs do by themselves.
 */
public final class KryoClasses implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(DataProfile.class);
    kryo.register(PackedRow.class);
    kryo.register(RowKey.class);
    kryo.register(ShardBlock.class);
    kryo.register(ShardStatistics.class);
    kryo.register(SparkShards.Sent.class);
    kryo.register(SlicedMean.Slice.class);
    kryo.register(Object[].class);
    kryo.register(String[].class);
    kryo.register(long[].class);
    kryo.register(float[].class);
  }
}
