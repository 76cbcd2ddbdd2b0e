package dev.unroll.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.math.Kernels;
import dev.unroll.net.CellType;
import dev.unroll.net.Network;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Scaling;
import dev.unroll.net.SequenceBlock;
import dev.unroll.net.Task;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalTrainerTest {
  private static final Schedule CONSTANT = new Schedule(Schedule.Shape.CONSTANT, 0);
  private static final NetworkConfig NETWORK = TinyData.network(Task.CLASSIFY, CellType.GRU, 5);
  private static final SequenceBlock TEN = TinyData.block(Task.CLASSIFY, 10, 1);

  private static TrainingConfig config(int epochs, int batchSize, String optimizer, double rate) {
    return new TrainingConfig(
        epochs, batchSize, Optimizer.of(optimizer, 0.9, 0), rate, CONSTANT, 0, 1);
  }

  private static SerialTraining gru(TrainingConfig config) {
    return new SerialTraining(NETWORK, TinyData.UNSCALED, config);
  }

  private static TrainingConfig clipped(TrainingConfig config, double clipNorm) {
    return new TrainingConfig(
        config.epochs(),
        config.batchSize(),
        config.optimizer(),
        config.learningRate(),
        config.schedule(),
        clipNorm,
        config.seed());
  }

  private static LocalTrainer trainer(SerialTraining training) {
    return new LocalTrainer(
        new Network(training.network()),
        training.preprocessing(),
        training.config(),
        Kernels.best());
  }

  // --- it learns ---

  @ParameterizedTest
  @EnumSource(CellType.class)
  void everyCellLearnsEightSequencesByHeart(CellType cell) {
    assertLearntByHeart(Task.CLASSIFY, TinyData.network(Task.CLASSIFY, cell, 16));
  }

  @Test
  void numbersAndTagsAreLearntByHeartToo() {
    assertLearntByHeart(Task.REGRESS, TinyData.network(Task.REGRESS, CellType.LSTM, 16));
    assertLearntByHeart(
        Task.TAG, new NetworkConfig(Task.TAG, CellType.LSTM, 2, 16, 2, true, TinyData.OUTPUTS));
  }

  private static void assertLearntByHeart(Task task, NetworkConfig network) {
    SequenceBlock eight = TinyData.block(task, 8, 1);
    SerialTraining training =
        new SerialTraining(
            network, TinyData.unscaled(task), clipped(config(250, 4, "adam", 0.01), 1));
    LossEvaluator evaluator =
        new LossEvaluator(
            new Network(network), training.preprocessing(), eight.size(), Kernels.best());
    double before = evaluator.lossSum(training.initial().weights(), eight);
    double after = evaluator.lossSum(training.train(eight).weights(), eight);
    assertTrue(before > 3, () -> "loss before: " + before);
    assertTrue(after < 0.03 * before, () -> "loss from " + before + " to " + after);
  }

  // --- it is a pure function ---

  @Test
  void theStatePassedInStaysAsItIs() {
    SerialTraining training = gru(config(3, 3, "adam", 0.1));
    ShardResult first = training.epoch(0, List.of(TEN), training.initial());
    TrainingState state = SerialTraining.at(1, first.weights(), first.optimizer());
    float[] weights = state.weights().clone();
    float[] m = state.optimizer().first().clone();
    float[] v = state.optimizer().second().clone();

    ShardResult result = training.epoch(0, List.of(TEN), state);
    assertFalse(Arrays.equals(weights, result.weights()), "something was learnt");
    assertArrayEquals(weights, state.weights());
    assertArrayEquals(m, state.optimizer().first());
    assertArrayEquals(v, state.optimizer().second());
    assertEquals(4, state.optimizer().step());
    assertEquals(8, result.optimizer().step());
  }

  @Test
  void theSameCallGivesTheSameBitsWhateverTheTrainerDidBefore() {
    SerialTraining training = gru(config(2, 3, "adam", 0.1));
    SequenceBlock larger = TinyData.block(Task.CLASSIFY, 40, 2);
    LocalTrainer used = trainer(training);
    used.train(4, List.of(larger).iterator(), SerialTraining.alone(4, 14), training.initial());
    for (int call = 0; call < 2; call++) {
      assertSameBits(
          training.epoch(1, List.of(TEN), training.initial()),
          used.train(1, List.of(TEN).iterator(), SerialTraining.alone(1, 4), training.initial()));
    }
  }

  private static void assertSameBits(ShardResult expected, ShardResult actual) {
    assertArrayEquals(expected.weights(), actual.weights());
    assertArrayEquals(expected.optimizer().first(), actual.optimizer().first());
    assertArrayEquals(expected.optimizer().second(), actual.optimizer().second());
    assertEquals(expected.report().lossSum(), actual.report().lossSum());
    assertEquals(expected.report().gradientNormSum(), actual.report().gradientNormSum());
  }

  // --- the order of the sequences ---

  @Test
  void theOrderDiffersByEpochShardAndSeed() {
    float[] weights = trained(1, 0, 0);
    assertArrayEquals(weights, trained(1, 0, 0));
    assertDiffers(weights, trained(2, 0, 0), "seed");
    assertDiffers(weights, trained(1, 1, 0), "epoch");
    assertDiffers(weights, trained(1, 0, 1), "shard");
  }

  /** One epoch from the same weights, whatever the seed. */
  private static float[] trained(long seed, int epoch, int shard) {
    TrainingState start = SerialTraining.at(epoch, initial().weights(), initial().optimizer());
    return singly(seed).epoch(shard, List.of(TEN), start).weights();
  }

  /** One sequence per minibatch. */
  private static SerialTraining singly(long seed) {
    return gru(new TrainingConfig(5, 1, Optimizer.of("sgd", 0, 0), 0.1, CONSTANT, 0, seed));
  }

  @Test
  void theOrderDiffersByBlock() {
    SerialTraining training = singly(1);
    float[] once = training.epoch(0, List.of(TEN), initial()).weights();
    TrainingState again = SerialTraining.at(0, once, initial().optimizer());
    float[] sameOrderTwice = training.epoch(0, List.of(TEN), again).weights();
    float[] twoBlocks = training.epoch(0, List.of(TEN, TEN), initial()).weights();
    assertDiffers(sameOrderTwice, twoBlocks, "block");
  }

  private static void assertDiffers(float[] a, float[] b, String by) {
    assertFalse(Arrays.equals(a, b), "the order does not differ by " + by);
  }

  @Test
  void everySequenceIsUsedOnceInAnEpoch() {
    // With a rate of next to nothing, losses are those of the starting weights.
    SerialTraining training = gru(config(1, 3, "sgd", 1e-30));
    double[] sums = new double[2];
    for (int shard = 0; shard < 2; shard++) {
      ShardResult result = training.epoch(shard, List.of(TEN), training.initial());
      assertEquals(10, result.report().lossRows());
      sums[shard] = result.report().lossSum();
    }
    LossEvaluator evaluator =
        new LossEvaluator(new Network(NETWORK), TinyData.UNSCALED, 10, Kernels.best());
    double expected = evaluator.lossSum(training.initial().weights(), TEN);
    assertEquals(expected, sums[0], 1e-6 * expected);
    assertEquals(expected, sums[1], 1e-6 * expected);
  }

  // --- minibatches ---

  @Test
  void minibatchesDoNotSpanBlocks() {
    SequenceBlock five = TinyData.block(Task.CLASSIFY, 5, 3);
    SerialTraining training = gru(config(1, 4, "sgd", 0.1));
    assertEquals(
        4, training.epoch(0, List.of(five, five), training.initial()).report().minibatches());
    assertEquals(3, training.epoch(0, List.of(TEN), training.initial()).report().minibatches());
  }

  @Test
  void theLastMinibatchMayBeSmaller() {
    assertEquals(0, LocalTrainer.minibatches(0, 4));
    assertEquals(1, LocalTrainer.minibatches(1, 4));
    assertEquals(1, LocalTrainer.minibatches(4, 4));
    assertEquals(2, LocalTrainer.minibatches(5, 4));
    assertEquals(1, LocalTrainer.minibatches(Integer.MAX_VALUE, Integer.MAX_VALUE));
  }

  @Test
  void lossRowsAreSequencesOrStepsWhenTagging() {
    SequenceBlock tags = TinyData.block(Task.TAG, 7, 1);
    SerialTraining training =
        new SerialTraining(
            TinyData.network(Task.TAG, CellType.LSTM, 3),
            TinyData.UNSCALED,
            config(1, 2, "sgd", 0.1));
    ShardResult result = training.epoch(0, List.of(tags), training.initial());
    assertEquals(tags.steps(), result.report().lossRows());
    assertEquals(
        7,
        gru(config(1, 2, "sgd", 0.1)).epoch(0, List.of(first(7)), initial()).report().lossRows());
  }

  private static SequenceBlock first(int count) {
    return TinyData.block(Task.CLASSIFY, count, 1);
  }

  private static TrainingState initial() {
    return gru(config(1, 2, "sgd", 0.1)).initial();
  }

  @Test
  void aShardWithoutSequencesComesBackUntouched() {
    SerialTraining training = gru(config(1, 3, "adam", 0.1));
    TrainingState state = training.initial();
    ShardResult result = training.epoch(3, List.of(), state);
    assertEquals(3, result.report().shard());
    assertEquals(0, result.report().lossRows());
    assertEquals(0, result.report().minibatches());
    assertNull(result.report().divergence());
    assertArrayEquals(state.weights(), result.weights());
    assertEquals(0, result.optimizer().step());
  }

  // --- weights of rows ---

  @ParameterizedTest
  @EnumSource(Task.class)
  void aRowOfWeightTwoIsAsGoodAsTheRowTwice(Task task) {
    NetworkConfig network = TinyData.network(task, CellType.LSTM, 4);
    TrainingConfig config = config(20, 8, "sgd", 0.5);
    SerialTraining training = new SerialTraining(network, TinyData.unscaled(task), config);
    SequenceBlock four = TinyData.block(task, 4, 1);
    SequenceBlock twice = TinyData.blockOf(task, 1, 0, 1, 1, 2, 3, 3);

    ShardResult once = training.epoch(0, List.of(weighted(four, 1, 2, 1, 2)), training.initial());
    ShardResult repeated = training.epoch(0, List.of(twice), training.initial());
    assertEquals(repeated.report().lossSum(), once.report().lossSum(), 1e-5);
    assertEquals(repeated.report().lossRows(), once.report().lossWeight(), 1e-12);
    assertEquals(task == Task.TAG ? four.steps() : 4, once.report().lossRows());
    assertArrayEquals(
        training.train(twice).weights(),
        training.train(weighted(four, 1, 2, 1, 2)).weights(),
        1e-4f);
    assertDiffers(training.train(twice).weights(), training.train(four).weights(), "weight");
  }

  @Test
  void weightsThatAreAllTheSameChangeNothing() {
    SerialTraining training = gru(config(3, 3, "sgd", 0.5));
    float[] weights = new float[10];
    Arrays.fill(weights, 0.3f);
    assertArrayEquals(
        training.train(TEN).weights(), training.train(weighted(TEN, weights)).weights(), 1e-5f);
    ShardReport report =
        training.epoch(0, List.of(weighted(TEN, weights)), training.initial()).report();
    assertEquals(3, report.lossWeight(), 1e-6);
    assertEquals(10, report.lossRows());
    ShardReport plain = training.epoch(0, List.of(TEN), training.initial()).report();
    assertEquals(10, plain.lossWeight());
  }

  private static SequenceBlock weighted(SequenceBlock block, float... weights) {
    return new SequenceBlock(
        block.inputSize(),
        block.starts(),
        block.values(),
        block.targetSize(),
        block.targetPerStep(),
        block.targets(),
        weights);
  }

  // --- learning rate and clipping ---

  @Test
  void theScheduleIsTakenAtTheMiddleOfEachStepOfTheWholeRun() {
    Schedule cosine = new Schedule(Schedule.Shape.COSINE, 0.25);
    TrainingConfig config =
        new TrainingConfig(4, 10, Optimizer.of("sgd", 0, 0), 0.01, cosine, 0, 1);
    SerialTraining training = gru(config);
    for (int epoch = 0; epoch < 4; epoch++) {
      TrainingState start =
          SerialTraining.at(epoch, training.initial().weights(), training.initial().optimizer());
      ShardResult result = training.epoch(0, List.of(TEN), start);
      double rate = distance(start.weights(), result.weights()) / result.report().gradientNormSum();
      double factor = cosine.factor((epoch + 0.5) / 4);
      assertEquals(0.01 * factor, rate, 1e-4 * 0.01);
    }
  }

  @Test
  void aClippedStepIsAsLongAsTheRateTimesTheLimit() {
    SerialTraining free = gru(config(1, 10, "sgd", 0.5));
    double norm = free.epoch(0, List.of(TEN), free.initial()).report().gradientNormSum();
    for (double limit : new double[] {norm / 10, norm / 2, norm * 2}) {
      SerialTraining training = gru(clipped(free.config(), limit));
      ShardResult result = training.epoch(0, List.of(TEN), training.initial());
      assertEquals(norm, result.report().gradientNormSum(), "the norm is that before clipping");
      double way = distance(training.initial().weights(), result.weights());
      assertEquals(0.5 * Math.min(norm, limit), way, 1e-4 * way);
      assertEquals(norm > limit ? 1 : 0, result.report().clipped());
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-6, 1e6})
  void clippedMinibatchesAreCounted(double limit) {
    SerialTraining training = gru(clipped(config(1, 3, "sgd", 0.01), limit));
    ShardResult result = training.epoch(0, List.of(TEN), training.initial());
    assertEquals(4, result.report().minibatches());
    assertEquals(limit == 1e-6 ? 4 : 0, result.report().clipped());
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += ((double) a[j] - b[j]) * ((double) a[j] - b[j]);
    }
    return Math.sqrt(sum);
  }

  // --- preprocessing ---

  @Test
  void scalingIsTheSameAsScaledData() {
    SequenceBlock raw = TinyData.block(Task.REGRESS, 12, 5);
    Scaling input = new Scaling(new double[] {0.3, -4}, new double[] {2.5, 0.1});
    Scaling target = new Scaling(new double[] {1, 2, 3}, new double[] {7, 0.2, 1.1});
    NetworkConfig network = TinyData.network(Task.REGRESS, CellType.LSTM, 4);
    TrainingConfig config = config(3, 5, "adam", 0.01);
    SequenceBlock scaled =
        new SequenceBlock(
            raw.inputSize(),
            raw.starts(),
            scaled(raw.values(), input),
            raw.targetSize(),
            false,
            scaled(raw.targets(), target));
    Preprocessing none = TinyData.unscaled(Task.REGRESS);
    float[] byPreprocessing =
        new SerialTraining(network, new Preprocessing(input, target), config).train(raw).weights();
    assertArrayEquals(
        new SerialTraining(network, none, config).train(scaled).weights(), byPreprocessing);
    assertDiffers(
        new SerialTraining(network, none, config).train(raw).weights(), byPreprocessing, "scaling");
  }

  private static float[] scaled(float[] values, Scaling scaling) {
    float[] scaled = new float[values.length];
    for (int at = 0; at < values.length; at += scaling.size()) {
      scaling.apply(values, at, scaled, at);
    }
    return scaled;
  }

  // --- divergence ---

  @Test
  void divergenceIsReportedWithItsMinibatchAndEndsTheEpoch() {
    SerialTraining training =
        new SerialTraining(
            TinyData.network(Task.REGRESS, CellType.RNN_RELU, 4),
            TinyData.unscaled(Task.REGRESS),
            config(1, 2, "sgd", 1e25));
    List<SequenceBlock> blocks =
        List.of(TinyData.block(Task.REGRESS, 6, 1), TinyData.block(Task.REGRESS, 6, 2));
    ShardResult result = training.epoch(0, blocks, training.initial());
    String divergence = result.report().divergence().what();
    assertTrue(
        divergence.matches(
            "minibatch 2 of 6: loss (Infinity|NaN|[0-9.E]+), gradient norm (Infinity|NaN)"),
        divergence);
    assertEquals(1, result.report().minibatches(), "steps before the divergence");
    assertEquals(2, result.report().lossRows());
  }

  @Test
  void weightsThatOverflowInTheLastStepAreReportedToo() {
    SerialTraining training = gru(config(1, 10, "sgd", 3e38));
    // A gradient below 1 cannot push a float beyond its range with this rate; 100 of them can.
    SerialTraining steep =
        new SerialTraining(
            TinyData.network(Task.REGRESS, CellType.LSTM, 4),
            new Preprocessing(
                Scaling.none(2), new Scaling(new double[3], new double[] {1e-3, 1e-3, 1e-3})),
            training.config());
    ShardResult result =
        steep.epoch(0, List.of(TinyData.block(Task.REGRESS, 10, 1)), steep.initial());
    assertEquals("weights not finite after minibatch 1 of 1", result.report().divergence().what());
    assertEquals(10, result.report().divergence().sequences().length, "its rows can be named");
  }

  /** Adam would divide by an infinite mean of squares ever after: weights finite, and stuck. */
  @Test
  void anOptimizerStateThatOverflowsIsReportedThoughWeightsAreFinite() {
    SerialTraining steep =
        new SerialTraining(
            TinyData.network(Task.REGRESS, CellType.RNN_RELU, 4),
            new Preprocessing(
                Scaling.none(2), new Scaling(new double[3], new double[] {1e-22, 1e-22, 1e-22})),
            config(1, 10, "adam", 0.01));
    ShardResult result =
        steep.epoch(0, List.of(TinyData.block(Task.REGRESS, 10, 1)), steep.initial());
    for (float weight : result.weights()) {
      assertTrue(Float.isFinite(weight));
    }
    assertEquals(
        "optimizer state not finite after minibatch 1 of 1", result.report().divergence().what());
  }

  @Test
  void aRunThatGoesWellReportsNoDivergence() {
    SerialTraining training = gru(config(1, 3, "sgd", 0.1));
    assertNull(training.epoch(0, List.of(TEN), training.initial()).report().divergence());
  }
}
