package dev.unroll.spark.rounds;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Model;
import dev.unroll.net.ModelFormatException;
import dev.unroll.net.Task;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.rounds.LearnerSettings.DivergedShard;
import dev.unroll.spark.rounds.LearnerSettings.RoundSettings;
import dev.unroll.train.Average;
import dev.unroll.train.DivergedException;
import dev.unroll.train.LearningRateScaling;
import dev.unroll.train.Nesterov;
import dev.unroll.train.OuterStep;
import dev.unroll.train.Period;
import dev.unroll.train.ShardReport;
import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingState;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the engine adds to a round, on Spark. */
class SparkRoundsTest {
  private static final Dataset<Row> TABLE = SmallTable.of(Task.CLASSIFY, 60, 1).cache();

  private static SettingsBuilder classify() {
    return new SettingsBuilder(Task.CLASSIFY);
  }

  /** 6,000 parameters: two slices. */
  @ParameterizedTest
  @ValueSource(strings = {"epoch", "steps(2)", "nesterov"})
  void howResultsComeTogetherDoesNotChangeABit(String way) {
    Period period = way.equals("steps(2)") ? new Period(2) : Period.EPOCH;
    OuterStep outer = way.equals("nesterov") ? new Nesterov(0.7, 0.5) : new Average();
    SettingsBuilder settings =
        classify()
            .hiddenSize(43)
            .validation(0.1, 0)
            .synchronised(period, outer, LearningRateScaling.SQRT, 3);
    String expected = TrainedHash.of(TABLE, settings.build(), Exchange.COLLECTED);
    assertEquals(expected, TrainedHash.of(TABLE, settings.build(), Exchange.SLICED));
    assertEquals(expected, TrainedHash.of(TABLE, settings.build(), Exchange.HANDED_OVER));
    String other =
        TrainedHash.of(
            TABLE,
            settings.synchronised(new Period(1), outer, LearningRateScaling.NONE, 0).build());
    assertNotEquals(expected, other);
  }

  @Test
  void largeResultsAreAveragedByExecutorsAndSmallOnesAreSentOnlyBetweenProcesses() {
    assertEquals(Exchange.HANDED_OVER, Exchange.of(true, 100, 100));
    assertEquals(Exchange.COLLECTED, Exchange.of(false, 50, 100));
    assertEquals(Exchange.SLICED, Exchange.of(true, 101, 100));
    assertEquals(Exchange.SLICED, Exchange.of(false, 51, 100));
    assertEquals(6, Exchange.HANDED_OVER.driverBytes(1, 4), "two states, four results");
    assertEquals(11, Exchange.COLLECTED.driverBytes(1, 4), "and packed: a state, four results");
    assertEquals(5, Exchange.SLICED.driverBytes(1, 4), "three states and one mean, packed too");
  }

  @Test
  void aTaskOfARoundThatIsOverLeavesNothingBehind() {
    TrainingState state = TrainingState.initial(new float[3], classify().build().training());
    HandedOver round = HandedOver.open(state);
    assertSame(state, HandedOver.of(round.id()).state());
    ShardReport report = new ShardReport(7, 1, 1, 0, 1, 0, 0, 0, null, 0);
    ShardResult result = new ShardResult(report, state.weights(), state.optimizer());
    HandedOver.of(round.id()).put(result);
    HandedOver.of(round.id()).put(result);
    assertEquals(List.of(result), round.results(), "a task that ran twice");
    round.close();
    assertThrows(IllegalStateException.class, () -> HandedOver.of(round.id()));
  }

  /** Of N shards, N reports in each of 2 N slices would outweigh the mean. */
  @Test
  void theReportsOfARoundComeToTheDriverOnce() {
    LearnerSettings settings = classify().hiddenSize(43).build();
    try (SequenceTraining training = SequenceTraining.prepare(TABLE, settings)) {
      TrainingState state = training.start().current();
      JavaRDD<ShardBlock> blocks = training.shards().blocks();
      Broadcast<SentState> sent =
          JavaSparkContext.fromSparkContext(blocks.context()).broadcast(SentState.of(state));
      List<SentSlice> slices = SlicedMean.slices(blocks, training.pass(), sent, state).collect();
      assertEquals(
          List.of(settings.shards(), 0),
          slices.stream().map(slice -> slice.reports().size()).toList());
    }
  }

