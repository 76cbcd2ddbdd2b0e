package dev.unroll.spark.rounds;

import dev.unroll.jobs.samples.AddingProblem;
import dev.unroll.math.Kernels;
import dev.unroll.math.KeyedRandom;
import dev.unroll.net.CellType;
import dev.unroll.net.Network;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Scaling;
import dev.unroll.net.SequenceBlock;
import dev.unroll.net.Task;
import dev.unroll.spark.rounds.LearnerSettings.DivergedShard;
import dev.unroll.train.Average;
import dev.unroll.train.DivergedException;
import dev.unroll.train.LearningRateScaling;
import dev.unroll.train.LossEvaluator;
import dev.unroll.train.Nesterov;
import dev.unroll.train.Optimizer;
import dev.unroll.train.OuterStep;
import dev.unroll.train.Period;
import dev.unroll.train.Preprocessing;
import dev.unroll.train.SampleBlocks;
import dev.unroll.train.Schedule;
import dev.unroll.train.SerialTraining;
import dev.unroll.train.TrainingConfig;
import dev.unroll.train.TrainingState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What synchronising costs in learning: the loss on unseen data after the same number of epochs, on
 * one shard and on several, for each way to synchronise. Prints a Markdown table: the serial loss,
 * then losses relative to it, means over seeds.
 *
 * <p>The loop and the tasks are the real ones, the shards are in memory, so that a round costs
 * nothing but its arithmetic.
 *
 * <pre>
 * mvn -B -q -Pbench test-compile exec:exec -Dbench.main=dev.unroll.spark.rounds.LearningStudy -Dbench=all
 * </pre>
 */
public final class LearningStudy {
  private static final Path DATA = Path.of("../shared/data");
  private static final int SEEDS = Integer.getInteger("unroll.seeds", 5);
  private static final int BATCH_SIZE = 32;
  private static final double LEARNING_RATE =
      Double.parseDouble(System.getProperty("unroll.rate", "0.01"));

  private LearningStudy() {}

  /** Sequences to learn from, others to measure on, and enough epochs to learn it on one shard. */
  private record Problem(
      String name,
      NetworkConfig network,
      Preprocessing preprocessing,
      SequenceBlock train,
      SequenceBlock test,
      int epochs) {

    /** The loss on the test sequences after the last epoch; not a number if training diverged. */
    double loss(Method method, int shards, Period period, long seed) {
      TrainingConfig config =
          new TrainingConfig(
                  epochs,
                  method.divideBatch() ? BATCH_SIZE / shards : BATCH_SIZE,
                  Optimizer.of("adam", 0, 0),
                  LEARNING_RATE,
                  new Schedule(Schedule.Shape.COSINE, 0.1),
                  1,
                  seed)
              .synchronised(period, method.outer(), method.scaling(), 0);
      MemoryShards data = new MemoryShards(network, preprocessing, config, deal(shards, seed));
      float[] start = new Network(network).initialWeights(seed);
      try {
        TrainingConfig settled = data.config();
        RunState end =
            new ParameterAveraging(
                    data, settled, StopRules.NONE, DivergedShard.STOP, (report, state) -> {})
                .run(RunState.start(TrainingState.initial(start, settled)))
                .state();
        LossEvaluator evaluator =
            new LossEvaluator(new Network(network), preprocessing, 64, Kernels.best());
        long rows = 0;
        for (int i = 0; i < test.size(); i++) {
          rows += test.targetRows(i);
        }
        return evaluator.lossSum(end.weights(), test) / rows;
      } catch (DivergedException e) {
        return Double.NaN;
      }
    }

    /** Shards of equal size, as the hash of the rows' contents makes them. */
    private List<List<ShardBlock>> deal(int shards, long seed) {
      int[] order = new int[train.size()];
      Arrays.setAll(order, i -> i);
      KeyedRandom.of(seed, "deal").shuffle(order);
      List<List<ShardBlock>> dealt = new ArrayList<>();
      for (int shard = 0; shard < shards; shard++) {
        int from = (int) ((long) order.length * shard / shards);
        int to = (int) ((long) order.length * (shard + 1) / shards);
        int[] rows = Arrays.copyOfRange(order, from, to);
        dealt.add(List.of(MemoryShards.block(select(train, rows))));
      }
      return dealt;
    }
  }

  /**
   * A way to synchronise.
   *
   * @param divideBatch whether each shard takes an N-th of the minibatch
   */
  private record Method(
      String name, OuterStep outer, LearningRateScaling scaling, boolean divideBatch) {}

  private static final List<Method> METHODS =
      List.of(
          new Method("average", new Average(), LearningRateScaling.NONE, false),
          new Method("average, sqrt", new Average(), LearningRateScaling.SQRT, false),
          new Method(
              "nesterov", new Nesterov(1, Nesterov.AUTOMATIC), LearningRateScaling.NONE, false),
          new Method("average, batch / N", new Average(), LearningRateScaling.NONE, true),
          new Method("average, sqrt, batch / N", new Average(), LearningRateScaling.SQRT, true),
          new Method(
              "average, linear, batch / N", new Average(), LearningRateScaling.LINEAR, true));

  private static final List<Period> PERIODS =
      List.of(Period.EPOCH, new Period(16), new Period(8), new Period(1));

  /** The problems to run: adding, vowels, characters, or all. */
  public static void main(String[] names) throws IOException {
    for (Problem problem : List.of(adding(), vowels(), characters())) {
      if (List.of(names).contains("all") || List.of(names).contains(problem.name())) {
        print(problem);
      }
    }
  }

