package dev.unroll.jobs;

import dev.unroll.math.Kernels;
import dev.unroll.net.Model;
import dev.unroll.spark.InvalidRows;
import dev.unroll.spark.ml.RnnTrainingSummary;
import dev.unroll.spark.ml.SequenceTunerModel;
import dev.unroll.spark.ml.TunedTrial;
import dev.unroll.spark.rounds.RoundReport;
import dev.unroll.spark.scoring.Evaluation;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** What a job has found out so far; becomes its report, however it ends. */
final class Outcome {
  private final Instant startedAt;
  private final Versions versions;
  private final Map<String, Number> metrics = new TreeMap<>();
  private final Map<String, Long> rows = new TreeMap<>();
  private String weightsSha256;
  private long leftOut;

  Outcome(Instant startedAt, String kernels) {
    this.startedAt = startedAt;
    versions = Versions.current(Kernels.named(kernels).name());
  }

  void rows(String name, long used, InvalidRows skipped) {
    rows(name, used, "skipped", skipped);
  }

  /**
   * How many rows were used, and how many could not be: in all, and for each reason.
   *
   * @param fate what became of these
   */
  void rows(String name, long used, String fate, InvalidRows unusable) {
    String key = name + "." + fate;
    rows.put(name, used);
    rows.put(key, unusable.total());
    unusable.counts().forEach((reason, count) -> rows.put(key + "." + reason, count));
  }

  void weights(Model model) {
    weightsSha256 = model.weightsSha256();
  }

  /** The figures of the round whose model would be kept if training ended now. */
  void round(RoundReport report) {
    metrics.put(
        "train.epochs", report.endsEpoch() ? report.epoch() : Math.max(0, report.epoch() - 1));
    metrics.put("train.rounds", report.round());
    leftOut += report.leftOut().size();
    if (leftOut > 0) {
      metrics.put("train.leftOut", leftOut);
    }
    if (report.improved()) {
      metrics.put("train.loss", report.loss());
      metrics.put("train.bestEpoch", report.epoch());
      if (!Double.isNaN(report.validationLoss())) {
        metrics.put("validation.loss", report.validationLoss());
      }
    }
  }

  /** The figures of the model, also of a run that was begun before. */
  void trained(RnnTrainingSummary summary) {
    metrics.put("train.bestEpoch", summary.bestEpoch());
    if (!Double.isNaN(summary.bestValidationLoss())) {
      metrics.put("validation.loss", summary.bestValidationLoss());
    }
    if (summary.leftOut() > 0) {
      metrics.put("train.leftOut", summary.leftOut());
    }
  }

  /** What it cost to choose the settings. */
  void tuned(SequenceTunerModel model) {
    metrics.put("tuning.candidates", model.trials().size());
    metrics.put("tuning.steps", model.trials().stream().mapToLong(TunedTrial::steps).sum());
  }

  void evaluation(Evaluation evaluation) {
    rows("test", evaluation.metrics().count(), evaluation.skipped());
    evaluation.metrics().figures().forEach((name, value) -> metrics.put("test." + name, value));
  }

  RunReport finished(String message) {
    return report(ExitCode.DONE, message);
  }

  RunReport stopped(String message) {
    return report(RunReport.Status.STOPPED, ExitCode.DONE, message);
  }

  RunReport failed(Exception failure) {
    Failure why = Failure.of(failure);
    return report(why.exitCode(), why.message());
  }

  private RunReport report(ExitCode code, String message) {
    return report(RunReport.Status.of(code), code, message);
  }

  private RunReport report(RunReport.Status status, ExitCode code, String message) {
    return new RunReport(
        status,
        code.code(),
        message,
        metrics,
        weightsSha256,
        versions,
        RunReport.secondsSince(startedAt),
        startedAt,
        rows);
  }
}
