package dev.unroll.spark.rounds;

import dev.unroll.train.ShardMean;
import dev.unroll.train.ShardReport;
import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingState;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * What a round brought.
 *
 * @param reports of all shards, in their order
 * @param mean of those that count; null if none does
 */
record Combined(List<ShardReport> reports, ShardMean mean) {

  /**
   * Puts results in the order of the shards. A shard that reports twice, as it may when its task
   * was run twice, counts once; both are the same.
   *
   * @param before the state that the shards started from
   * @param results of all shards, in any order
   */
  static Combined of(TrainingState before, int shards, Collection<ShardResult> results) {
    TreeMap<Integer, ShardResult> byShard = new TreeMap<>();
    results.forEach(result -> byShard.putIfAbsent(result.report().shard(), result));
    requireAll(byShard.keySet(), shards);
    List<ShardResult> ordered = List.copyOf(byShard.values());
    List<ShardReport> reports = ordered.stream().map(ShardResult::report).toList();
    return new Combined(
        reports, anyCounts(reports) ? ShardMean.of(before.weights(), ordered) : null);
  }

  static boolean anyCounts(List<ShardReport> reports) {
    return reports.stream().anyMatch(ShardReport::counts);
  }

  static void requireAll(Collection<Integer> found, int shards) {
    for (int shard = 0; shard < shards; shard++) {
      if (!found.contains(shard)) {
        throw new IllegalStateException(
            "no result of shard %d, expected one of each of the %d shards; a round must never"
                    .formatted(shard, shards)
                + " go on without a shard, so this run ends here");
      }
    }
  }

  /** The shards whose results were not finite. */
  List<ShardReport> diverged() {
    return reports.stream().filter(report -> report.divergence() != null).toList();
  }
}
