package dev.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.math.KeyedRandom;
import dev.unroll.spark.rounds.KryoClasses;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

class SentVectorTest {
  private static final ClassTag<SentVector> TAG = ClassTag$.MODULE$.apply(SentVector.class);

  /** All bit patterns, those of NaNs too. */
  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, j -> Float.floatToRawIntBits(values[j]));
    return bits;
  }

  private static float[] random(int length) {
    KeyedRandom random = KeyedRandom.of(length, "sent");
    float[] values = new float[length];
    for (int j = 0; j < length; j++) {
      values[j] = Float.intBitsToFloat((int) random.nextLong());
    }
    return values;
  }

  private static SentVector sent(SentVector vector, Serializer serializer) {
    ByteBuffer bytes = serializer.newInstance().serialize(vector, TAG);
    return serializer.newInstance().deserialize(bytes, TAG);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 255, 256, 257, 16_383, 16_384, 16_385, 100_000})
  void arrivesAsItWas(int length) {
    float[] values = random(length);
    SparkConf conf =
        new SparkConf()
            .set("spark.kryo.registrationRequired", "true")
            .set("spark.kryo.registrator", KryoClasses.class.getName());
    for (Serializer serializer : new Serializer[] {new JavaSerializer(conf), kryo(conf)}) {
      SentVector arrived = sent(new SentVector(values), serializer);
      assertArrayEquals(bits(values), bits(arrived.values()));
      SentVector part = sent(new SentVector(values, length / 3, length / 2), serializer);
      float[] expected = Arrays.copyOfRange(values, length / 3, length / 2);
      assertArrayEquals(bits(expected), bits(part.values()));
    }
  }

  private static Serializer kryo(SparkConf conf) {
    return new KryoSerializer(conf);
  }

  @Test
  void takesLittleMoreThanItsFloats() {
    ByteBuffer bytes =
        new JavaSerializer(new SparkConf())
            .newInstance()
            .serialize(new SentVector(random(100_000)), TAG);
    assertTrue(bytes.remaining() < 1.01 * 400_000, bytes.remaining() + " bytes");
  }

  @Test
  void aWholeVectorIsNotCopied() {
    float[] values = random(10);
    assertSame(values, new SentVector(values).values());
    assertEquals(4, new SentVector(values, 3, 7).values().length);
  }
}
