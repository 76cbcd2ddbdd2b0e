package dev.unroll.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 as 64 lower-case hexadecimal digits. */
final class Sha256 {
  private static final int CHUNK = 16_384;

  private Sha256() {}

  static String hex(byte[] bytes) {
    return hex(bytes, bytes.length);
  }

  /** Of the first {@code length} bytes. */
  static String hex(byte[] bytes, int length) {
    MessageDigest digest = digest();
    digest.update(bytes, 0, length);
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Of the values as little-endian float32, without a second copy of all of them. */
  static String hex(float[] values) {
    MessageDigest digest = digest();
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < values.length; at += CHUNK) {
      int count = Math.min(CHUNK, values.length - at);
      bytes.asFloatBuffer().put(values, at, count);
      digest.update(bytes.array(), 0, count * Float.BYTES);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
