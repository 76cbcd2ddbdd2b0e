package dev.unroll.spark.ml;

import dev.unroll.spark.rounds.LearnerSettings;
import dev.unroll.spark.rounds.SerialTrials;
import dev.unroll.spark.rounds.SerialTrials.Fold;
import dev.unroll.spark.rounds.SerialTrials.Ran;
import dev.unroll.spark.rounds.SerialTrials.Run;
import dev.unroll.spark.rounds.SerialTrials.RunPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Successive halving (Jamieson and Talwalkar 2016; the rungs of ASHA, Li et al. 2020): all
 * candidates train for a few epochs, the best 1/η of them η times as long, and so on. A rung is one
 * Spark job with a task for each candidate and fold.
 *
 * <p>One rule is added, so that the smallest sufficient hidden size can be told at the end: beside
 * the best, the best candidate of each smaller hidden size goes on while it is within one standard
 * error of the best.
 */
final class SuccessiveHalving {
  private final SerialTrials trials;
  private final List<Candidate> candidates;
  private final List<Fold> folds;
  private final int reduction;
  private final double maxSeconds;

  /**
   * @param values what is varied, by name
   * @param settings the whole
   */
  record Candidate(Map<String, String> values, LearnerSettings settings) {}

  SuccessiveHalving(
      SerialTrials trials,
      List<Candidate> candidates,
      List<Fold> folds,
      int reduction,
      double maxSeconds) {
    this.trials = trials;
    this.candidates = candidates;
    this.folds = folds;
    this.reduction = reduction;
    this.maxSeconds = maxSeconds;
  }

  /** Runs all rungs; what was found of each candidate, in their order. */
  List<TunedTrial> run(int firstEpochs, int lastEpochs) {
    RunPoint[][] points = new RunPoint[candidates.size()][folds.size()];
    List<Integer> alive = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      alive.add(i);
    }
    for (int epochs = Math.min(firstEpochs, lastEpochs); ; ) {
      rung(alive, points, epochs);
      if (epochs >= lastEpochs) {
        break;
      }
      alive = promoted(alive, points);
      if (alive.isEmpty()) {
        break; // all diverged
      }
      epochs = (int) Math.min(lastEpochs, (long) epochs * reduction);
    }
    List<TunedTrial> found = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      found.add(trial(i, points[i], lastEpochs));
    }
    return found;
  }

  private void rung(List<Integer> alive, RunPoint[][] points, int epochs) {
    List<Run> runs = new ArrayList<>();
    for (int candidate : alive) {
      for (int fold = 0; fold < folds.size(); fold++) {
        LearnerSettings settings = candidates.get(candidate).settings();
        runs.add(new Run(candidate, settings, fold, folds.get(fold), points[candidate][fold]));
      }
    }
    for (Ran ran : trials.train(runs, epochs, maxSeconds)) {
      points[ran.trial()][ran.foldIndex()] = ran.point();
    }
  }

  /** Those that go on: the best 1/η, and smaller ones that may be as good. */
  private List<Integer> promoted(List<Integer> alive, RunPoint[][] points) {
    List<TunedTrial> ranked =
        alive.stream()
            .map(i -> trial(i, points[i], Integer.MAX_VALUE))
            .filter(trial -> Double.isFinite(trial.loss()))
            .sorted(Comparator.comparingDouble(TunedTrial::loss).thenComparing(TunedTrial::trial))
            .toList();
    if (ranked.isEmpty()) {
      return List.of();
    }
    int most = Math.max(1, alive.size() / reduction);
    List<Integer> promoted = new ArrayList<>();
    ranked.stream().limit(most).forEach(trial -> promoted.add(trial.trial()));
    TunedTrial best = ranked.get(0);
    List<Integer> sizes = new ArrayList<>();
    for (TunedTrial trial : ranked) {
      int size = candidates.get(trial.trial()).settings().hiddenSize();
      boolean first = !sizes.contains(size);
      sizes.add(size);
      if (first
          && size < candidates.get(best.trial()).settings().hiddenSize()
          && trial.loss() <= best.loss() + best.standardError()
          && !promoted.contains(trial.trial())) {
        promoted.add(trial.trial());
      }
    }
    promoted.sort(Comparator.naturalOrder());
    return promoted;
  }

  private TunedTrial trial(int candidate, RunPoint[] points, int lastEpochs) {
    double[] last = new double[points.length];
    long steps = 0;
    String diverged = null;
    int epochs = points[0].epochs();
    for (int fold = 0; fold < points.length; fold++) {
      RunPoint point = points[fold];
      last[fold] = point.validation()[point.epochs() - 1];
      steps += point.steps();
      epochs = Math.min(epochs, point.epochs());
      diverged = diverged == null ? point.diverged() : diverged;
    }
    String status =
        diverged != null ? "diverged: " + diverged : epochs >= lastEpochs ? "finished" : "stopped";
    double mean = diverged == null ? mean(last) : Double.POSITIVE_INFINITY;
    return new TunedTrial(
        candidate,
        candidates.get(candidate).values(),
        epochs,
        mean,
        diverged == null ? standardError(last, mean) : Double.NaN,
        last,
        byEpoch(points, epochs, RunPoint::validation),
        byEpoch(points, epochs, RunPoint::training),
        steps,
        status);
  }

  private static double[] byEpoch(
      RunPoint[] points, int epochs, Function<RunPoint, double[]> history) {
    double[] means = new double[epochs];
    for (int epoch = 0; epoch < epochs; epoch++) {
      double[] values = new double[points.length];
      for (int fold = 0; fold < points.length; fold++) {
        values[fold] = history.apply(points[fold])[epoch];
      }
      means[epoch] = mean(values);
    }
    return means;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Of the mean: s / √k; 0 with one fold, of which nothing can be said. */
  private static double standardError(double[] values, double mean) {
    if (values.length < 2) {
      return 0;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1) / values.length);
  }
}
