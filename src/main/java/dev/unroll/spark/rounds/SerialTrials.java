package dev.unroll.spark.rounds;

import dev.unroll.math.Kernels;
import dev.unroll.net.Network;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.SequenceBlock;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.Sent;
import dev.unroll.spark.TimedJob;
import dev.unroll.train.LocalTrainer;
import dev.unroll.train.LossEvaluator;
import dev.unroll.train.OptimizerState;
import dev.unroll.train.Position;
import dev.unroll.train.Preprocessing;
import dev.unroll.train.ShardReport;
import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingConfig;
import dev.unroll.train.TrainingState;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Trains many networks side by side on the same rows, each by one task alone: for choosing settings
 * that is faster than averaging, since nothing waits for anything. The rows are packed once, sent
 * to each executor once, and kept there in parts; a trial trains on some parts and is judged on
 * another.
 *
 * <p>A trial's run is a function of its settings, its state and the rows, so it gives the same
 * numbers wherever and whenever it goes on.
 */
public final class SerialTrials implements AutoCloseable {
  private static final long MOST_BYTES = 1L << 30;

  private final PreparedRows prepared;
  private final List<PackedShards> parts;
  private final Broadcast<Sent<ArrayList<List<ShardBlock>>>> blocks;

  private SerialTrials(
      PreparedRows prepared,
      List<PackedShards> parts,
      Broadcast<Sent<ArrayList<List<ShardBlock>>>> blocks) {
    this.prepared = prepared;
    this.parts = parts;
    this.blocks = blocks;
  }

  /**
   * Which parts a trial trains on, and which one judges it.
   *
   * @param trainOn indices of parts, in their order
   * @param judge indices of the parts that judge it
   */
  public record Fold(List<Integer> trainOn, List<Integer> judge) implements Serializable {
    public Fold {
      trainOn = List.copyOf(trainOn);
      judge = List.copyOf(judge);
    }
  }

  /**
   * A run to go on with.
   *
   * @param trial the candidate's number
   * @param settings of the candidate
   * @param fold what it trains on; {@code foldIndex} is its number
   * @param state where it stands; null at the start
   */
  public record Run(
      int trial, LearnerSettings settings, int foldIndex, Fold fold, RunPoint state) {}

  /**
   * Where a run stands.
   *
   * @param weights of the network
   * @param optimizer its state
   * @param validation loss of the judging part after each epoch so far
   * @param training mean loss of each epoch so far
   * @param steps of the optimizer so far
   * @param diverged what was not finite; null when all is well
   */
  public record RunPoint(
      float[] weights,
      OptimizerState optimizer,
      double[] validation,
      double[] training,
      long steps,
      String diverged)
      implements Serializable {

    /** Epochs done. */
    public int epochs() {
      return validation.length;
    }
  }

  /** The same run, further on. */
  public record Ran(int trial, int foldIndex, RunPoint point) implements Serializable {}

  /**
   * Reads the rows, checks them and packs them in parts.
   *
   * @param part an expression that gives each row its part, from 0; rows with a null are left out
   * @param settings of which columns, task, placement, scaling and kernels hold for all trials
   * @throws InvalidDataException if columns or rows cannot be used, or are too many for this
   */
  public static SerialTrials prepare(
      Dataset<Row> rows, Column part, int parts, LearnerSettings settings) {
    PreparedRows prepared = PreparedRows.of(rows, settings, Optional.empty());
    List<PackedShards> packed = new ArrayList<>();
    try {
      for (int i = 0; i < parts; i++) {
        packed.add(prepared.pack(rows.where(part.equalTo(i))));
      }
      return new SerialTrials(prepared, packed, send(rows, packed, settings));
    } catch (RuntimeException e) {
      packed.forEach(PackedShards::close);
      throw e;
    }
  }

