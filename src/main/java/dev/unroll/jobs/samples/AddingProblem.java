package dev.unroll.jobs.samples;

import dev.unroll.math.KeyedRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * The adding problem: remember two marked numbers over many steps and give their sum. Every step is
 * (value, marker) with a value uniform in [0, 1); the marker is 1 at one step of the first half and
 * at one of the second half, else 0. Always answering 1 has a mean squared error of 1/6: that is
 * the baseline to beat.
 *
 * <p>Source: Hochreiter and Schmidhuber, "Long short-term memory", Neural Computation 9(8), 1997,
 * experiment 4; with values, halves and unscaled sum as in Arjovsky, Shah and Bengio, "Unitary
 * evolution recurrent neural networks", 2016.
 */
public final class AddingProblem {
  private AddingProblem() {}

  /**
   * One sequence.
   *
   * @param features (T × 2): value, marker
   * @param sum the sum of the two marked values, in [0, 2)
   */
  public record Sample(float[][] features, float sum) {}

  /**
   * Sequences of exactly {@code steps} steps. Sample i depends on the seed and i alone.
   *
   * @param steps T, at least 2
   */
  public static List<Sample> generate(int count, int steps, long seed) {
    return generate(count, steps, steps, seed);
  }

  /** Sequences whose lengths are uniform in [minSteps, maxSteps]; minSteps is at least 2. */
  public static List<Sample> generate(int count, int minSteps, int maxSteps, long seed) {
    if (minSteps < 2 || maxSteps < minSteps) {
      throw new IllegalArgumentException(
          "steps " + minSteps + " to " + maxSteps + ", expected at least 2 and in order");
    }
    List<Sample> samples = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      KeyedRandom random = KeyedRandom.of(seed, "adding-problem", i);
      samples.add(sample(minSteps + random.nextInt(maxSteps - minSteps + 1), random));
    }
    return samples;
  }

  private static Sample sample(int steps, KeyedRandom random) {
    int first = random.nextInt(steps / 2);
    int second = steps / 2 + random.nextInt(steps - steps / 2);
    float[][] features = new float[steps][];
    for (int t = 0; t < steps; t++) {
      features[t] = new float[] {random.nextFloat(), t == first || t == second ? 1 : 0};
    }
    return new Sample(features, features[first][0] + features[second][0]);
  }
}
