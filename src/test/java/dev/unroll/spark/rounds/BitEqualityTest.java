package dev.unroll.spark.rounds;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.rand;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.unroll.net.SequenceBlock;
import dev.unroll.net.Task;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.rounds.LearnerSettings.Placement;
import dev.unroll.train.SampleBlocks;
import dev.unroll.train.ShardReport;
import dev.unroll.train.ShardResult;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A model depends on the rows, the settings and the number of shards, to the last bit, and on
 * nothing else.
 */
class BitEqualityTest {
  private static final Dataset<Row> TABLE = SmallTable.of(Task.CLASSIFY, 60, 1);
  private static final LearnerSettings SETTINGS = new SettingsBuilder(Task.CLASSIFY).build();
  private static final String EXPECTED = TrainedHash.of(TABLE, SETTINGS);

  private static SettingsBuilder classify() {
    return new SettingsBuilder(Task.CLASSIFY);
  }

  private static Dataset<Row> shuffled(Dataset<Row> table, int partitions) {
    return table.orderBy(rand(partitions)).repartition(partitions);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7})
  void theOrderOfTheRowsAndTheirPartitionsDoNotMatter(int partitions) {
    Dataset<Row> shuffled = shuffled(TABLE, partitions);
    assertNotEquals(TABLE.first(), shuffled.first(), "another order");
    assertEquals(EXPECTED, TrainedHash.of(shuffled, SETTINGS));
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void norDoTheyMatterWithValidationForAnyTask(Task task) {
    Dataset<Row> table = SmallTable.of(task, 60, 1);
    LearnerSettings settings = new SettingsBuilder(task).validation(0.2, 2).build();
    assertEquals(TrainedHash.of(table, settings), TrainedHash.of(shuffled(table, 3), settings));
  }

  @Test
  void filesInAnotherOrderGiveTheSame(@TempDir Path directory) {
    String path = directory.resolve("rows").toString();
    shuffled(TABLE, 5).write().parquet(path);
    Dataset<Row> read = LocalSpark.session().read().parquet(path);
    assertEquals(EXPECTED, TrainedHash.of(read, SETTINGS));
  }

  @Test
  void floatsAndTheSameNumbersAsDoublesGiveTheSame() {
    Dataset<Row> doubles =
        TABLE.withColumn("features", col("features").cast("array<array<double>>"));
    assertEquals(EXPECTED, TrainedHash.of(doubles, SETTINGS));
  }

  @Test
  void columnsThatAreNotLearntFromDoNotMatter() {
    Dataset<Row> other = TABLE.withColumn("id", rand(3)).withColumn("other", rand(4));
    assertEquals(EXPECTED, TrainedHash.of(other, SETTINGS));
    assertEquals(EXPECTED, TrainedHash.of(TABLE.drop("id"), classify().withoutId().build()));
  }

  @Test
  void withPlacementByIdTheOrderDoesNotMatterEither() {
    LearnerSettings byId = classify().placement(Placement.BY_ID).build();
    Dataset<Row> groups = TABLE.withColumn("id", col("id").substr(1, 5));
    String expected = TrainedHash.of(groups, byId);
    assertEquals(expected, TrainedHash.of(shuffled(groups, 3), byId));
    assertNotEquals(expected, TrainedHash.of(groups, SETTINGS));
  }

  @Test
  void trainingTwiceOnThePreparedRowsGivesTheSame() {
    try (SequenceTraining training = SequenceTraining.prepare(TABLE, SETTINGS)) {
      assertEquals(EXPECTED, training.train(report -> {}).weightsSha256());
      assertEquals(EXPECTED, training.train(report -> {}).weightsSha256());
    }
  }

  @ParameterizedTest
  @CsvSource({"CLASSIFY,0", "CLASSIFY,0.2", "REGRESS,0", "REGRESS,0.2", "TAG,0", "TAG,0.2"})
  void oneShardIsPlainSerialTraining(Task task, double validation) {
    Dataset<Row> table = SmallTable.of(task, 60, 1);
    LearnerSettings settings =
        new SettingsBuilder(task).shards(1).validation(validation, 0).build();
    try (SequenceTraining training = SequenceTraining.prepare(table, settings)) {
      SerialReference serial = new SerialReference(table, settings, training);
      assertEquals(serial.heldOutSequences(), training.heldOutSequences());
      assertEquals(validation > 0, serial.heldOutSequences() > 0);
      assertEquals(
          training.model(serial.train()).weightsSha256(),
          training.train(report -> {}).weightsSha256());
    }
  }

  @Test
  void anEmptyShardDoesNotEnter() {
    Dataset<Row> few = SmallTable.of(Task.CLASSIFY, 5, 2);
    LearnerSettings settings = classify().shards(16).build();
    String expected = TrainedHash.of(few, settings);
    assertEquals(expected, TrainedHash.of(shuffled(few, 3), settings));
    UnaryOperator<ShardResult> spoilt = r -> r.report().lossRows() > 0 ? r : notNumbers(r);
    assertEquals(expected, TrainedHash.withResults(few, settings, spoilt));
  }

  private static ShardResult notNumbers(ShardResult result) {
    float[] weights = result.weights().clone();
    Arrays.fill(weights, Float.NaN);
    return with(result, result.report().lossRows(), weights);
  }

  @Test
  void aMeanThatIsNotWeightedByRowsIsAnother() {
    UnaryOperator<ShardResult> uniform = result -> with(result, 1, result.weights());
    assertEquals(EXPECTED, TrainedHash.withResults(TABLE, SETTINGS, result -> result));
    assertNotEquals(EXPECTED, TrainedHash.withResults(TABLE, SETTINGS, uniform));
  }

  @Test
  void anotherOrderOfTheRowsInsideAShardIsAnother() {
    assertEquals(EXPECTED, TrainedHash.withBlocks(TABLE, SETTINGS, blocks -> blocks));
    assertNotEquals(
        EXPECTED,
        TrainedHash.withBlocks(TABLE, SETTINGS, blocks -> blocks.map(BitEqualityTest::backwards)));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 2, -1})
  void anotherSeedIsAnother(long seed) {
    assertNotEquals(EXPECTED, TrainedHash.of(TABLE, classify().seed(seed).build()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void anotherNumberOfShardsIsAnother(int shards) {
    assertNotEquals(EXPECTED, TrainedHash.of(TABLE, classify().shards(shards).build()));
  }

  @Test
  void aRowTwiceOrARowLessOrAnotherValueIsAnother() {
    assertNotEquals(EXPECTED, TrainedHash.of(TABLE.union(TABLE.limit(1)), SETTINGS));
    assertNotEquals(EXPECTED, TrainedHash.of(TABLE.where("id != 'row-7'"), SETTINGS));
    Dataset<Row> changed =
        TABLE.selectExpr(
            "id", "features", "if(id = 'row-7', if(label = 'a', 'b', 'a'), label) as label");
    assertNotEquals(EXPECTED, TrainedHash.of(changed, SETTINGS));
  }

  private static ShardBlock backwards(ShardBlock shard) {
    SequenceBlock block = shard.block();
    SampleBlocks.Rows rows = new SampleBlocks.Rows();
    for (int i = block.size() - 1; i >= 0; i--) {
      int start = block.starts()[i];
      float[][] steps =
          IntStream.range(start, start + block.length(i))
              .mapToObj(t -> Arrays.copyOfRange(block.values(), 2 * t, 2 * t + 2))
              .toArray(float[][]::new);
      rows.add(steps, block.targets()[i]);
    }
    return ShardBlock.of(shard.heldOut(), rows.block(false), shard.contents());
  }

  private static ShardResult with(ShardResult result, long rows, float[] weights) {
    ShardReport report = result.report();
    return new ShardResult(
        new ShardReport(
            report.shard(),
            rows,
            rows,
            report.lossSum(),
            report.minibatches(),
            report.clipped(),
            report.gradientNormSum(),
            report.squaredChange(),
            report.divergence(),
            report.seconds()),
        weights,
        result.optimizer());
  }
}
