package dev.unroll.train;

import java.io.Serializable;

/**
 * The learning rate over a run: a linear warm-up over the first {@code warmup} share of all steps,
 * then constant, or falling to 0 along half a cosine (Loshchilov and Hutter 2017).
 *
 * @param shape what follows the warm-up
 * @param warmup share of the run in [0, 1)
 */
public record Schedule(Shape shape, double warmup) implements Serializable {

  /** What follows the warm-up. */
  public enum Shape {
    CONSTANT,
    COSINE
  }

  public Schedule {
    if (!(warmup >= 0 && warmup < 1)) {
      throw new IllegalArgumentException("warmup is " + warmup + ", expected a share in [0, 1)");
    }
  }

  /** The factor on the learning rate at {@code progress} in [0, 1], the share of steps done. */
  public double factor(double progress) {
    if (progress < warmup) {
      return progress / warmup;
    }
    if (shape == Shape.CONSTANT) {
      return 1;
    }
    double falling = (progress - warmup) / (1 - warmup);
    return 0.5 * (1 + StrictMath.cos(Math.PI * falling));
  }
}
