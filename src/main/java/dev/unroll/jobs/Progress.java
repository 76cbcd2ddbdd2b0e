package dev.unroll.jobs;

import dev.unroll.net.Model;
import dev.unroll.net.NetworkConfig;
import dev.unroll.spark.ml.TunedTrial;
import dev.unroll.spark.rounds.Exchange;
import dev.unroll.spark.rounds.RoundReport;
import dev.unroll.spark.rounds.SequenceTraining;
import dev.unroll.spark.scoring.Evaluation;
import dev.unroll.train.Average;
import dev.unroll.train.LearningRateScaling;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Tells a person, in a terminal or a log, how training goes: one line per round. */
final class Progress {
  private final PrintStream out;
  private long started;
  private long rounds;
  private long roundsBefore = -1;
  private double lossSum;
  private double lossWeight;
  private long lossRows;
  private double seconds;
  private String metric = "";

  Progress(PrintStream out) {
    this.out = out;
  }

  /** What will be trained, on what, and what a round costs. */
  void plan(SequenceTraining training, int cores, String kernels) {
    List<Long> steps = training.shardSteps();
    long most = steps.stream().mapToLong(Long::longValue).max().orElse(0);
    long least = steps.stream().mapToLong(Long::longValue).min().orElse(0);
    long bytes = training.bytesPerShard();
    metric = training.networkConfig().task().metric();
    line(
        "data     %,d of %,d rows to train on, %,d held out, skipped %s",
        training.sequences(),
        training.rowsRead(),
        training.heldOutSequences(),
        training.skipped().summary());
    line("model    %s", describe(training.networkConfig(), training.parameters()));
    line(
        "plan     %d shards of %,d to %,d steps; %d epochs in %,d rounds; outer step %s, learning"
            + " rate %s",
        steps.size(),
        least,
        most,
        training.config().epochs(),
        training.rounds(),
        training.config().outer(),
        training.config().learningRate(steps.size(), training.config().epochs() * 0.5));
    line(
        "         per round %s to each shard and back, %s in all, averaged by the %s; the driver"
            + " needs %s for them",
        size(bytes),
        size(2 * bytes * steps.size()),
        training.exchange() == Exchange.SLICED ? "executors in slices" : "driver",
        size(training.driverBytes()));
    if (steps.size() > 2
        && training.config().outer() instanceof Average
        && training.config().scaling() == LearningRateScaling.NONE) {
      line(
          "hint     %d shards with minibatches of %d learn like one with %d at %d times the learning rate"
              + " (training.learningRateScaling = linear); at an unchanged rate they learn more slowly",
          steps.size(),
          training.config().batchSize(),
          steps.size() * (long) training.config().batchSize(),
          steps.size());
    }
    if (steps.size() < cores) {
      line(
          "         %d of %d cores will wait; training.shards says how many are used",
          cores - steps.size(), cores);
    }
    line("kernels  %s", kernels);
    started = System.nanoTime();
    rounds = training.rounds();
  }

  /** Where a run goes on that had been begun before. */
  void resumed(long round) {
    line("resume   after round %,d of %,d", round, rounds);
  }

  /** One round; told at the end of an epoch, as the epoch's mean. */
  void round(RoundReport r) {
    if (roundsBefore < 0) {
      roundsBefore = r.round() - 1;
    }
    r.leftOut().forEach(what -> line("left out %s", what));
    lossSum += r.loss() * r.lossWeight();
    lossWeight += r.lossWeight();
    lossRows += r.lossRows();
    seconds += r.seconds();
    if (r.endsEpoch()) {
      epoch(r);
      beginEpoch();
    } else if (r.epoch() == 0) {
      line("warm-up on one shard · loss %.5f", r.loss());
      beginEpoch();
    }
  }

  private void beginEpoch() {
    lossSum = 0;
    lossWeight = 0;
    lossRows = 0;
    seconds = 0;
  }

