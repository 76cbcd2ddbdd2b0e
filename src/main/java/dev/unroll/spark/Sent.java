package dev.unroll.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * An object on its way between driver and executors, through a serializer that may be Kryo's:
 * broadcast, or the result of a task. Kryo 4 can fill neither records nor the JDK's immutable
 * collections, so it is told to leave the object to Java.
 *
 * @param content what is sent
 */
@DefaultSerializer(JavaSerializer.class)
public record Sent<T extends Serializable>(T content) implements Serializable {}