  private static void print(Problem problem) {
    double[] serial = losses(problem, METHODS.get(0), 1, Period.EPOCH);
    System.out.printf(
        Locale.ROOT,
        "%n%s: %d sequences, %d epochs, batch %d, learning rate %s; serial loss %.4g (%s)%n%n",
        problem.name(),
        problem.train().size(),
        problem.epochs(),
        BATCH_SIZE,
        LEARNING_RATE,
        mean(serial),
        Arrays.stream(serial)
            .mapToObj(loss -> String.format(Locale.ROOT, "%.3g", loss))
            .collect(Collectors.joining(" ")));
    System.out.println("| | N | epoch | steps(16) | steps(8) | steps(1) |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    for (Method method : METHODS) {
      for (int shards : new int[] {2, 4, 8}) {
        String cells =
            PERIODS.stream()
                .map(period -> mean(losses(problem, method, shards, period)) / mean(serial))
                .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio))
                .collect(Collectors.joining(" | "));
        System.out.printf("| %s | %d | %s |%n", method.name(), shards, cells);
      }
    }
  }

  private static double[] losses(Problem problem, Method method, int shards, Period period) {
    return LongStream.rangeClosed(1, SEEDS)
        .parallel()
        .mapToDouble(seed -> problem.loss(method, shards, period, seed))
        .toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static Problem adding() {
    return new Problem(
        "adding",
        new NetworkConfig(Task.REGRESS, CellType.LSTM, 2, 32, 1, false, 1),
        new Preprocessing(Scaling.none(2), Scaling.none(1)),
        SampleBlocks.adding(AddingProblem.generate(4000, 50, 1)),
        SampleBlocks.adding(AddingProblem.generate(1000, 50, 2)),
        20);
  }

  private static Problem vowels() throws IOException {
    Path folder = DATA.resolve("tsc-japanese-vowels");
    SequenceBlock train = cases(folder.resolve("JapaneseVowels_TRAIN.ts"));
    return new Problem(
        "vowels",
        new NetworkConfig(Task.CLASSIFY, CellType.GRU, 12, 64, 1, false, 9),
        SerialTraining.standardised(train, 0),
        train,
        cases(folder.resolve("JapaneseVowels_TEST.ts")),
        60);
  }

  /** The cases of a .ts file with nine classes, "1" to "9". */
  private static SequenceBlock cases(Path file) throws IOException {
    SampleBlocks.Rows rows = new SampleBlocks.Rows();
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      lines
          .dropWhile(line -> !line.equalsIgnoreCase("@data"))
          .skip(1)
          .filter(line -> !line.isBlank())
          .forEach(
              line -> {
                String[] parts = line.split(":");
                int features = parts.length - 1;
                double[][] series = new double[features][];
                for (int f = 0; f < features; f++) {
                  series[f] =
                      Arrays.stream(parts[f].split(",")).mapToDouble(Double::parseDouble).toArray();
                }
                float[][] steps = new float[series[0].length][features];
                for (int t = 0; t < steps.length; t++) {
                  for (int f = 0; f < features; f++) {
                    steps[t][f] = (float) series[f][t];
                  }
                }
                rows.add(steps, Integer.parseInt(parts[features].strip()) - 1f);
              });
    }
    return rows.block(false);
  }

  /**
   * The next character of Shakespeare: windows of 64 of the first 200 kB, the last tenth unseen.
   */
  private static Problem characters() throws IOException {
    byte[] all = Files.readAllBytes(DATA.resolve("text-tinyshakespeare/input.txt"));
    byte[] text = Arrays.copyOf(all, 200_000);
    int[] index = new int[128];
    int alphabet = 0;
    for (byte character : text) {
      if (index[character] == 0) {
        index[character] = ++alphabet;
      }
    }
    int steps = 64;
    int windows = (text.length - 1) / steps;
    int size = alphabet;
    float[] values = new float[windows * steps * size];
    float[] targets = new float[windows * steps];
    for (int i = 0; i < targets.length; i++) {
      values[i * size + index[text[i]] - 1] = 1;
      targets[i] = index[text[i + 1]] - 1f;
    }
    int[] starts = new int[windows + 1];
    Arrays.setAll(starts, i -> i * steps);
    SequenceBlock block = new SequenceBlock(size, starts, values, 1, true, targets);
    int[] rows = new int[windows];
    Arrays.setAll(rows, i -> i);
    int seen = windows * 9 / 10;
    return new Problem(
        "characters",
        new NetworkConfig(Task.TAG, CellType.LSTM, size, 64, 1, false, size),
        new Preprocessing(Scaling.none(size), Scaling.none(0)),
        select(block, Arrays.copyOf(rows, seen)),
        select(block, Arrays.copyOfRange(rows, seen, windows)),
        10);
  }

  /** Some of a block's sequences. */
  private static SequenceBlock select(SequenceBlock block, int[] sequences) {
    int[] starts = new int[sequences.length + 1];
    for (int i = 0; i < sequences.length; i++) {
      starts[i + 1] = starts[i] + block.length(sequences[i]);
    }
    int width = block.inputSize();
    int perTarget = block.targetSize();
    int rows = block.targetPerStep() ? starts[sequences.length] : sequences.length;
    float[] values = new float[starts[sequences.length] * width];
    float[] targets = new float[rows * perTarget];
    for (int i = 0, target = 0; i < sequences.length; i++) {
      int from = block.starts()[sequences[i]];
      int length = block.length(sequences[i]);
      System.arraycopy(block.values(), from * width, values, starts[i] * width, length * width);
      int first = block.targetPerStep() ? from : sequences[i];
      int count = block.targetRows(sequences[i]) * perTarget;
      System.arraycopy(block.targets(), first * perTarget, targets, target, count);
      target += count;
    }
    return new SequenceBlock(width, starts, values, perTarget, block.targetPerStep(), targets);
  }
}
