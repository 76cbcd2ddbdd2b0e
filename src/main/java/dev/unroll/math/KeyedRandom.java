package dev.unroll.math;

/**
 * Random numbers that are a pure function of a key: (seed, purpose, any further numbers such as
 * epoch, shard or step). A task that is retried, moved or run twice draws the same numbers, which
 * is what makes a training run the same to the last bit wherever it ran.
 *
 * <p>The generator is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014); the key parts are folded into its start by the same mixer.
 */
public final class KeyedRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;
  private double spareGaussian = Double.NaN;

  private KeyedRandom(long state) {
    this.state = state;
  }

  /** The generator for one key; equal keys give equal numbers, on every machine. */
  public static KeyedRandom of(long seed, String purpose, long... keys) {
    long state = mix(seed);
    for (int i = 0; i < purpose.length(); i++) {
      state = mix(state + GOLDEN_GAMMA + purpose.charAt(i));
    }
    for (long key : keys) {
      state = mix(state + GOLDEN_GAMMA + mix(key));
    }
    return new KeyedRandom(state);
  }

  /** SplitMix64's finaliser: a bijection on 64 bits in which every input bit reaches all others. */
  public static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** 64 uniform bits. */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** A uniform integer in [0, bound). */
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound " + bound + ", expected at least 1");
    }
    // The high half of a 32x32-bit product; the bias is below bound / 2^32 and not worth a loop.
    return (int) (((nextLong() >>> 32) * bound) >>> 32);
  }

  /** A uniform float in [0, 1), a multiple of 2^-24. */
  public float nextFloat() {
    return (nextLong() >>> 40) * 0x1.0p-24f;
  }

  /** A uniform double in [0, 1), a multiple of 2^-53. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** A standard normal number (Box and Muller 1958, with StrictMath: the same bits everywhere). */
  public double nextGaussian() {
    if (!Double.isNaN(spareGaussian)) {
      double spare = spareGaussian;
      spareGaussian = Double.NaN;
      return spare;
    }
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    double angle = 2 * Math.PI * nextDouble();
    spareGaussian = radius * StrictMath.sin(angle);
    return radius * StrictMath.cos(angle);
  }

  /** Puts the elements into a uniformly random order (Fisher and Yates). */
  public void shuffle(int[] a) {
    for (int i = a.length - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      int swapped = a[i];
      a[i] = a[j];
      a[j] = swapped;
    }
  }
}
