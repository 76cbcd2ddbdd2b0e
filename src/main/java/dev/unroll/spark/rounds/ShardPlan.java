package dev.unroll.spark.rounds;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Which bucket of rows goes to which shard. Rows fall into many small buckets by hash; buckets are
 * dealt to the shards longest first, each to the shard with the fewest steps so far (Graham 1969),
 * so that shards are equal in work.
 *
 * @param shards number of shards
 * @param shardOfBucket shard of each bucket
 */
record ShardPlan(int shards, int[] shardOfBucket) implements Serializable {
  private static final int BUCKETS_PER_SHARD = 64;

  static int buckets(int shards) {
    return Math.multiplyExact(shards, BUCKETS_PER_SHARD);
  }

  /** Deals the buckets, given the training steps in each. */
  static ShardPlan balance(int shards, long[] bucketSteps) {
    Integer[] order = new Integer[bucketSteps.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order, Comparator.comparingLong((Integer b) -> -bucketSteps[b]).thenComparing(b -> b));
    long[] load = new long[shards];
    int[] shardOfBucket = new int[bucketSteps.length];
    for (int bucket : order) {
      int lightest = 0;
      for (int shard = 1; shard < shards; shard++) {
        if (load[shard] < load[lightest]) {
          lightest = shard;
        }
      }
      shardOfBucket[bucket] = lightest;
      load[lightest] += bucketSteps[bucket];
    }
    return new ShardPlan(shards, shardOfBucket);
  }

  RowKey place(RowKey key) {
    return key.inShard(shardOfBucket[key.bucket(shardOfBucket.length)]);
  }
}
