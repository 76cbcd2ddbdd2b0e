package dev.unroll.spark.ml;

import dev.unroll.net.Model;
import dev.unroll.spark.rounds.RoundReport;
import dev.unroll.spark.rounds.SequenceTraining;
import dev.unroll.spark.rounds.SequenceTraining.Trained;
import dev.unroll.spark.rounds.StopRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.apache.spark.ml.classification.TrainingSummary;
import org.apache.spark.ml.util.Summary;

/**
 * How a fit went; it stays with the model until that is saved.
 *
 * @param reports of the rounds, in their order; of a resumed run those since it was resumed
 * @param ending why training ended
 * @param bestEpoch the epoch after which the model's weights were reached
 * @param bestValidationLoss their validation loss; NaN without held-out rows
 * @param leftOut results of shards that were left out, because they were not finite
 * @param rowsUsed training rows and rows held out
 * @param rowsSkipped rows left out, by reason
 * @param seconds of all rounds
 */
public record RnnTrainingSummary(
    List<RoundReport> reports,
    StopRules.Ending ending,
    int bestEpoch,
    double bestValidationLoss,
    long leftOut,
    long rowsUsed,
    SortedMap<String, Long> rowsSkipped,
    double seconds)
    implements TrainingSummary, Summary {

  /** The training loss of each epoch: the mean of all its terms. */
  @Override
  public double[] objectiveHistory() {
    Map<Integer, double[]> sums = new TreeMap<>();
    for (RoundReport report : reports) {
      if (report.epoch() > 0) {
        double[] sum = sums.computeIfAbsent(report.epoch(), epoch -> new double[2]);
        sum[0] += report.loss() * report.lossWeight();
        sum[1] += report.lossWeight();
      }
    }
    return sums.values().stream().mapToDouble(sum -> sum[0] / sum[1]).toArray();
  }

  /** The loss of the held-out rows, each time it was taken; empty without such rows. */
  public double[] validationHistory() {
    return validated(RoundReport::validationLoss);
  }

  /** The same of accuracy or, for regression, the root of the mean squared error. */
  public double[] validationMetricHistory() {
    return validated(RoundReport::validationMetric);
  }

  private double[] validated(ToDoubleFunction<RoundReport> figure) {
    return reports.stream().mapToDouble(figure).filter(value -> !Double.isNaN(value)).toArray();
  }

  /** Epochs that {@link #objectiveHistory} tells of. */
  @Override
  public int totalIterations() {
    return objectiveHistory().length;
  }

  /** Seconds of each round. */
  public double[] roundSeconds() {
    return reports.stream().mapToDouble(RoundReport::seconds).toArray();
  }

  /** Takes down what the summary needs, and passes on all it hears. */
  static final class Recorder implements FitListener {
    private final FitListener next;
    private final List<RoundReport> reports = new ArrayList<>();
    private SequenceTraining training;

    Recorder(FitListener next) {
      this.next = next;
    }

    @Override
    public void prepared(SequenceTraining prepared) {
      training = prepared;
      next.prepared(prepared);
    }

    @Override
    public void skipped(String message) {
      next.skipped(message);
    }

    @Override
    public void starts(long round) {
      next.starts(round);
    }

    @Override
    public void ended(RoundReport report) {
      reports.add(report);
      next.ended(report);
    }

    @Override
    public void diverged(Model lastGood, long round) {
      next.diverged(lastGood, round);
    }

    RnnTrainingSummary summary(Trained trained) {
      return new RnnTrainingSummary(
          List.copyOf(reports),
          trained.ending(),
          trained.position().epochsDone(),
          trained.validationLoss(),
          trained.leftOut(),
          training.sequences() + training.heldOutSequences(),
          new TreeMap<>(training.skipped().counts()),
          reports.stream().mapToDouble(RoundReport::seconds).sum());
    }
  }
}