  private static Broadcast<Sent<ArrayList<List<ShardBlock>>>> send(
      Dataset<Row> rows, List<PackedShards> parts, LearnerSettings settings) {
    long bytes = parts.stream().mapToLong(PackedShards::bytes).sum();
    if (bytes > MOST_BYTES) {
      throw new InvalidDataException(
          "the rows take %d MB packed, and each executor must hold them all to try settings on; expected at most %d MB: tune on a sample of them"
              .formatted(bytes >> 20, MOST_BYTES >> 20));
    }
    ArrayList<List<ShardBlock>> all = new ArrayList<>();
    for (PackedShards part : parts) {
      all.add(
          new ArrayList<>(
              TimedJob.collect(
                  part.blocks(),
                  "collect rows to tune on",
                  settings.rounds().maxSeconds(),
                  "raise maxRoundSeconds")));
    }
    return JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext())
        .broadcast(new Sent<>(all));
  }

  /** Sequences in each part. */
  public List<Long> sequences() {
    return parts.stream()
        .map(part -> part.statistics().stream().mapToLong(s -> s.sequences).sum())
        .toList();
  }

  /** The network that a candidate's settings make of these rows. */
  public NetworkConfig network(LearnerSettings candidate) {
    return prepared.networkConfig(candidate);
  }

  /**
   * Goes on with all runs until each has done so many epochs; one task per run.
   *
   * @return in the order of the runs
   */
  public List<Ran> train(List<Run> runs, int epochs, double maxSeconds) {
    Broadcast<Sent<ArrayList<List<ShardBlock>>>> sent = blocks;
    ArrayList<Sent<TrialTask>> tasks = new ArrayList<>();
    runs.forEach(run -> tasks.add(new Sent<>(task(run, epochs))));
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(prepared.rows().sparkSession().sparkContext());
    return TimedJob.collect(
            context
                .parallelize(tasks, tasks.size())
                .map(task -> new Sent<>(task.content().run(sent.value().content()))),
            "try %d settings up to epoch %d".formatted(runs.size(), epochs),
            maxSeconds,
            "raise maxRoundSeconds")
        .stream()
        .map(Sent::content)
        .toList();
  }

  private TrialTask task(Run run, int epochs) {
    return new TrialTask(
        run.trial(),
        run.foldIndex(),
        run.fold(),
        network(run.settings()),
        preprocessing(run),
        run.settings().training(),
        run.settings().kernels(),
        run.state(),
        epochs);
  }

  /** From the rows that the run trains on, and no others. */
  private Preprocessing preprocessing(Run run) {
    return prepared.preprocessing(run.fold().trainOn().stream().map(parts::get).toList());
  }

  @Override
  public void close() {
    parts.forEach(PackedShards::close);
    blocks.destroy();
  }

  /** What one task does. */
  private record TrialTask(
      int trial,
      int foldIndex,
      Fold fold,
      NetworkConfig network,
      Preprocessing preprocessing,
      TrainingConfig config,
      String kernels,
      RunPoint start,
      int epochs)
      implements Serializable {

    Ran run(List<List<ShardBlock>> parts) {
      List<SequenceBlock> rows = new ArrayList<>();
      for (int part : fold.trainOn()) {
        parts.get(part).forEach(block -> rows.add(block.block()));
      }
      List<SequenceBlock> judge = new ArrayList<>();
      for (int part : fold.judge()) {
        parts.get(part).forEach(block -> judge.add(block.block()));
      }
      return new Ran(trial, foldIndex, trained(rows, judge));
    }

    private RunPoint trained(List<SequenceBlock> rows, List<SequenceBlock> judge) {
      Network net = new Network(network);
      LocalTrainer trainer = new LocalTrainer(net, preprocessing, config, Kernels.named(kernels));
      LossEvaluator evaluator =
          new LossEvaluator(net, preprocessing, config.batchSize(), Kernels.named(kernels));
      long[] minibatches = {
        rows.stream().mapToLong(b -> LocalTrainer.minibatches(b.size(), config.batchSize())).sum()
      };
      RunPoint point = start == null ? begin(net) : start;
      while (point.epochs() < epochs && point.diverged() == null) {
        point = epoch(point, trainer, evaluator, rows, judge, minibatches);
      }
      return point;
    }

    private RunPoint begin(Network net) {
      float[] weights = net.initialWeights(config.seed());
      return new RunPoint(
          weights,
          OptimizerState.initial(config.optimizer(), weights.length),
          new double[0],
          new double[0],
          0,
          null);
    }

    private RunPoint epoch(
        RunPoint before,
        LocalTrainer trainer,
        LossEvaluator evaluator,
        List<SequenceBlock> rows,
        List<SequenceBlock> judge,
        long[] minibatches) {
      Position position = new Position(before.epochs(), before.epochs(), 0);
      TrainingState state =
          new TrainingState(position, before.weights(), before.optimizer(), new float[0]);
      ShardResult result = trainer.train(0, rows.iterator(), minibatches, state);
      ShardReport report = result.report();
      double validation = report.counts() ? loss(evaluator, result.weights(), judge) : Double.NaN;
      String diverged =
          report.divergence() != null
              ? report.divergence().what()
              : Double.isFinite(validation) ? null : "validation loss " + validation;
      return new RunPoint(
          result.weights(),
          result.optimizer(),
          longer(before.validation(), validation),
          longer(before.training(), report.lossSum() / report.lossWeight()),
          before.steps() + report.minibatches(),
          diverged);
    }

    private static double loss(
        LossEvaluator evaluator, float[] weights, List<SequenceBlock> judge) {
      double sum = 0;
      double weight = 0;
      for (SequenceBlock rows : judge) {
        sum += evaluator.lossSum(weights, rows);
        for (int i = 0; i < rows.size(); i++) {
          weight += (double) rows.weight(i) * rows.targetRows(i);
        }
      }
      return sum / weight;
    }

    private static double[] longer(double[] values, double value) {
      double[] longer = Arrays.copyOf(values, values.length + 1);
      longer[values.length] = value;
      return longer;
    }
  }
}
