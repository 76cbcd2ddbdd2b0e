package dev.unroll.spark.rounds;

import dev.unroll.math.Kernels;
import dev.unroll.net.Network;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.SequenceBlock;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.train.LocalTrainer;
import dev.unroll.train.LossEvaluator;
import dev.unroll.train.Preprocessing;
import dev.unroll.train.RoundPlan;
import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingConfig;
import dev.unroll.train.TrainingState;
import dev.unroll.train.Validation;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * What a task does with its shard: a pure function of the state it was sent and the shard's blocks.
 *
 * @param minibatches how many each shard has
 * @param checksums of each shard's blocks, as they were when the run began
 * @param kernels their name, as in {@link Kernels#named}
 */
record ShardPass(
    NetworkConfig network,
    Preprocessing preprocessing,
    TrainingConfig config,
    long[] minibatches,
    long[][] checksums,
    String kernels)
    implements Serializable {

  ShardResult train(int shard, Iterator<ShardBlock> blocks, TrainingState state) {
    LocalTrainer trainer =
        new LocalTrainer(new Network(network), preprocessing, config, Kernels.named(kernels));
    RoundPlan plan = RoundPlan.after(state.position(), config, minibatches);
    Iterator<ShardBlock> training = only(verified(shard, blocks), false);
    return trainer.train(shard, from(plan.first(), training), minibatches, state);
  }

  /** Sums over each of the held-out blocks, in order. */
  List<Validation.Sums> validate(int shard, Iterator<ShardBlock> blocks, float[] weights) {
    LossEvaluator evaluator =
        new LossEvaluator(
            new Network(network), preprocessing, config.batchSize(), Kernels.named(kernels));
    List<Validation.Sums> sums = new ArrayList<>();
    only(verified(shard, blocks), true)
        .forEachRemaining(block -> sums.add(evaluator.sums(weights, block.block())));
    return sums;
  }

  /** Blocks that were lost are packed anew from the input, which may by then be another one. */
  private Iterator<ShardBlock> verified(int shard, Iterator<ShardBlock> blocks) {
    return new Iterator<>() {
      private int index;

      @Override
      public boolean hasNext() {
        return blocks.hasNext();
      }

      @Override
      public ShardBlock next() {
        ShardBlock block = blocks.next();
        if (index >= checksums[shard].length || block.checksum() != checksums[shard][index++]) {
          throw new InvalidDataException(
              ("shard %d, block %d: the input gave other rows when it was read again; it must"
                      + " not change during a run (rand(), an unordered limit, files that are"
                      + " replaced): store it and train on what is stored")
                  .formatted(shard, index));
        }
        return block;
      }
    };
  }

  /** The sequences; of blocks that lie before the round only their number matters. */
  private Iterator<SequenceBlock> from(long first, Iterator<ShardBlock> blocks) {
    return new Iterator<>() {
      private long passed;

      @Override
      public boolean hasNext() {
        return blocks.hasNext();
      }

      @Override
      public SequenceBlock next() {
        ShardBlock block = blocks.next();
        passed += LocalTrainer.minibatches(block.size(), config.batchSize());
        return passed <= first ? SequenceBlock.ofSize(block.size()) : block.block();
      }
    };
  }

  private static Iterator<ShardBlock> only(Iterator<ShardBlock> blocks, boolean heldOut) {
    return new Iterator<>() {
      private ShardBlock next = advance();

      private ShardBlock advance() {
        while (blocks.hasNext()) {
          ShardBlock candidate = blocks.next();
          if (candidate.heldOut() == heldOut) {
            return candidate;
          }
        }
        return null;
      }

      @Override
      public boolean hasNext() {
        return next != null;
      }

      @Override
      public ShardBlock next() {
        if (next == null) {
          throw new NoSuchElementException();
        }
        ShardBlock result = next;
        next = advance();
        return result;
      }
    };
  }
}
