package dev.unroll.spark.rounds;

import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the driver and the tasks of one round hand to each other where they share a process, as they
 * do under a master {@code local[n]}. On its way through Spark a large result would be copied some
 * six times, and held as often, only to end in the memory where it began.
 */
final class HandedOver implements AutoCloseable {
  private static final ConcurrentHashMap<Long, HandedOver> OPEN = new ConcurrentHashMap<>();
  private static final AtomicLong OPENED = new AtomicLong();

  private final long id = OPENED.incrementAndGet();
  private final TrainingState state;
  private final ConcurrentHashMap<Integer, ShardResult> results = new ConcurrentHashMap<>();

  private HandedOver(TrainingState state) {
    this.state = state;
  }

  /** For the driver, which closes it when the round is over. */
  static HandedOver open(TrainingState state) {
    HandedOver opened = new HandedOver(state);
    OPEN.put(opened.id, opened);
    return opened;
  }

  /**
   * For a task.
   *
   * @throws IllegalStateException if the round is over: the task is one that the driver gave up on
   */
  static HandedOver of(long id) {
    HandedOver open = OPEN.get(id);
    if (open == null) {
      throw new IllegalStateException("the round that this task is part of is over");
    }
    return open;
  }

  long id() {
    return id;
  }

  /** What the shards start from; not to be changed. */
  TrainingState state() {
    return state;
  }

  /** Leaves the result of a shard. If its task runs twice, both leave the same. */
  void put(ShardResult result) {
    results.put(result.report().shard(), result);
  }

  List<ShardResult> results() {
    return new ArrayList<>(results.values());
  }

  @Override
  public void close() {
    OPEN.remove(id);
  }
}
