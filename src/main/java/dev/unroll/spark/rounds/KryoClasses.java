package dev.unroll.spark.rounds;

import com.esotericsoftware.kryo.Kryo;
import dev.unroll.spark.Sent;
import dev.unroll.spark.SentVector;
import java.util.List;
import org.apache.spark.serializer.KryoRegistrator;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

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
    kryo.register(ShardPiece.class);
    kryo.register(ShardStatistics.class);
    kryo.register(Sent.class);
    kryo.register(SentSlice.class);
    kryo.register(SentState.class);
    kryo.register(SentVector.class);
    schemas(kryo);
    kryo.register(Object[].class);
    kryo.register(String[].class);
    kryo.register(long[].class);
    kryo.register(float[].class);
  }

  /** Of Spark's own: what its tasks answer when it infers the schema of JSON. */
  private static void schemas(Kryo kryo) {
    kryo.register(StructType.class);
    kryo.register(StructField[].class);
    kryo.register(StructField.class);
    kryo.register(ArrayType.class);
    kryo.register(Metadata.class);
    for (DataType type :
        List.of(
            DataTypes.NullType,
            DataTypes.BooleanType,
            DataTypes.LongType,
            DataTypes.DoubleType,
            DataTypes.StringType,
            DataTypes.DateType,
            DataTypes.TimestampType,
            DataTypes.TimestampNTZType)) {
      kryo.register(type.getClass());
    }
    kryo.register(DecimalType.class);
  }
}
