package dev.unroll.train;

/**
 * What becomes of the learning rate on N shards. Averaging N shards at an unchanged rate learns
 * like N times the batch at an unchanged rate, which is slow.
 */
public enum LearningRateScaling {
  NONE,
  /** √N, the usual rule for Adam. */
  SQRT,
  /** N, the usual rule for SGD (Goyal et al. 2017), together with a warm-up. */
  LINEAR;

  /** The factor for that many shards. */
  public double factor(int shards) {
    return switch (this) {
      case NONE -> 1;
      case SQRT -> Math.sqrt(shards);
      case LINEAR -> shards;
    };
  }
}
