package dev.unroll.train;

import dev.unroll.math.KeyedRandom;
import dev.unroll.net.CellType;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Scaling;
import dev.unroll.net.SequenceBlock;
import dev.unroll.net.Task;
import java.util.stream.IntStream;

/** A few sequences of random numbers with random targets: nothing to learn but by heart. */
final class TinyData {
  static final int INPUTS = 2;
  static final int OUTPUTS = 3;
  static final Preprocessing UNSCALED = unscaled(Task.CLASSIFY);

  private TinyData() {}

  /** {@code count} sequences of 1 to 6 steps, with targets for the task. */
  static SequenceBlock block(Task task, int count, long seed) {
    return blockOf(task, seed, IntStream.range(0, count).toArray());
  }

  /** Those of these numbers, in this order. */
  static SequenceBlock blockOf(Task task, long seed, int... numbers) {
    SampleBlocks.Rows rows = new SampleBlocks.Rows();
    for (int i : numbers) {
      KeyedRandom random = KeyedRandom.of(seed, "tiny-data", i);
      float[][] features = new float[1 + random.nextInt(6)][INPUTS];
      for (float[] step : features) {
        fillNormal(step, random);
      }
      rows.add(features, targets(task, features.length, random));
    }
    return rows.block(task == Task.TAG);
  }

  private static void fillNormal(float[] values, KeyedRandom random) {
    for (int j = 0; j < values.length; j++) {
      values[j] = (float) random.nextGaussian();
    }
  }

  private static float[] targets(Task task, int length, KeyedRandom random) {
    float[] targets = new float[task == Task.TAG ? length : task == Task.REGRESS ? OUTPUTS : 1];
    fillNormal(targets, random);
    for (int j = 0; j < targets.length && task != Task.REGRESS; j++) {
      targets[j] = random.nextInt(OUTPUTS);
    }
    return targets;
  }

  static NetworkConfig network(Task task, CellType cell, int hiddenSize) {
    return new NetworkConfig(task, cell, INPUTS, hiddenSize, 1, false, OUTPUTS);
  }

  static Preprocessing unscaled(Task task) {
    return new Preprocessing(
        Scaling.none(INPUTS), Scaling.none(task == Task.REGRESS ? OUTPUTS : 0));
  }
}
