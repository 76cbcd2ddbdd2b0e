package dev.unroll.jobs.samples;

import dev.unroll.math.KeyedRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * A short memory that a plain tanh network can learn: a sequence of 4 to 8 random letters out of a,
 * b, c; its class is the first of them. The classes are equally likely, so that guessing scores
 * 1/3.
 */
public final class FirstSymbol {
  private static final String SYMBOLS = "abc";
  private static final int MIN_STEPS = 4;
  private static final int MAX_STEPS = 8;

  private FirstSymbol() {}

  /**
   * One sequence.
   *
   * @param features (T × 3): the letters, one-hot
   * @param label the first letter
   */
  public record Sample(float[][] features, String label) {}

  /** Sample i depends on the seed and i alone. */
  public static List<Sample> generate(int count, long seed) {
    List<Sample> samples = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      samples.add(sample(KeyedRandom.of(seed, "first-symbol", i)));
    }
    return samples;
  }

  private static Sample sample(KeyedRandom random) {
    int steps = MIN_STEPS + random.nextInt(MAX_STEPS - MIN_STEPS + 1);
    float[][] features = new float[steps][SYMBOLS.length()];
    int first = random.nextInt(SYMBOLS.length());
    features[0][first] = 1;
    for (int t = 1; t < steps; t++) {
      features[t][random.nextInt(SYMBOLS.length())] = 1;
    }
    return new Sample(features, SYMBOLS.substring(first, first + 1));
  }
}
