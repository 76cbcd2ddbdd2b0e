package dev.unroll.spark.rounds;

import dev.unroll.train.DivergedException;
import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingConfig;
import dev.unroll.train.TrainingState;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The round loop: send the state to all shards, let each train an epoch on its rows, average what
 * comes back, and again (McDonald, Hall and Mann 2010; Povey et al. 2015). Weights and the
 * optimiser's moments are averaged in shard order, weighted by the rows that counted in the loss.
 */
final class ParameterAveraging {
  private final Shards shards;
  private final TrainingConfig config;
  private final int patience;
  private final Consumer<RoundReport> listener;

  /**
   * @param patience rounds without a better validation loss after which to stop; 0 for never
   */
  ParameterAveraging(
      Shards shards, TrainingConfig config, int patience, Consumer<RoundReport> listener) {
    this.shards = shards;
    this.config = config;
    this.patience = patience;
    this.listener = listener;
  }

  /**
   * Runs all rounds and returns the last state or, with validation rows, the one with the lowest
   * validation loss.
   *
   * @throws DivergedException when a shard's result is not finite; it carries the state to keep
   */
  TrainingState run(TrainingState initial) {
    TrainingState state = initial;
    Best best = new Best(initial);
    while (state.epoch() < config.epochs() && !best.exhausted(patience)) {
      long start = System.nanoTime();
      List<ShardResult> results = inOrder(shards.train(state));
      requireFinite(results, state, best);
      TrainingState next = WeightedMean.of(results, state.epoch() + 1);
      double validation = validationLoss(next, best);
      best.offer(next, validation);
      double seconds = (System.nanoTime() - start) / 1e9;
      listener.accept(
          RoundReport.of(config, state, next, results, validation, best.isLatest(), seconds));
      state = next;
    }
    return best.state;
  }

  private static List<ShardResult> inOrder(List<ShardResult> results) {
    return results.stream().sorted(Comparator.comparingInt(ShardResult::shard)).toList();
  }

  private void requireFinite(List<ShardResult> results, TrainingState state, Best best) {
    for (ShardResult result : results) {
      if (result.divergence() != null) {
        int round = state.epoch() + 1;
        throw new DivergedException(
            String.format(
                Locale.ROOT,
                "training diverged in shard %d, round %d (%s) with learning rate %s; lower"
                    + " training.learningRate, or set training.clipNorm",
                result.shard(),
                round,
                result.divergence(),
                config.learningRate()),
            best.state);
      }
    }
  }

  /** NaN without validation rows. */
  private double validationLoss(TrainingState next, Best best) {
    if (!shards.hasValidation()) {
      return Double.NaN;
    }
    double loss = shards.validationLoss(next.weights());
    if (!Double.isFinite(loss)) {
      throw new DivergedException(
          String.format(
              Locale.ROOT,
              "training diverged in round %d (validation loss %s) with learning rate %s; lower"
                  + " training.learningRate, or set training.clipNorm",
              next.epoch(),
              loss,
              config.learningRate()),
          best.state);
    }
    return loss;
  }

  /** The state to keep: the last one, or the best by validation loss. */
  private static final class Best {
    private TrainingState state;
    private double loss = Double.POSITIVE_INFINITY;
    private int since;

    Best(TrainingState initial) {
      state = initial;
    }

    void offer(TrainingState candidate, double validation) {
      if (Double.isNaN(validation) || validation < loss) {
        state = candidate;
        loss = validation;
        since = 0;
      } else {
        since++;
      }
    }

    boolean isLatest() {
      return since == 0;
    }

    boolean exhausted(int patience) {
      return patience > 0 && since >= patience;
    }
  }
}
