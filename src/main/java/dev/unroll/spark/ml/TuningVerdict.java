package dev.unroll.spark.ml;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which hidden size to choose, and why: of the sizes whose best candidate is within one standard
 * error of the best of all, the smallest (the one-standard-error rule of Breiman et al. 1984).
 *
 * @param selected whose settings the model is to have
 * @param text one paragraph for people
 */
record TuningVerdict(TunedTrial selected, String text) {

  static TuningVerdict of(List<TunedTrial> trials, RnnEstimator<?, ?> estimator, String select) {
    TunedTrial best =
        trials.stream()
            .filter(TunedTrial::finished)
            .min(Comparator.comparingDouble(TunedTrial::loss).thenComparing(TunedTrial::trial))
            .orElseThrow(() -> new IllegalStateException(none(trials)));
    TreeMap<Integer, TunedTrial> bySize = bySize(trials, estimator.getHiddenSize());
    double bound = best.loss() + best.standardError();
    TunedTrial smallest =
        bySize.values().stream()
            .filter(trial -> trial.finished() && trial.loss() <= bound)
            .findFirst()
            .orElse(best);
    TunedTrial selected = select.equals("smallest") ? smallest : best;
    int usual = estimator.getHiddenSize();
    return new TuningVerdict(selected, text(bySize, best, smallest, selected, usual));
  }

  private static String none(List<TunedTrial> trials) {
    return "no candidate could be trained to the end: "
        + trials.stream()
            .map(trial -> trial.describe() + " " + trial.status())
            .limit(5)
            .collect(Collectors.joining("; "));
  }

  static int size(TunedTrial trial, int usual) {
    return Integer.parseInt(
        trial.values().getOrDefault(RnnSettings.HIDDEN_SIZE.name(), "" + usual));
  }

  /** The best candidate of each size: the one that came furthest, of these the lowest loss. */
  static TreeMap<Integer, TunedTrial> bySize(List<TunedTrial> trials, int usual) {
    TreeMap<Integer, TunedTrial> best = new TreeMap<>();
    Comparator<TunedTrial> better =
        Comparator.comparing((TunedTrial trial) -> -trial.epochs())
            .thenComparing(TunedTrial::loss)
            .thenComparing(TunedTrial::trial);
    for (TunedTrial trial : trials) {
      best.merge(size(trial, usual), trial, (a, b) -> better.compare(a, b) <= 0 ? a : b);
    }
    return best;
  }

  private static String text(
      TreeMap<Integer, TunedTrial> bySize,
      TunedTrial best,
      TunedTrial smallest,
      TunedTrial selected,
      int usual) {
    StringBuilder text = new StringBuilder();
    say(
        text,
        "The lowest validation loss, %.5f ± %.5f (standard error over the folds), is that of %s.",
        best.loss(),
        best.standardError(),
        best.describe());
    int size = size(smallest, usual);
    if (bySize.size() > 1) {
      say(
          text,
          " %d hidden units are enough: with %.5f it is the smallest size within one standard error"
              + " of the best.",
          size,
          smallest.loss());
      Optional.ofNullable(bySize.lowerEntry(size))
          .ifPresent(entry -> smaller(text, entry.getKey(), entry.getValue(), best));
      Optional.ofNullable(bySize.higherEntry(size))
          .ifPresent(entry -> larger(text, entry.getKey(), entry.getValue(), smallest));
    }
    fit(text, smallest);
    say(text, " The model is trained with %s.", selected.describe());
    return text.toString();
  }

  private static void smaller(StringBuilder text, int size, TunedTrial trial, TunedTrial best) {
    int epoch = trial.epochs() - 1;
    double behind = trial.loss() - best.validation()[Math.min(epoch, best.epochs() - 1)];
    say(
        text,
        " %d units fall behind: after %d epochs their best loss is %.5f, %.5f above that of the best"
            + " after as many.",
        size,
        trial.epochs(),
        trial.loss(),
        behind);
  }

  private static void larger(StringBuilder text, int size, TunedTrial trial, TunedTrial smallest) {
    say(
        text,
        " %d units %s.",
        size,
        trial.finished()
            ? String.format(Locale.ROOT, "reach %.5f", trial.loss())
            : String.format(
                Locale.ROOT,
                "were at %.5f when they were stopped after %d epochs; the smaller ones were at %.5f then",
                trial.loss(),
                trial.epochs(),
                smallest.validation()[trial.epochs() - 1]));
  }

  private static void fit(StringBuilder text, TunedTrial trial) {
    double training = trial.training()[trial.epochs() - 1];
    double gap = trial.loss() - training;
    say(
        text,
        " Its training loss is %.5f: %s.",
        training,
        gap > 0.5 * trial.loss()
            ? "the rows are learnt by heart, and more of them, or weight decay, would help more than"
                + " units"
            : "there is little overfitting, and more epochs may help");
  }

  private static void say(StringBuilder text, String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments));
  }
}