  /** As numbers 2 comes before 10, as words after it, so that outputs have other meanings. */
  @Test
  void classesThatAreNumberedOtherwiseAreOtherData() {
    Dataset<Row> numbers = TABLE.withColumn("label", expr("pmod(hash(id), 12)"));
    Dataset<Row> words = numbers.withColumn("label", expr("string(label)"));
    List<String> differences = identity(words).differences(identity(numbers));
    assertEquals(1, differences.size(), "" + differences);
    assertTrue(differences.get(0).startsWith("the data: classes is 12, hash "), "" + differences);
  }

  private static RunIdentity identity(Dataset<Row> table) {
    try (SequenceTraining training = SequenceTraining.prepare(table, classify().build())) {
      return training.identity();
    }
  }

  @Test
  void aRowThatMakesAShardDivergeIsNamed() {
    Dataset<Row> huge =
        SmallTable.of(Task.REGRESS, 20, 3)
            .withColumn("label", expr("if(id = 'row-7', array(3e38d, 3e38d), label)"));
    LearnerSettings settings =
        new SettingsBuilder(Task.REGRESS).unscaled().batchSize(1).epochs(1).build();
    DivergedException e =
        assertThrows(DivergedException.class, () -> TrainedHash.of(huge, settings));
    assertTrue(e.getMessage().contains("first rows of it: row-7)"), e.getMessage());
    LearnerSettings leaveOut =
        new SettingsBuilder(Task.REGRESS)
            .unscaled()
            .batchSize(1)
            .epochs(2)
            .rounds(new RoundSettings(DivergedShard.LEAVE_OUT, 0, 600))
            .build();
    assertEquals(64, TrainedHash.of(huge, leaveOut).length());
  }

  /** As when shuffle files are lost with their executor, and the input has changed since. */
  @Test
  void inputThatIsAnotherWhenReadAgainIsFound() {
    Exception e =
        assertThrows(
            Exception.class,
            () ->
                TrainedHash.withBlocks(
                    TABLE,
                    classify().build(),
                    blocks -> blocks.map(SparkRoundsTest::withOtherRows)));
    String message = InvalidDataException.in(e).orElseThrow().getMessage();
    assertTrue(message.contains("other rows when it was read again"), message);
  }

  private static ShardBlock withOtherRows(ShardBlock block) {
    long[] contents = block.contents().clone();
    contents[0]++;
    return ShardBlock.of(block.heldOut(), block.block(), contents);
  }

  @Test
  void aJobThatTakesTooLongFails() {
    RoundSettings impatient = new RoundSettings(DivergedShard.STOP, 1 << 20, 0.001);
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> TrainedHash.of(TABLE, classify().rounds(impatient).build()));
    assertTrue(
        e.getMessage().contains("had not ended after 0 s, with 1 executors"), e.getMessage());
    assertFalse(LocalSpark.session().sparkContext().isStopped());
    assertEquals(64, TrainedHash.of(TABLE, classify().build()).length(), "the session goes on");
  }

  private static Model train(Dataset<Row> table, SettingsBuilder settings, Model from) {
    try (SequenceTraining training =
        SequenceTraining.prepare(table, settings.build(), Optional.ofNullable(from))) {
      return training.train(report -> {});
    }
  }

  @Test
  void aWarmStartKeepsScalingAndClasses() {
    Model first = train(TABLE, classify(), null);
    Dataset<Row> today = SmallTable.of(Task.CLASSIFY, 30, 9).where(col("label").notEqual("b"));
    Model second = train(today, classify(), first);
    assertEquals(first.classes(), second.classes());
    assertEquals(first.inputScaling().mean()[0], second.inputScaling().mean()[0]);
    assertNotEquals(first.weightsSha256(), second.weightsSha256());
    assertNotEquals(second.weightsSha256(), train(today, classify(), null).weightsSha256());
  }

  @Test
  void aModelThatDoesNotFitIsRefused() {
    Model first = train(TABLE, classify(), null);
    ModelFormatException e =
        assertThrows(
            ModelFormatException.class, () -> train(TABLE, classify().hiddenSize(5), first));
    assertTrue(e.getMessage().contains("hiddenSize=4"), e.getMessage());
    Dataset<Row> more = TABLE.withColumn("label", lit("new"));
    InvalidDataException unknown =
        assertThrows(InvalidDataException.class, () -> train(more, classify(), first));
    assertTrue(unknown.getMessage().contains("does not know: new; it knows a, b, c"));
  }
}
