package dev.unroll.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.math.KeyedRandom;
import dev.unroll.net.Task;
import dev.unroll.spark.Example;
import dev.unroll.spark.rounds.LearnerSettings.Placement;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which shard a row goes to, and whether it is held out. */
class PlacementTest {
  private static final ValidationSplit NO_SPLIT = new ValidationSplit(0, 1);

  private static Example classified(String id, String name, float... values) {
    return new Example(id, values, values.length, 1, new String[] {name}, null, 1, null);
  }

  private static RowKey byContent(Example example) {
    return RowKey.of(example, Placement.BY_CONTENT, NO_SPLIT);
  }

  private static RowKey byId(Example example) {
    return RowKey.of(example, Placement.BY_ID, NO_SPLIT);
  }

  // --- keys ---

  @Test
  void aKeyByContentDependsOnNothingElse() {
    RowKey key = byContent(classified("a", "x", 1, 2));
    assertEquals(key, byContent(classified("b", "x", 1, 2)));
    assertNotEquals(key, byContent(classified("a", "y", 1, 2)));
    assertNotEquals(key, byContent(classified("a", "x", 2, 1)));
    assertNotEquals(key, byContent(classified("a", "x", 1, 2, 0)));
    assertNotEquals(key, byContent(classified("a", "x", 1, Math.nextUp(2f))));
  }

  @Test
  void theShapeIsAPartOfTheContent() {
    float[] values = {1, 2, 3, 4};
    RowKey tall = byContent(new Example("a", values, 4, 1, null, new float[] {5}, 1, null));
    RowKey wide = byContent(new Example("a", values, 2, 2, null, new float[] {5}, 1, null));
    RowKey other = byContent(new Example("a", values, 4, 1, null, new float[] {6}, 1, null));
    assertEquals(3, new HashSet<>(List.of(tall.content(), wide.content(), other.content())).size());
  }

  @Test
  void aKeyByIdPutsRowsOfOneIdInOneBucketAndKeepsThemApartByContent() {
    RowKey first = byId(classified("a", "x", 1, 2));
    RowKey second = byId(classified("a", "y", 3));
    assertEquals(first.placement(), second.placement());
    assertNotEquals(first.content(), second.content());
    assertNotEquals(first.placement(), byId(classified("b", "x", 1, 2)).placement());
  }

  @Test
  void aRowWithoutAnIdGoesByItsContentAlsoWithPlacementById() {
    RowKey key = byId(classified("7" + LearnerData.UNNAMED + "0", "x", 1, 2));
    assertEquals(byContent(classified("any", "x", 1, 2)), key);
    assertEquals(key, byId(classified("1" + LearnerData.UNNAMED + "3", "x", 1, 2)));
  }