  private void epoch(RoundReport r) {
    double perRound = (System.nanoTime() - started) / 1e9 / (r.round() - roundsBefore);
    String validation =
        Double.isNaN(r.validationLoss())
            ? ""
            : format(
                " · validation %.5f, %s %.4f%s",
                r.validationLoss(), metric, r.validationMetric(), r.improved() ? " (best)" : "");
    line(
        "epoch %"
            + Integer.toString(r.epochs()).length()
            + "d/%d · loss %.5f%s · %,.0f rows/s · %s"
            + " left",
        r.epoch(),
        r.epochs(),
        lossSum / lossWeight,
        validation,
        lossRows / seconds,
        duration(perRound * (rounds - r.round())));
  }

  /** Which model is used. */
  void model(Model model) {
    line("model    %s", describe(model.network(), model.weights().length));
  }

  /** All candidates, the best first, and what to make of them. */
  void trials(List<TunedTrial> trials, String verdict) {
    line("         %-10s %-9s %10s %9s  %s", "loss", "± s.e.", "epochs", "steps", "settings");
    for (TunedTrial trial : trials) {
      line(
          "         %-10.5f %-9.5f %4d %-9s %5d  %s",
          trial.loss(),
          trial.standardError(),
          trial.epochs(),
          trial.status().split(":")[0],
          trial.steps(),
          trial.describe());
    }
    line("verdict  %s", verdict.replace(". ", format(".%n         ")));
  }

  /** The result, beside a trivial baseline. */
  void evaluation(Evaluation evaluation) {
    line("test     %s", evaluation.metrics().headline());
    if (evaluation.skipped().total() > 0) {
      line("         skipped %s", evaluation.skipped().summary());
    }
    String table = evaluation.metrics().table();
    if (!table.isEmpty()) {
      line("%s", table.indent(2).stripTrailing());
    }
  }

  /** The same for {@code metrics.jsonl}. */
  Map<String, Object> metrics(RoundReport r) {
    Map<String, Object> metrics = new TreeMap<>();
    metrics.put("round", r.round());
    metrics.put("epoch", r.epoch());
    metrics.put("loss", r.loss());
    if (!Double.isNaN(r.validationLoss())) {
      metrics.put("validationLoss", r.validationLoss());
      metrics.put(
          metric.equals("rmse") ? "validationRmse" : "validationAccuracy", r.validationMetric());
      metrics.put("best", r.improved());
    }
    metrics.put("learningRate", r.learningRate());
    metrics.put("gradientNorm", r.gradientNorm());
    metrics.put("clippedFraction", r.clippedFraction());
    metrics.put("agreement", r.agreement());
    if (!r.leftOut().isEmpty()) {
      metrics.put("leftOut", r.leftOut());
    }
    metrics.put("rows", r.lossRows());
    metrics.put("rowsPerSecond", r.rowsPerSecond());
    metrics.put("computeSeconds", r.computeSeconds());
    metrics.put("seconds", r.seconds());
    return metrics;
  }

  void line(String format, Object... arguments) {
    out.println(format(format, arguments));
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  /** Such as {@code classify, lstm of 64 units in 2 layers, 12 inputs, 9 outputs}. */
  static String describe(NetworkConfig network, int parameters) {
    return String.format(
        Locale.ROOT,
        "%s, %s%s of %d units%s, %d inputs, %d outputs, %,d parameters (%s)",
        network.task().label(),
        network.bidirectional() ? "bidirectional " : "",
        network.cell().label(),
        network.hiddenSize(),
        network.numLayers() > 1 ? " in " + network.numLayers() + " layers" : "",
        network.inputSize(),
        network.outputSize(),
        parameters,
        size(4L * parameters));
  }

  static String size(long bytes) {
    if (bytes < 10_000) {
      return bytes + " B";
    }
    return bytes < 1_000_000 ? format("%.1f kB", bytes / 1e3) : format("%.1f MB", bytes / 1e6);
  }

  private static String duration(double seconds) {
    long s = Math.round(seconds);
    return s < 60
        ? s + " s"
        : s < 3600
            ? format("%d min %02d s", s / 60, s % 60)
            : format("%d h %02d min", s / 3600, s / 60 % 60);
  }
}
