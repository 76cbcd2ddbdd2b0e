package dev.unroll.train;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The mean of the shards' results after a round.
 *
 * @param weights θ̄
 * @param optimizer the mean of the optimisers' states
 */
public record ShardMean(float[] weights, OptimizerState optimizer) {
  /** Elements that one thread averages at a time. */
  private static final int STRETCH = 1 << 16;

  /** Elements whose sums stay in a core's cache while the shards are added. */
  private static final int IN_CACHE = 1 << 11;

  /**
   * The mean of whole results, in the order given. All cores of this machine work on it, each on
   * elements of its own, so their number does not matter to the bits.
   *
   * @param before the weights that the shards started from
   */
  public static ShardMean of(float[] before, List<ShardResult> results) {
    Shares shares = Shares.of(results.stream().map(ShardResult::report).toList());
    List<ShardResult> counted = results.stream().filter(r -> r.report().counts()).toList();
    return new ShardMean(
        shares.wholeWeights(before, vectors(counted, ShardResult::weights)),
        new OptimizerState(
            shares.wholeMoments(vectors(counted, r -> r.optimizer().first())),
            shares.wholeMoments(vectors(counted, r -> r.optimizer().second())),
            shares.step(
                counted.get(0).optimizer().step() - counted.get(0).report().minibatches())));
  }

  private static List<float[]> vectors(
      List<ShardResult> results, Function<ShardResult, float[]> vector) {
    return results.stream().map(vector).toList();
  }

  /**
   * How much of the mean each shard is. A shard that did τᵢ steps on rows of the weight nᵢ has the
   * share pᵢ = nᵢ / Σ n. Where all did equally many steps, θ̄ = Σ pᵢ θᵢ; in this form rather than
   * as θ − Σ pᵢ (θ − θᵢ), so that one shard's mean is that shard to the last bit. Else a shard that
   * did more steps would count twice, once by its rows and once by the way it went; θ̄ = θ − τ Σ pᵢ
   * (θ − θᵢ) / τᵢ with τ = Σ pᵢ τᵢ (FedNova, Wang et al. 2020). Shards without rows, or with
   * results that are not finite, do not enter.
   *
   * @param own how much of θ itself is in θ̄; 0 when all did equally many steps
   * @param ofWeights how much of each θᵢ
   * @param ofMoments how much of each optimiser's state: pᵢ
   * @param steps τ, which the optimisers' count advances by
   */
  public record Shares(double own, double[] ofWeights, double[] ofMoments, long steps) {

    /** The shares of shards in the order of their reports; those that do not count are left out. */
    public static Shares of(List<ShardReport> reports) {
      List<ShardReport> counted = reports.stream().filter(ShardReport::counts).toList();
      double rows = sum(counted);
      double[] shares = counted.stream().mapToDouble(r -> r.lossWeight() / rows).toArray();
      double steps = 0;
      for (int i = 0; i < shares.length; i++) {
        steps += shares[i] * counted.get(i).minibatches();
      }
      if (counted.stream().mapToLong(ShardReport::minibatches).distinct().count() <= 1) {
        return new Shares(0, shares, shares, Math.round(steps));
      }
      double[] normalised = new double[shares.length];
      double sum = 0;
      for (int i = 0; i < shares.length; i++) {
        normalised[i] = shares[i] * steps / counted.get(i).minibatches();
        sum += normalised[i];
      }
      return new Shares(1 - sum, normalised, shares, Math.round(steps));
    }

    /** In index order: a stream adds with a compensation of its own. */
    private static double sum(List<ShardReport> counted) {
      double sum = 0;
      for (ShardReport report : counted) {
        sum += report.lossWeight();
      }
      return sum;
    }

    /** The mean of the weights, or of the same slice of each. */
    public float[] weights(float[] before, List<float[]> results) {
      float[] mean = new float[before.length];
      mean(own, before, ofWeights, results, 0, mean.length, mean);
      return mean;
    }

    /** The mean of one vector of the optimisers' states, or of the same slice of each. */
    public float[] moments(List<float[]> results) {
      float[] mean = new float[results.get(0).length];
      mean(0, mean, ofMoments, results, 0, mean.length, mean);
      return mean;
    }

    /** The optimisers' count after the round. */
    public long step(long before) {
      return before + steps;
    }

    /** The same as {@link #weights}, with the cores of this machine. */
    private float[] wholeWeights(float[] before, List<float[]> results) {
      return whole(own, before, ofWeights, results);
    }

    private float[] wholeMoments(List<float[]> results) {
      return whole(0, results.get(0), ofMoments, results);
    }

    private static float[] whole(
        double own, float[] before, double[] shares, List<float[]> results) {
      float[] mean = new float[before.length];
      int stretches = (mean.length + STRETCH - 1) / STRETCH;
      IntStream.range(0, stretches)
          .parallel()
          .forEach(
              i -> {
                int from = i * STRETCH;
                int to = from + Math.min(STRETCH, mean.length - from);
                mean(own, before, shares, results, from, to, mean);
              });
      return mean;
    }

    /** The elements from {@code from} on, each added up in the order of the shards. */
    private static void mean(
        double own,
        float[] before,
        double[] shares,
        List<float[]> results,
        int from,
        int to,
        float[] mean) {
      double[] sum = new double[Math.min(IN_CACHE, to - from)];
      for (int at = from; at < to; at += IN_CACHE) {
        int count = Math.min(IN_CACHE, to - at);
        start(own, before, at, count, sum);
        for (int i = 0; i < shares.length; i++) {
          add(shares[i], results.get(i), at, count, sum);
        }
        for (int j = 0; j < count; j++) {
          mean[at + j] = (float) sum[j];
        }
      }
    }

    private static void start(double own, float[] before, int at, int count, double[] sum) {
      if (own == 0) {
        Arrays.fill(sum, -0.0); // adds nothing, where 0.0 would turn -0.0 into 0.0
        return;
      }
      for (int j = 0; j < count; j++) {
        sum[j] = own * before[at + j];
      }
    }

    private static void add(double share, float[] values, int at, int count, double[] sum) {
      for (int j = 0; j < count; j++) {
        sum[j] += share * values[at + j];
      }
    }
  }
}
