package dev.unroll.train;

/**
 * Nesterov momentum over rounds: Δ = θ − θ̄, v ← η v + Δ, θ ← θ − ζ (Δ + η v). BMUF (Chen and Huo
 * 2016), SlowMo (Wang et al. 2020) and DiLoCo (Douillard et al. 2023) are settings of it. Momentum
 * lives in one place: the shards' optimisers start every round anew.
 *
 * @param learningRate ζ, above 0
 * @param momentum η, in [0, 1), or {@link #AUTOMATIC} until the number of rounds is known
 */
public record Nesterov(double learningRate, double momentum) implements OuterStep {
  /** Stands for the momentum that {@link #automaticMomentum} gives. */
  public static final double AUTOMATIC = -1;

  public Nesterov {
    boolean settled = momentum >= 0 && momentum < 1;
    if (!(learningRate > 0) || !settled && momentum != AUTOMATIC) {
      throw new IllegalArgumentException(
          "nesterov(%s, %s), expected a learning rate above 0 and a momentum in [0, 1)"
              .formatted(learningRate, momentum));
    }
  }

  /**
   * η = max(0, min(1 − 1/N, 1 − 8/R, 0.9)): 1 − 1/N undoes the shrinking of a step that is averaged
   * over N shards (Chen and Huo 2016), and a momentum that remembers more than an eighth of the R
   * rounds comes too late to help.
   */
  public static double automaticMomentum(int shards, long rounds) {
    return Math.max(0, Math.min(Math.min(1 - 1.0 / shards, 1 - 8.0 / rounds), 0.9));
  }

  @Override
  public OuterStep settled(int shards, long rounds) {
    return momentum == AUTOMATIC
        ? new Nesterov(learningRate, automaticMomentum(shards, rounds))
        : this;
  }

  @Override
  public TrainingState next(TrainingState before, ShardMean mean, Position position) {
    float[] weights = before.weights().clone();
    float[] velocity = before.velocity().clone();
    for (int j = 0; j < weights.length; j++) {
      double change = (double) weights[j] - mean.weights()[j];
      double v = momentum * velocity[j] + change;
      velocity[j] = (float) v;
      weights[j] = (float) (weights[j] - learningRate * (change + momentum * v));
    }
    return new TrainingState(position, weights, before.optimizer().zeroed(), velocity);
  }

  @Override
  public boolean hasVelocity() {
    return true;
  }

  @Override
  public String toString() {
    return "nesterov(" + learningRate + ", " + momentum + ")";
  }
}
