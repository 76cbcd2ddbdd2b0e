package dev.unroll.spark.rounds;

import dev.unroll.math.KeyedRandom;
import dev.unroll.train.ShardReport;
import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingState;
import dev.unroll.train.Validation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * A cluster in one thread, with a clock of its own: executors with given speeds take tasks as they
 * become free, straggle, lose results, leave and come back; copies of late tasks run beside them;
 * the driver is killed. What a task computes is real. Everything follows from the seed.
 */
final class SimulatedCluster implements Shards {
  private final MemoryShards shards;
  private final Machines machines;
  private final KeyedRandom random;
  private final double[] speeds;
  private double clock;
  private double computing;
  private int lost;
  private int repeated;
  private int trained;

  /**
   * What the cluster is made of.
   *
   * @param executors one task at a time each
   * @param speedSpread speeds are exp(spread · a normal number) minibatches per second
   * @param straggling chance that a task takes {@code slowness} times as long
   * @param losing chance that a task's result is lost when it is done, with its executor
   * @param speculation whether a copy of a task starts once others are idle; the first counts
   * @param latency seconds per message
   * @param bytesPerSecond of every network card
   * @param dying chance per round that the driver dies, before or after the results arrive
   */
  record Machines(
      int executors,
      double speedSpread,
      double straggling,
      double slowness,
      double losing,
      boolean speculation,
      double latency,
      double bytesPerSecond,
      double dying) {
    static Machines perfect(int executors) {
      return new Machines(executors, 0, 0, 1, 0, false, 0, Double.POSITIVE_INFINITY, 0);
    }
  }

  /** The driver is gone; what it had not stored is lost. */
  static final class DriverKilled extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  SimulatedCluster(MemoryShards shards, Machines machines, long seed, long life) {
    this.shards = shards;
    this.machines = machines;
    random = KeyedRandom.of(seed, "cluster", life);
    speeds = new double[machines.executors()];
    for (int i = 0; i < speeds.length; i++) {
      speeds[i] = Math.exp(machines.speedSpread() * random.nextGaussian());
    }
  }

  /** Seconds gone by. */
  double clock() {
    return clock;
  }

  /** Seconds that a cluster without any waiting would have needed. */
  double computing() {
    return computing;
  }

  int lost() {
    return lost;
  }

  int repeated() {
    return repeated;
  }

  int trained() {
    return trained;
  }

  private record Attempt(int shard, int executor, double end, boolean lost) {}

  @Override
  public Combined train(TrainingState state) {
    if (dies()) {
      throw new DriverKilled();
    }
    double bytes = state.bytesPerShard();
    clock += broadcastSeconds(bytes);
    List<ShardResult> arrived = run(state);
    clock += machines.latency() + bytes * arrived.size() / machines.bytesPerSecond();
    if (dies()) {
      throw new DriverKilled();
    }
    return Combined.of(state, shards.count(), arrived);
  }

  private boolean dies() {
    return random.nextDouble() < machines.dying() / 2;
  }

  /** Executors pass it on, as a torrent: the number that has it doubles every step. */
  private double broadcastSeconds(double bytes) {
    double steps = Math.ceil(Math.log(machines.executors() + 1.0) / Math.log(2));
    return steps * machines.latency() + bytes / machines.bytesPerSecond();
  }

  /** Results in the order in which they arrive; some of them twice. */
  private List<ShardResult> run(TrainingState state) {
    List<Integer> waiting = new ArrayList<>();
    for (int shard = shards.count() - 1; shard >= 0; shard--) {
      waiting.add(shard);
    }
    PriorityQueue<Attempt> running =
        new PriorityQueue<>(Comparator.comparingDouble(Attempt::end).thenComparing(Attempt::shard));
    List<Integer> idle = new ArrayList<>();
    for (int i = 0; i < speeds.length; i++) {
      idle.add(i);
    }
    boolean[] done = new boolean[shards.count()];
    List<ShardResult> arrived = new ArrayList<>();
    double now = 0;
    double end = 0;
    double work = 0;
    int left = done.length;
    while (left > 0) {
      while (!idle.isEmpty() && (!waiting.isEmpty() || mayCopy(running, done))) {
        int shard = waiting.isEmpty() ? slowest(running, done) : waiting.remove(waiting.size() - 1);
        running.add(attempt(shard, idle.remove(random.nextInt(idle.size())), now));
      }
      Attempt next = running.remove();
      now = next.end();
      idle.add(next.executor());
      if (next.lost() && !done[next.shard()]) {
        lost++;
        speeds[next.executor()] = Math.exp(machines.speedSpread() * random.nextGaussian());
        if (running.stream().noneMatch(a -> a.shard() == next.shard())) {
          waiting.add(next.shard());
        }
        continue;
      }
      if (done[next.shard()]) {
        if (random.nextInt(4) == 0) { // the copy's result arrives as well
          repeated++;
          arrived.add(result(next.shard(), state));
        }
        continue;
      }
      ShardResult result = result(next.shard(), state);
      arrived.add(result);
      done[next.shard()] = true;
      left--;
      work += result.report().minibatches();
      end = now;
    }
    clock += end;
    computing += work / machines.executors();
    return arrived;
  }

  private ShardResult result(int shard, TrainingState state) {
    trained++;
    return shards.train(shard, state);
  }

  private boolean mayCopy(PriorityQueue<Attempt> running, boolean[] done) {
    return machines.speculation() && slowest(running, done) >= 0;
  }

  /** The running task that ends last and has no copy yet; −1 without one. */
  private static int slowest(PriorityQueue<Attempt> running, boolean[] done) {
    Attempt slowest = null;
    for (Attempt attempt : running) {
      long copies = running.stream().filter(a -> a.shard() == attempt.shard()).count();
      boolean later = slowest == null || attempt.end() > slowest.end();
      if (copies == 1 && !done[attempt.shard()] && later) {
        slowest = attempt;
      }
    }
    return slowest == null ? -1 : slowest.shard();
  }

  private Attempt attempt(int shard, int executor, double now) {
    double seconds = shards.minibatches()[shard] / speeds[executor];
    if (random.nextDouble() < machines.straggling()) {
      seconds *= machines.slowness();
    }
    boolean isLost = random.nextDouble() < machines.losing();
    return new Attempt(shard, executor, now + machines.latency() + seconds, isLost);
  }

  @Override
  public long[] minibatches() {
    return shards.minibatches();
  }

  @Override
  public boolean hasValidation() {
    return shards.hasValidation();
  }

  @Override
  public Validation validate(float[] weights) {
    return shards.validate(weights);
  }

  @Override
  public List<String> rowsOf(ShardReport diverged) {
    return List.of("shard " + diverged.shard());
  }
}
