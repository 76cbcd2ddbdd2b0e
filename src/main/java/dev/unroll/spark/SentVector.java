package dev.unroll.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Floats on their way between driver and executors. Java's serialization of a {@code float[]}
 * converts one number at a time; here they are copied in bulk, which is most of what a round with a
 * large model costs beside its computation.
 */
@DefaultSerializer(JavaSerializer.class)
public final class SentVector implements Externalizable {
  private static final long serialVersionUID = 1L;
  private static final int MOST_FLOATS = 1 << 14;

  private float[] values;
  private int from;
  private int to;

  /** For deserialization. */
  public SentVector() {
    this(new float[0]);
  }

  /** All of a vector, which is not copied and must not change while it is on its way. */
  public SentVector(float[] values) {
    this(values, 0, values.length);
  }

  /** The elements of a vector from {@code from} on and before {@code to}. */
  public SentVector(float[] values, int from, int to) {
    this.values = values;
    this.from = from;
    this.to = to;
  }

  /** The floats that were sent; not to be changed. */
  public float[] values() {
    return from == 0 && to == values.length ? values : Arrays.copyOfRange(values, from, to);
  }

  @Override
  public void writeExternal(ObjectOutput out) throws IOException {
    out.writeInt(to - from);
    ByteBuffer bytes = buffer(to - from);
    for (int at = from; at < to; at += MOST_FLOATS) {
      int count = Math.min(MOST_FLOATS, to - at);
      bytes.asFloatBuffer().put(values, at, count);
      out.write(bytes.array(), 0, count * Float.BYTES);
    }
  }

  @Override
  public void readExternal(ObjectInput in) throws IOException {
    to = in.readInt();
    values = new float[to];
    ByteBuffer bytes = buffer(to);
    for (int at = 0; at < to; at += MOST_FLOATS) {
      int count = Math.min(MOST_FLOATS, to - at);
      in.readFully(bytes.array(), 0, count * Float.BYTES);
      bytes.asFloatBuffer().get(values, at, count);
    }
  }

  /** Of a fixed order of bytes: the machines of a cluster may differ. */
  private static ByteBuffer buffer(int floats) {
    return ByteBuffer.allocate(Math.min(MOST_FLOATS, floats) * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
