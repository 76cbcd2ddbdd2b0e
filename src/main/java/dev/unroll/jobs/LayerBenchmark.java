package dev.unroll.jobs;

import dev.unroll.math.Kernels;
import dev.unroll.math.KeyedRandom;
import dev.unroll.net.Batch;
import dev.unroll.net.CellType;
import dev.unroll.net.Network;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Propagation;
import dev.unroll.net.Scaling;
import dev.unroll.net.SequenceBlock;
import dev.unroll.net.Task;
import dev.unroll.train.LocalTrainer;
import dev.unroll.train.Optimizer;
import dev.unroll.train.Position;
import dev.unroll.train.Preprocessing;
import dev.unroll.train.Schedule;
import dev.unroll.train.TrainingConfig;
import dev.unroll.train.TrainingState;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Times minibatches of one recurrent layer with a 10-class head on the last step. */
final class LayerBenchmark {
  private static final int CLASSES = 10;
  private static final double WARM_UP_SHARE = 0.5;
  private static final double QUIET_SECONDS = 0.5;
  private static final double LONGEST_WARM_UP_SECONDS = 30;

  /** Minibatches shorter than this are timed several at a time. */
  private static final double ITERATION_SECONDS = 0.05;

  private final Network network;
  private final Mode mode;
  private final Kernels kernels;
  private final SequenceBlock block;
  private final int batch;
  private final int steps;

  /** What is timed. */
  enum Mode {
    /** Forward, loss, backward, clipping and Adam. */
    TRAIN,
    /** Forward. */
    SCORE;

    static Mode of(String label) {
      return switch (label) {
        case "train" -> TRAIN;
        case "score" -> SCORE;
        default ->
            throw new IllegalArgumentException("mode \"" + label + "\", expected train or score");
      };
    }
  }

  /** Median seconds of a minibatch, and the floating-point operations in it. */
  record Result(double cpuSeconds, double wallSeconds, double flops) {}

  LayerBenchmark(
      CellType cell, Mode mode, int batch, int steps, int inputs, int hidden, Kernels kernels) {
    network =
        new Network(new NetworkConfig(Task.CLASSIFY, cell, inputs, hidden, 1, false, CLASSES));
    this.mode = mode;
    this.kernels = kernels;
    this.batch = batch;
    this.steps = steps;
    block = block(batch, steps, inputs);
  }

  private static SequenceBlock block(int batch, int steps, int inputs) {
    KeyedRandom random = KeyedRandom.of(1, "benchmark");
    int[] starts = new int[batch + 1];
    float[] values = new float[batch * steps * inputs];
    float[] targets = new float[batch];
    for (int i = 0; i < batch; i++) {
      starts[i + 1] = (i + 1) * steps;
      targets[i] = random.nextInt(CLASSES);
    }
    for (int j = 0; j < values.length; j++) {
      values[j] = (float) random.nextGaussian();
    }
    return new SequenceBlock(inputs, starts, values, 1, false, targets);
  }

  /** Times minibatches for that long, after warming up. */
  Result run(double seconds) {
    Minibatches minibatches = mode == Mode.TRAIN ? training() : scoring();
    warmUp(minibatches, seconds * WARM_UP_SHARE);
    double[] times = time(minibatches, seconds);
    return new Result(times[0], times[1], flops());
  }

  /** Runs a number of minibatches one after the other. */
  private interface Minibatches {
    void run(int count);
  }

  private Minibatches training() {
    TrainingConfig config =
        new TrainingConfig(
            1,
            batch,
            Optimizer.of("adam", 0, 0),
            1e-3,
            new Schedule(Schedule.Shape.CONSTANT, 0),
            1.0,
            1);
    Preprocessing none = new Preprocessing(Scaling.none(block.inputSize()), Scaling.none(0));
    LocalTrainer trainer = new LocalTrainer(network, none, config, kernels);
    TrainingState[] state = {TrainingState.initial(network.initialWeights(1), config)};
    return count -> {
      var result =
          trainer.train(
              0, Collections.nCopies(count, block).iterator(), new long[] {count}, state[0]);
      Position start = Position.start(0);
      state[0] =
          new TrainingState(start, result.weights(), result.optimizer(), state[0].velocity());
    };
  }

  private Minibatches scoring() {
    Propagation propagation = new Propagation(network, kernels);
    propagation.load(network.initialWeights(1));
    int[] order = new int[batch];
    Arrays.setAll(order, i -> i);
    Batch filled = new Batch();
    Scaling none = Scaling.none(block.inputSize());
    return count -> {
      for (int i = 0; i < count; i++) {
        filled.fill(block, order, 0, batch, none);
        propagation.score(filled);
      }
    };
  }

  /** Runs for that long, and on until the JIT compiler has had nothing to do for a while. */
  private static void warmUp(Minibatches minibatches, double seconds) {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    long start = System.nanoTime();
    long quietSince = start;
    long compiled = -1;
    while (true) {
      minibatches.run(1);
      long now = System.nanoTime();
      if (compiler.getTotalCompilationTime() != compiled) {
        compiled = compiler.getTotalCompilationTime();
        quietSince = now;
      }
      double elapsed = (now - start) / 1e9;
      boolean quiet = now - quietSince > QUIET_SECONDS * 1e9;
      if (elapsed > seconds && quiet || elapsed > LONGEST_WARM_UP_SECONDS) {
        return;
      }
    }
  }

  /** Median thread CPU seconds and wall seconds of a minibatch. */
  private static double[] time(Minibatches minibatches, double seconds) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long once = System.nanoTime();
    minibatches.run(1);
    once = System.nanoTime() - once;
    int count = (int) Math.max(1, ITERATION_SECONDS * 1e9 / once);
    List<Long> cpu = new ArrayList<>();
    List<Long> wall = new ArrayList<>();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    do {
      long cpuStart = threads.getCurrentThreadCpuTime();
      long wallStart = System.nanoTime();
      minibatches.run(count);
      wall.add((System.nanoTime() - wallStart) / count);
      cpu.add((threads.getCurrentThreadCpuTime() - cpuStart) / count);
    } while (System.nanoTime() < end || cpu.size() < 5);
    return new double[] {median(cpu), median(wall)};
  }

  private static double median(List<Long> nanoseconds) {
    long[] sorted = nanoseconds.stream().mapToLong(Long::longValue).sorted().toArray();
    return sorted[sorted.length / 2] / 1e9;
  }

  /** 2·B·T·G·H·(I + H) forward, three times that in training; G is 4, 3 or 1. */
  private double flops() {
    NetworkConfig c = network.config();
    double h = c.hiddenSize();
    double perStep =
        switch (c.cell()) {
          case LSTM, LSTM_PEEPHOLE -> 4 * h * (c.inputSize() + h);
          case GRU -> 3 * h * (c.inputSize() + h);
          case RNN_TANH, RNN_RELU -> h * (c.inputSize() + h);
          case ARTICLE -> h * c.inputSize() + 4 * h * h;
        };
    return 2.0 * batch * steps * perStep * (mode == Mode.TRAIN ? 3 : 1);
  }
}
