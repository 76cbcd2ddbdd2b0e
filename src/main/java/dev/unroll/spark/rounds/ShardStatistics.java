package dev.unroll.spark.rounds;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.unroll.net.SequenceBlock;
import dev.unroll.spark.ExactMoments;
import dev.unroll.train.LocalTrainer;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Counts and moments of one shard; the moments are those of the training rows. */
@DefaultSerializer(JavaSerializer.class) // it holds records
final class ShardStatistics implements Serializable {
  private static final long serialVersionUID = 1L;

  final int shard;
  final ExactMoments input;
  final ExactMoments target;
  long sequences;
  long steps;
  long minibatches;
  long heldOutSequences;
  long bytes;

  /** Sum of the weights of the held-out targets. */
  double heldOutWeight;

  /** Checksums of the shard's blocks, in order. */
  final List<Long> checksums = new ArrayList<>();

  private ShardStatistics(int shard, BlockPacker.BlockShape shape) {
    this.shard = shard;
    input = new ExactMoments(shape.inputSize());
    target = new ExactMoments(shape.targetSize());
  }

  static ShardStatistics of(
      int shard, Iterator<ShardBlock> blocks, BlockPacker.BlockShape shape, int batchSize) {
    ShardStatistics statistics = new ShardStatistics(shard, shape);
    while (blocks.hasNext()) {
      ShardBlock next = blocks.next();
      statistics.checksums.add(next.checksum());
      statistics.bytes += 4L * next.block().values().length + 4L * next.block().targets().length;
      if (next.heldOut()) {
        statistics.addHeldOut(next.block());
      } else {
        statistics.addTraining(next.block(), batchSize);
      }
    }
    return statistics;
  }

  private void addTraining(SequenceBlock block, int batchSize) {
    sequences += block.size();
    steps += block.steps();
    minibatches += LocalTrainer.minibatches(block.size(), batchSize);
    for (int step = 0; step < block.storedSteps(); step++) {
      input.add(block.values(), step * block.inputSize());
    }
    if (!block.targetPerStep()) {
      for (int i = 0; i < block.size(); i++) {
        target.add(block.targets(), i * block.targetSize());
      }
    }
  }

  private void addHeldOut(SequenceBlock block) {
    heldOutSequences += block.size();
    for (int i = 0; i < block.size(); i++) {
      heldOutWeight += (double) block.weight(i) * block.targetRows(i);
    }
  }
}
