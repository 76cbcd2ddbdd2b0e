package dev.unroll.train;

/**
 * θ ← θ̄ (McDonald, Hall and Mann 2010; Povey et al. 2015). The optimisers' states are averaged
 * too, and go on from there.
 */
public record Average() implements OuterStep {

  @Override
  public TrainingState next(TrainingState before, ShardMean mean, Position position) {
    return new TrainingState(position, mean.weights(), mean.optimizer(), before.velocity());
  }

  @Override
  public boolean hasVelocity() {
    return false;
  }

  @Override
  public String toString() {
    return "average";
  }
}
