package dev.unroll.spark.rounds;

import dev.unroll.net.NetworkConfig;
import dev.unroll.net.SequenceBlock;
import dev.unroll.train.LocalTrainer;
import dev.unroll.train.Preprocessing;
import dev.unroll.train.ShardReport;
import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingConfig;
import dev.unroll.train.TrainingState;
import dev.unroll.train.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** {@link Shards} in this thread, without Spark: each is a list of blocks, trained one by one. */
final class MemoryShards implements Shards {
  private final List<List<ShardBlock>> blocks;
  private final ShardPass pass;

  MemoryShards(
      NetworkConfig network,
      Preprocessing preprocessing,
      TrainingConfig config,
      List<List<ShardBlock>> blocks) {
    this.blocks = blocks;
    long[] minibatches = minibatches(blocks, config.batchSize());
    pass =
        new ShardPass(
            network,
            preprocessing,
            config.settled(minibatches),
            minibatches,
            blocks.stream()
                .map(shard -> shard.stream().mapToLong(ShardBlock::checksum).toArray())
                .toArray(long[][]::new),
            System.getProperty("unroll.test.kernels", "auto"));
  }

  /** A block to train on; its contents are numbered. */
  static ShardBlock block(SequenceBlock block) {
    return ShardBlock.of(false, block, LongStream.range(0, block.size()).toArray());
  }

  private static long[] minibatches(List<List<ShardBlock>> blocks, int batchSize) {
    return blocks.stream()
        .mapToLong(
            shard ->
                shard.stream()
                    .filter(block -> !block.heldOut())
                    .mapToLong(block -> LocalTrainer.minibatches(block.block().size(), batchSize))
                    .sum())
        .toArray();
  }

  /** With what depends on the data's size settled. */
  TrainingConfig config() {
    return pass.config();
  }

  int count() {
    return blocks.size();
  }

  /** What a task does. */
  ShardResult train(int shard, TrainingState state) {
    return pass.train(shard, blocks.get(shard).iterator(), state);
  }

  @Override
  public long[] minibatches() {
    return pass.minibatches();
  }

  @Override
  public Combined train(TrainingState state) {
    List<ShardResult> results = new ArrayList<>();
    for (int shard = 0; shard < count(); shard++) {
      results.add(train(shard, state));
    }
    return Combined.of(state, count(), results);
  }

  @Override
  public boolean hasValidation() {
    return blocks.stream().flatMap(List::stream).anyMatch(ShardBlock::heldOut);
  }

  @Override
  public Validation validate(float[] weights) {
    List<Validation.Sums> parts = new ArrayList<>();
    long rows = 0;
    for (int shard = 0; shard < count(); shard++) {
      parts.addAll(pass.validate(shard, blocks.get(shard).iterator(), weights));
      for (ShardBlock block : blocks.get(shard)) {
        for (int i = 0; block.heldOut() && i < block.block().size(); i++) {
          rows += block.block().targetRows(i);
        }
      }
    }
    return Validation.of(pass.network().task(), parts, rows);
  }

  @Override
  public List<String> rowsOf(ShardReport diverged) {
    return List.of();
  }
}
