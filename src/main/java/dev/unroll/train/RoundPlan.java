package dev.unroll.train;

import java.util.stream.LongStream;

/**
 * What the round after a position trains: a function of the position, the settings and the sizes of
 * the shards, so that driver and tasks agree without a word.
 *
 * @param pass which order of the sequences: the epoch, or −1, −2, ... for the passes of a warm-up
 * @param first the first minibatch, in the order of each shard
 * @param count how many minibatches, for shards that have as many
 * @param only the one shard that trains, during a warm-up; −1 for all
 * @param shards how many train side by side
 * @param middle epochs done at the middle of the round
 * @param next the position after the round
 */
public record RoundPlan(
    int pass, long first, long count, int only, int shards, double middle, Position next) {

  /**
   * The plan of the round after {@code position}.
   *
   * @param minibatches of each shard in an epoch
   */
  public static RoundPlan after(Position position, TrainingConfig config, long[] minibatches) {
    return position.epoch() == Position.WARM_UP
        ? warmup(position, config, minibatches)
        : ofEpoch(position, config, minibatches);
  }

  private static RoundPlan ofEpoch(Position at, TrainingConfig config, long[] minibatches) {
    long most = LongStream.of(minibatches).max().orElseThrow();
    long count = Math.min(config.period().minibatches(), most - at.minibatch());
    long done = at.minibatch() + count;
    Position next =
        done < most
            ? new Position(at.round() + 1, at.epoch(), done)
            : new Position(at.round() + 1, at.epoch() + 1, 0);
    double middle = at.epoch() + (at.minibatch() + count / 2.0) / most;
    int shards = (int) LongStream.of(minibatches).filter(m -> m > 0).count();
    return new RoundPlan(at.epoch(), at.minibatch(), count, -1, shards, middle, next);
  }

  /** As many passes over the first shard that has rows as it takes, a round each. */
  private static RoundPlan warmup(Position at, TrainingConfig config, long[] minibatches) {
    int leader = 0;
    while (minibatches[leader] == 0) {
      leader++;
    }
    long passes = at.minibatch() / minibatches[leader];
    long first = at.minibatch() % minibatches[leader];
    long left = config.warmupSteps() - at.minibatch();
    long count = Math.min(left, minibatches[leader] - first);
    Position next =
        count < left
            ? new Position(at.round() + 1, Position.WARM_UP, at.minibatch() + count)
            : new Position(at.round() + 1, 0, 0);
    return new RoundPlan(-1 - (int) passes, first, count, leader, 1, 0, next);
  }

  /** Whether this is a round on one shard, before the epochs. */
  public boolean isWarmup() {
    return only >= 0;
  }

  /** How many minibatches a shard trains that has so many in an epoch. */
  public long count(int shard, long minibatches) {
    return only >= 0 && only != shard ? 0 : Math.max(0, Math.min(count, minibatches - first));
  }

  /** Rounds that a run makes in all, if nothing stops it early. */
  public static long rounds(TrainingConfig config, long[] minibatches) {
    Position position = Position.start(config.warmupSteps());
    long rounds = 0;
    while (position.epoch() == Position.WARM_UP) {
      position = after(position, config, minibatches).next();
      rounds++;
    }
    long most = LongStream.of(minibatches).max().orElseThrow();
    long steps = Math.min(config.period().minibatches(), most);
    return rounds + config.epochs() * ((most + steps - 1) / steps);
  }
}
