package dev.unroll.spark.rounds;

import dev.unroll.spark.rounds.LearnerSettings.DivergedShard;
import dev.unroll.spark.rounds.StopRules.Ending;
import dev.unroll.train.Average;
import dev.unroll.train.DivergedException;
import dev.unroll.train.LocalTrainer;
import dev.unroll.train.OuterStep;
import dev.unroll.train.RoundPlan;
import dev.unroll.train.ShardReport;
import dev.unroll.train.TrainingConfig;
import dev.unroll.train.TrainingState;
import dev.unroll.train.Validation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The round loop: send the state to all shards, let each train on its rows for a period, take the
 * mean of what comes back, make the outer step, and again (McDonald, Hall and Mann 2010; Povey et
 * al. 2015; science of the outer step in {@link OuterStep}).
 */
final class ParameterAveraging {
  private final Shards shards;
  private final TrainingConfig config;
  private final StopRules stop;
  private final DivergedShard divergedShard;
  private final BiConsumer<RoundReport, RunState> listener;

  /**
   * @param listener told of each round when it has ended, with the state that the next starts from
   */
  ParameterAveraging(
      Shards shards,
      TrainingConfig config,
      StopRules stop,
      DivergedShard divergedShard,
      BiConsumer<RoundReport, RunState> listener) {
    this.shards = shards;
    this.config = config;
    this.stop = stop;
    this.divergedShard = divergedShard;
    this.listener = listener;
  }

  /** The last state of a run, and why it was the last. */
  record Ended(RunState state, Ending ending) {}

  /**
   * Runs rounds from a state, the first or that of a checkpoint, until a rule says stop.
   *
   * @throws DivergedException when a shard's result is not finite; it carries the weights to keep
   */
  Ended run(RunState start) {
    long began = System.nanoTime();
    RunState state = start;
    Optional<Ending> ending = stop.ending(state, config.epochs(), 0);
    while (ending.isEmpty()) {
      state = round(state);
      ending = stop.ending(state, config.epochs(), secondsSince(began));
    }
    return new Ended(state, ending.get());
  }

  private RunState round(RunState state) {
    long began = System.nanoTime();
    TrainingState before = state.current();
    RoundPlan plan = RoundPlan.after(before.position(), config, shards.minibatches());
    Combined results = shards.train(before.forShards());
    List<String> leftOut = leaveOut(results, state, plan);
    OuterStep outer = plan.isWarmup() ? new Average() : config.outer();
    TrainingState after = outer.next(before, results.mean(), plan.next());
    requireFinite(after, state);
    RunState next = state.after(after, leftOut.size());
    if (shards.hasValidation() && plan.next().isEpochEnd()) {
      next = next.validated(validation(after, state));
    }
    listener.accept(
        RoundReport.of(config, plan, before, results, leftOut, next, secondsSince(began)), next);
    return next;
  }

  /** What is said of the shards that are left out; fails if there may be none, or all are. */
  private List<String> leaveOut(Combined results, RunState state, RoundPlan plan) {
    List<ShardReport> diverged = results.diverged();
    if (!diverged.isEmpty() && (divergedShard == DivergedShard.STOP || results.mean() == null)) {
      throw diverged(describe(diverged.get(0), plan), state);
    }
    return diverged.stream().map(report -> describe(report, plan)).toList();
  }

  private String describe(ShardReport report, RoundPlan plan) {
    List<String> rows = rowsOf(report);
    return String.format(
        Locale.ROOT,
        "shard %d, round %d, epoch %d (%s%s)",
        report.shard(),
        plan.next().round(),
        plan.pass() + 1,
        report.divergence().what(),
        rows.isEmpty() ? "" : "; first rows of it: " + String.join(", ", rows));
  }

  /** Shards whose results are finite may still be thrown beyond all numbers by outer momentum. */
  private void requireFinite(TrainingState after, RunState state) {
    if (!LocalTrainer.allFinite(after.weights())) {
      throw diverged(
          "round %d (weights not finite after the outer step %s)"
              .formatted(after.position().round(), config.outer()),
          state);
    }
  }

  /** That the rows cannot be named must not hide that the shard diverged. */
  private List<String> rowsOf(ShardReport report) {
    try {
      return shards.rowsOf(report);
    } catch (RuntimeException e) {
      return List.of("(could not be read again: " + e.getMessage() + ")");
    }
  }

  private Validation validation(TrainingState after, RunState state) {
    Validation found = shards.validate(after.weights());
    if (!Double.isFinite(found.loss())) {
      throw diverged(
          "round " + after.position().round() + " (validation loss " + found.loss() + ")", state);
    }
    return found;
  }

  private DivergedException diverged(String where, RunState state) {
    return new DivergedException(
        String.format(
            Locale.ROOT,
            "training diverged in %s with learning rate %s; lower training.learningRate, or set"
                + " training.clipNorm",
            where,
            config.learningRate()),
        state.position(),
        state.weights());
  }

  private static double secondsSince(long began) {
    return (System.nanoTime() - began) / 1e9;
  }
}