  @Test
  void keysOfManyRowsAllDiffer() {
    Set<Long> first = new HashSet<>();
    Set<Long> second = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      RowKey key = byContent(classified("a", "x", i));
      first.add(key.content());
      second.add(key.content2());
      assertNotEquals(key.content(), key.content2());
    }
    assertEquals(20_000, first.size());
    assertEquals(20_000, second.size());
  }

  @Test
  void keysAreOrderedByShardUseAndHashes() {
    RowKey[] ordered = {
      new RowKey(0, false, 9, 0, 0, 9, 9),
      new RowKey(0, true, 1, 0, 0, 1, 1),
      new RowKey(1, false, -5, 0, 0, 9, 9),
      new RowKey(1, false, 5, 0, 0, 1, 9),
      new RowKey(1, false, 5, 0, 0, 2, 1),
      new RowKey(1, false, 5, 0, 0, 2, 3),
      new RowKey(2, false, Long.MIN_VALUE, 0, 0, 0, 0),
    };
    RowKey[] shuffled = ordered.clone();
    int[] order = IntStream.range(0, ordered.length).toArray();
    KeyedRandom.of(1, "placement-test").shuffle(order);
    Arrays.setAll(shuffled, i -> ordered[order[i]]);
    Arrays.sort(shuffled, RowKey.ORDER);
    assertArrayEquals(ordered, shuffled);
  }

  @Test
  void bucketsAreAboutEquallyFull() {
    int[] counts = new int[64];
    for (int i = 0; i < 64_000; i++) {
      counts[byContent(classified("a", "x", i)).bucket(64)]++;
    }
    for (int count : counts) {
      assertEquals(1000, count, 160, "five standard deviations");
    }
  }

  // --- shards ---

  private static long[] load(ShardPlan plan, long[] bucketSteps) {
    long[] load = new long[plan.shards()];
    for (int b = 0; b < bucketSteps.length; b++) {
      load[plan.shardOfBucket()[b]] += bucketSteps[b];
    }
    return load;
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,2", "4,3", "7,4", "100,5"})
  void noTwoShardsDifferByMoreThanTheHeaviestBucket(int shards, long seed) {
    KeyedRandom random = KeyedRandom.of(seed, "placement-test");
    long[] steps = new long[ShardPlan.buckets(shards)];
    Arrays.setAll(steps, b -> (long) Math.exp(8 * random.nextDouble()));
    long[] load = load(ShardPlan.balance(shards, steps), steps);
    long most = Arrays.stream(load).max().orElseThrow();
    long least = Arrays.stream(load).min().orElseThrow();
    assertTrue(most - least <= Arrays.stream(steps).max().orElseThrow(), most + " and " + least);
    assertEquals(Arrays.stream(steps).sum(), Arrays.stream(load).sum());
  }

  @Test
  void bucketsAreDealtHeaviestFirstToTheLightestShard() {
    int[] shardOfBucket = ShardPlan.balance(2, new long[] {3, 10, 4, 4, 0}).shardOfBucket();
    // 10 -> 0, 4 (bucket 2) -> 1, 4 (bucket 3) -> 1, 3 -> 1 (8 < 10), 0 -> 0 (10 < 11)
    assertArrayEquals(new int[] {1, 0, 1, 1, 0}, shardOfBucket);
  }

  @Test
  void aRowGoesToTheShardOfItsBucket() {
    ShardPlan plan = ShardPlan.balance(3, new long[] {5, 4, 3, 2, 1, 6});
    for (int i = 0; i < 50; i++) {
      RowKey key = byContent(classified("a", "x", i));
      RowKey placed = plan.place(key);
      assertEquals(plan.shardOfBucket()[key.bucket(6)], placed.shard());
      assertEquals(key.inShard(placed.shard()), placed);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5})
  void shardsOfARealTableAreAboutEqualInTheStepsToTrainOn(double heldOut) {
    LearnerSettings settings =
        new SettingsBuilder(Task.CLASSIFY).shards(4).validation(heldOut, 0).build();
    try (SequenceTraining training =
        SequenceTraining.prepare(SmallTable.of(Task.CLASSIFY, 600, 1), settings)) {
      List<Long> steps = training.shardSteps();
      assertEquals(4, steps.size());
      long total = steps.stream().mapToLong(Long::longValue).sum();
      steps.forEach(count -> assertEquals(total / 4.0, count, 0.01 * total / 4, steps + ""));
      assertEquals(600, training.sequences() + training.heldOutSequences());
    }
  }

  // --- validation ---

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.5, 0.9})
  void aboutTheAskedShareIsHeldOut(double fraction) {
    ValidationSplit split = new ValidationSplit(fraction, 1);
    int heldOut = 0;
    for (int i = 0; i < 10_000; i++) {
      heldOut += split.holdsOut(byContent(classified("a", "x", i)).placement()) ? 1 : 0;
    }
    assertEquals(10_000 * fraction, heldOut, 250 * Math.sqrt(fraction));
  }

  @Test
  void theSameRowsAreHeldOutForASeedAndOthersForAnother() {
    boolean[] same = heldOut(new ValidationSplit(0.5, 1));
    assertArrayEquals(same, heldOut(new ValidationSplit(0.5, 1)));
    boolean[] other = heldOut(new ValidationSplit(0.5, 2));
    long agree = IntStream.range(0, same.length).filter(i -> same[i] == other[i]).count();
    assertEquals(500, agree, 80, "of 1000 rows");
  }

  @Test
  void aLargerShareHoldsOutAllRowsOfASmallerOne() {
    boolean[] few = heldOut(new ValidationSplit(0.2, 1));
    boolean[] more = heldOut(new ValidationSplit(0.4, 1));
    assertTrue(IntStream.range(0, few.length).allMatch(i -> more[i] || !few[i]));
  }

  private static boolean[] heldOut(ValidationSplit split) {
    boolean[] heldOut = new boolean[1000];
    for (int i = 0; i < heldOut.length; i++) {
      heldOut[i] = RowKey.of(classified("a", "x", i), Placement.BY_CONTENT, split).heldOut();
    }
    return heldOut;
  }

  @Test
  void rowsOfOneIdAreHeldOutTogether() {
    ValidationSplit split = new ValidationSplit(0.5, 1);
    for (int id = 0; id < 20; id++) {
      Set<Boolean> uses = new HashSet<>();
      for (int i = 0; i < 20; i++) {
        uses.add(RowKey.of(classified("id" + id, "x", i), Placement.BY_ID, split).heldOut());
      }
      assertEquals(1, uses.size());
    }
  }

  @Test
  void theSplitDoesNotFollowTheShards() {
    ValidationSplit split = new ValidationSplit(0.5, 1);
    int[] heldOut = new int[4];
    for (int i = 0; i < 4000; i++) {
      RowKey key = RowKey.of(classified("a", "x", i), Placement.BY_CONTENT, split);
      heldOut[key.bucket(4)] += key.heldOut() ? 1 : 0;
    }
    for (int count : heldOut) {
      assertEquals(500, count, 90);
    }
  }
}
