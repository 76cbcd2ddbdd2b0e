package dev.unroll.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.unroll.math.Kernels;
import dev.unroll.math.KeyedRandom;
import dev.unroll.math.ScalarKernels;
import dev.unroll.net.Batch;
import dev.unroll.net.CellType;
import dev.unroll.net.Network;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Propagation;
import dev.unroll.net.Scaling;
import dev.unroll.net.SequenceBlock;
import dev.unroll.net.Task;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a training thread allocates does not depend on how many minibatches it trains: working
 * memory is made for the first minibatch of a shape and used again.
 */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int INPUTS = 5;
  private static final int STEPS = 6;

  /** 37 sequences of lengths 1 to STEPS, so that minibatches are ragged, and one is smaller. */
  private static SequenceBlock block() {
    KeyedRandom random = KeyedRandom.of(1, "allocation");
    int[] starts = new int[38];
    for (int i = 0; i < 37; i++) {
      starts[i + 1] = starts[i] + 1 + i % STEPS;
    }
    float[] values = new float[starts[37] * INPUTS];
    for (int j = 0; j < values.length; j++) {
      values[j] = (float) random.nextGaussian();
    }
    float[] targets = new float[starts[37]];
    for (int j = 0; j < targets.length; j++) {
      targets[j] = random.nextInt(3);
    }
    return new SequenceBlock(INPUTS, starts, values, 1, true, targets);
  }

  private static LocalTrainer trainer(Network network, String optimizer, Kernels kernels) {
    Preprocessing none = new Preprocessing(Scaling.none(INPUTS), Scaling.none(0));
    return new LocalTrainer(network, none, config(optimizer), kernels);
  }

  private static TrainingConfig config(String optimizer) {
    return new TrainingConfig(
        1,
        8,
        Optimizer.of(optimizer, 0.9, 1e-4),
        1e-3,
        new Schedule(Schedule.Shape.CONSTANT, 0),
        1.0,
        1);
  }

  private static Network network(CellType cell) {
    return new Network(new NetworkConfig(Task.TAG, cell, INPUTS, 19, 2, true, 3));
  }

  /** Bytes that this thread allocates while it trains a shard of so many equal blocks. */
  private static long allocated(LocalTrainer trainer, TrainingState state, int blocks) {
    var shard = Collections.nCopies(blocks, block()).iterator();
    long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    trainer.train(0, shard, new long[] {5L * blocks}, state);
    return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
  }

  @ParameterizedTest
  @EnumSource(CellType.class)
  void minibatchesAfterTheFirstAllocateNothing(CellType cell) {
    Network network = network(cell);
    for (String optimizer : new String[] {"sgd", "momentum", "adam"}) {
      LocalTrainer trainer = trainer(network, optimizer, new ScalarKernels());
      TrainingState state = TrainingState.initial(network.initialWeights(1), config(optimizer));
      allocated(trainer, state, 41); // all shapes once: the order of sequences makes several
      long one = allocated(trainer, state, 1);
      long many = allocated(trainer, state, 41);
      long order = (many - one) / 40;
      assertTrue(one > 4L * network.layout().size(), "a copy of the weights is allocated: " + one);
      // Each block brings its order of sequences, an array of 37 ints, and the random numbers for
      // it; its five minibatches bring nothing.
      assertTrue(order < 600, cell + " " + optimizer + ": " + order + " bytes per block");
    }
  }

  /**
   * The time loop alone. With vector kernels it allocates until the JIT compiler has done its work,
   * as the interpreter makes an object of every vector; afterwards nothing.
   */
  @ParameterizedTest
  @EnumSource(CellType.class)
  void passesAllocateNothing(CellType cell) {
    Network network = network(cell);
    assertEquals(0, bytesOfPasses(network, new ScalarKernels(), 10));
  }

  @ParameterizedTest
  @EnumSource(CellType.class)
  void compiledVectorPassesAllocateNothing(CellType cell) {
    Kernels kernels = Kernels.best();
    assumeTrue(kernels.name().equals("vector"));
    assertEquals(0, bytesOfPasses(network(cell), kernels, 20_000));
  }

  /** Bytes of one forward and backward pass, the least of {@code tries} but the first two. */
  private static long bytesOfPasses(Network network, Kernels kernels, int tries) {
    SequenceBlock block = block();
    int[] order = new int[block.size()];
    Arrays.setAll(order, i -> i);
    Scaling none = Scaling.none(INPUTS);
    Batch batch = new Batch();
    Propagation propagation = new Propagation(network, kernels);
    float[] weights = network.initialWeights(1);
    float[] gradient = new float[weights.length];
    float[] dLogits = new float[block.storedSteps() * 3];
    Arrays.fill(dLogits, 0.01f);
    long thread = Thread.currentThread().getId();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < tries && least > 0; i++) {
      long before = THREADS.getThreadAllocatedBytes(thread);
      batch.fill(block, order, 0, order.length, none);
      propagation.forward(weights, batch);
      propagation.backward(weights, batch, dLogits, gradient);
      propagation.score(batch);
      long bytes = THREADS.getThreadAllocatedBytes(thread) - before;
      least = i < 2 ? least : Math.min(least, bytes);
    }
    return least;
  }
}
