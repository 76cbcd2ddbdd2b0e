package dev.unroll.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.math.KeyedRandom;
import dev.unroll.net.SequenceBlock;
import dev.unroll.spark.Example;
import dev.unroll.spark.rounds.BlockPacker.BlockShape;
import dev.unroll.spark.rounds.LearnerSettings.Placement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Tuple2;

/** Windows over one series reach their shard, each step once, and come out of it as they were. */
class WindowSharingTest {
  private static final ValidationSplit NONE = new ValidationSplit(0, 1);

  /** The steps of a series; step t of series s is (s, t) with some noise. */
  private static float[] series(int number, int steps, int width) {
    KeyedRandom random = KeyedRandom.of(7, "series", number);
    float[] values = new float[steps * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  private static Example window(int number, float[] series, int width, int end, int length) {
    int start = Math.max(0, end - length + 1);
    return new Example(
        "series " + number,
        Arrays.copyOfRange(series, start * width, (end + 1) * width),
        end + 1 - start,
        width,
        null,
        new float[] {1000 * number + end},
        1,
        null,
        new Example.Window(KeyedRandom.mix(number), end));
  }

  /** What one map task sends. */
  private static List<Tuple2<RowKey, PackedRow>> sent(List<Example> windows) {
    SentSteps steps = new SentSteps();
    List<Tuple2<RowKey, PackedRow>> rows = new ArrayList<>();
    for (Example window : windows) {
      RowKey key = RowKey.of(window, Placement.BY_CONTENT, NONE).inShard(0);
      rows.add(
          new Tuple2<>(
              key,
              new PackedRow(
                  steps.unsent(key, window), window.numbers(), window.weight(), window.length())));
    }
    return rows;
  }

  private static List<ShardBlock> packed(List<List<Example>> partitions, int width) {
    List<Tuple2<RowKey, PackedRow>> rows = new ArrayList<>();
    partitions.forEach(windows -> rows.addAll(sent(windows)));
    rows.sort(Comparator.comparing(Tuple2::_1, RowKey.ORDER));
    List<ShardBlock> blocks = new ArrayList<>();
    new BlockPacker(rows.iterator(), new BlockShape(width, 1, false)).forEachRemaining(blocks::add);
    return blocks;
  }

  /** Values of the sequence with each target. */
  private static float[] values(SequenceBlock block, int i) {
    int width = block.inputSize();
    int from = block.starts()[i] * width;
    return Arrays.copyOfRange(block.values(), from, from + block.length(i) * width);
  }

  private static void assertSame(List<Example> windows, List<ShardBlock> blocks) {
    List<float[]> found = new ArrayList<>();
    List<Float> targets = new ArrayList<>();
    for (ShardBlock block : blocks) {
      for (int i = 0; i < block.block().size(); i++) {
        found.add(values(block.block(), i));
        targets.add(block.block().targets()[i]);
      }
    }
    assertEquals(windows.size(), found.size());
    for (Example window : windows) {
      int at = targets.indexOf(window.numbers()[0]);
      assertArrayEquals(window.values(), found.get(at), "target " + window.numbers()[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void everyWindowComesOutAsItWentInWhateverThePartitions(long seed) {
    KeyedRandom random = KeyedRandom.of(seed, "windows");
    int width = 1 + random.nextInt(3);
    int length = 1 + random.nextInt(40);
    int stride = 1 + random.nextInt(seed % 2 == 0 ? 3 : 60);
    List<Example> windows = new ArrayList<>();
    for (int number = 0; number < 5; number++) {
      int steps = 1 + random.nextInt(500);
      float[] series = series(number, steps, width);
      for (int end = random.nextInt(length); end < steps; end += stride) {
        windows.add(window(number, series, width, end, length));
      }
    }
    List<Example> shuffled = new ArrayList<>();
    int[] order = IntStream.range(0, windows.size()).toArray();
    random.shuffle(order);
    Arrays.stream(order).forEach(i -> shuffled.add(windows.get(i)));

    int cut = random.nextInt(windows.size() + 1);
    List<List<Example>> inOrder =
        List.of(windows.subList(0, cut), windows.subList(cut, windows.size()));
    List<ShardBlock> expected = packed(inOrder, width);
    assertSame(windows, expected);
    List<ShardBlock> other =
        packed(List.of(shuffled.subList(cut, windows.size()), shuffled.subList(0, cut)), width);

    assertEquals(expected.size(), other.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).checksum(), other.get(i).checksum());
      assertArrayEquals(expected.get(i).block().values(), other.get(i).block().values());
      assertArrayEquals(expected.get(i).block().starts(), other.get(i).block().starts());
    }
  }

  @Test
  void stepsAreStoredOnceAndNotOncePerWindow() {
    float[] series = series(0, 100_000, 2);
    List<Example> windows = new ArrayList<>();
    for (int end = 99; end < 100_000; end++) {
      windows.add(window(0, series, 2, end, 100));
    }
    long sent = sent(windows).stream().mapToLong(row -> row._2().values().length).sum();
    long stored =
        packed(List.of(windows), 2).stream().mapToLong(b -> b.block().values().length).sum();

    // A stretch of 400 steps repeats the 99 before it.
    assertTrue(sent < 1.3 * series.length, sent + " values sent of " + series.length);
    assertTrue(stored < 1.3 * series.length, stored + " values stored of " + series.length);
  }

  @Test
  void aStretchGoesOnInTheNextBlock() {
    int width = 1 << 15; // 128 steps fill a block
    float[] series = series(0, 150, width);
    List<Example> windows = new ArrayList<>();
    for (int end = 9; end < 150; end++) {
      windows.add(window(0, series, width, end, 10));
    }
    List<ShardBlock> blocks = packed(List.of(windows), width);
    assertTrue(blocks.size() > 1, blocks.size() + " blocks");
    assertSame(windows, blocks);
  }

  @Test
  void windowsOfOneHashWithOtherStepsAreNotMixedUp() {
    float[] one = series(0, 50, 1);
    float[] other = series(1, 50, 1);
    List<Example> windows = new ArrayList<>();
    List<Example> claimed = new ArrayList<>();
    for (int end = 9; end < 50; end++) {
      windows.add(window(0, one, 1, end, 10));
      Example of = window(1, other, 1, end, 10);
      claimed.add(
          new Example(
              of.id(), of.values(), 10, 1, null, of.numbers(), 1, null, windows.get(0).window()));
    }
    List<Example> first = claimed.subList(0, 1);
    List<Example> all = new ArrayList<>(windows);
    all.addAll(first);
    List<List<Example>> partitions = new ArrayList<>();
    all.forEach(window -> partitions.add(List.of(window)));
    assertSame(all, packed(partitions, 1));
  }
}
