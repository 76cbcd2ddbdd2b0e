package dev.unroll.spark;

import java.lang.reflect.Array;
import java.util.List;
import scala.collection.Iterator;
import scala.collection.Seq;
import scala.collection.mutable.ArraySeq;
import scala.collection.mutable.ArraySeq$;

/**
 * Spark's array values, which are Scala sequences, as the plain Java arrays beneath them, and back:
 * one look at the type per array instead of one call through an interface per value.
 */
public final class SparkArrays {
  private SparkArrays() {}

  /**
   * The Java array (of objects or primitives) that holds the elements. It is copied only where the
   * sequence is not backed by an array; do not write to it.
   *
   * @param sequence a Scala sequence, a Java list or a Java array, not null
   */
  public static Object of(Object sequence) {
    if (sequence instanceof ArraySeq<?> seq) {
      return seq.array();
    }
    if (sequence instanceof scala.collection.immutable.ArraySeq<?> seq) {
      return seq.unsafeArray();
    }
    if (sequence instanceof Seq<?> seq) {
      return copy(seq);
    }
    if (sequence instanceof List<?> list) {
      return list.toArray();
    }
    if (sequence.getClass().isArray()) {
      return sequence;
    }
    throw new IllegalArgumentException("not an array value: " + sequence.getClass().getName());
  }

  /** The sequence for a row of Spark's that an array, of objects or primitives, is; not copied. */
  public static Seq<?> seq(Object array) {
    return ArraySeq$.MODULE$.make(array);
  }

  public static int length(Object array) {
    return array instanceof Object[] objects ? objects.length : Array.getLength(array);
  }

  /** Whether element i is null; an element of a primitive array never is. */
  public static boolean isNull(Object array, int i) {
    return array instanceof Object[] objects && objects[i] == null;
  }

  /** Element i, which must be a number and not null, as a double. */
  public static double number(Object array, int i) {
    if (array instanceof Object[] objects) {
      return ((Number) objects[i]).doubleValue();
    }
    if (array instanceof double[] doubles) {
      return doubles[i];
    }
    if (array instanceof float[] floats) {
      return floats[i];
    }
    return Array.getDouble(array, i);
  }

  /** Element i as an object, or null. */
  public static Object element(Object array, int i) {
    return array instanceof Object[] objects ? objects[i] : Array.get(array, i);
  }

  private static Object[] copy(Seq<?> seq) {
    Object[] copy = new Object[seq.length()];
    Iterator<?> elements = seq.iterator();
    for (int i = 0; i < copy.length; i++) {
      copy[i] = elements.next();
    }
    return copy;
  }
}
