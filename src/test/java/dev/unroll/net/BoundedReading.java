package dev.unroll.net;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.SortedMap;

/** Reads forged models and holds the reader to time and memory in proportion to the files. */
final class BoundedReading {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long MOST_NANOS = 1_000_000_000;
  private static final long MOST_BYTES_PER_BYTE = 20;
  private static final long FREE_BYTES = 2_000_000;

  private BoundedReading() {}

  /** What the reader said, or nothing if it took the files. Other exceptions pass through. */
  static Optional<ModelFormatException> read(SortedMap<String, byte[]> files) {
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long nanos = THREADS.getCurrentThreadCpuTime();
    ModelFormatException failure = null;
    try {
      ModelFile.decode(ModelSamples.source(files));
    } catch (ModelFormatException e) {
      failure = e;
    } catch (IOException e) {
      throw new AssertionError("a source in memory does not fail", e);
    }
    bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
    nanos = THREADS.getCurrentThreadCpuTime() - nanos;
    long size = files.values().stream().mapToLong(file -> file.length).sum();
    String said = failure == null ? "" : failure.getMessage();
    assertTrue(nanos < MOST_NANOS, nanos + " ns: " + said);
    assertTrue(
        bytes < FREE_BYTES + MOST_BYTES_PER_BYTE * size,
        bytes + " bytes for files of " + size + ": " + said);
    return Optional.ofNullable(failure);
  }

  /** Holds that the files are refused with a message that contains {@code expected}. */
  static void refused(String expected, SortedMap<String, byte[]> files) {
    String message =
        read(files).orElseThrow(() -> new AssertionError("taken: " + expected)).getMessage();
    assertTrue(message.contains(expected), () -> message + "\ndoes not say: " + expected);
  }
}
