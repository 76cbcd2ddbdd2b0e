package dev.unroll.jobs.samples;

import dev.unroll.math.KeyedRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Noisy waves of three shapes to tell apart: sine, square and sawtooth. A case has 20 to 40 steps,
 * a period of 8 to 16 steps, a random phase and an amplitude of 0.8 to 1.2; its second dimension is
 * the same wave a quarter of a period later; both carry normal noise of deviation 0.2.
 */
public final class Waves {
  private static final int MIN_STEPS = 20;
  private static final int MAX_STEPS = 40;
  private static final double NOISE = 0.2;

  private Waves() {}

  /** The shape of a wave; its lower-case name is the class. */
  public enum Shape {
    SINE,
    SQUARE,
    SAWTOOTH;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The wave's height in [-1, 1] at a phase in [0, 1) of its period. */
    double at(double phase) {
      return switch (this) {
        // StrictMath, since Math.sin may differ in the last bit from one machine to another.
        case SINE -> StrictMath.sin(2 * Math.PI * phase);
        case SQUARE -> phase < 0.5 ? 1 : -1;
        case SAWTOOTH -> 2 * phase - 1;
      };
    }
  }

  /**
   * One case.
   *
   * @param features (T × 2): the wave, the wave a quarter of a period later
   * @param label the shape's name
   */
  public record Sample(float[][] features, String label) {}

  /**
   * The shapes take turns, so the classes are of equal size; case i depends on seed and i alone.
   */
  public static List<Sample> generate(int count, long seed) {
    List<Sample> samples = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Shape shape = Shape.values()[i % Shape.values().length];
      samples.add(sample(shape, KeyedRandom.of(seed, "waves", i)));
    }
    return samples;
  }

  private static Sample sample(Shape shape, KeyedRandom random) {
    int steps = MIN_STEPS + random.nextInt(MAX_STEPS - MIN_STEPS + 1);
    double period = 8 + 8 * random.nextDouble();
    double start = random.nextDouble();
    double amplitude = 0.8 + 0.4 * random.nextDouble();
    float[][] features = new float[steps][];
    for (int t = 0; t < steps; t++) {
      double now = start + t / period;
      features[t] =
          new float[] {
            noisy(amplitude * shape.at(fraction(now)), random),
            noisy(amplitude * shape.at(fraction(now - 0.25)), random)
          };
    }
    return new Sample(features, shape.label());
  }

  private static float noisy(double value, KeyedRandom random) {
    return (float) (value + NOISE * random.nextGaussian());
  }

  private static double fraction(double x) {
    return x - Math.floor(x);
  }
}
