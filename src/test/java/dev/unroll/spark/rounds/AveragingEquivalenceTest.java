package dev.unroll.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.jobs.samples.FirstSymbol;
import dev.unroll.net.CellType;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Scaling;
import dev.unroll.net.SequenceBlock;
import dev.unroll.net.Task;
import dev.unroll.train.Average;
import dev.unroll.train.Optimizer;
import dev.unroll.train.Position;
import dev.unroll.train.Preprocessing;
import dev.unroll.train.SampleBlocks;
import dev.unroll.train.Schedule;
import dev.unroll.train.SerialTraining;
import dev.unroll.train.ShardMean;
import dev.unroll.train.ShardResult;
import dev.unroll.train.TrainingConfig;
import dev.unroll.train.TrainingState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * When every shard takes one step per round, averaging the weights is averaging the gradients: for
 * SGD with or without momentum, N shards are one large batch, also when they are of unequal size.
 */
class AveragingEquivalenceTest {
  private static final int ROUNDS = 10;
  private static final List<FirstSymbol.Sample> SAMPLES = FirstSymbol.generate(24, 1);
  private static final int[] EQUAL = {0, 8, 16, 24};
  private static final int[] UNEQUAL = {0, 1, 4, 24};

  private static SerialTraining training(String optimizer, double rate, double clipNorm) {
    return training(optimizer, rate, clipNorm, 0);
  }

  private static SerialTraining training(
      String optimizer, double rate, double clipNorm, double weightDecay) {
    return new SerialTraining(
        new NetworkConfig(Task.CLASSIFY, CellType.LSTM, 3, 5, 1, false, 3),
        new Preprocessing(Scaling.none(3), Scaling.none(0)),
        new TrainingConfig(
            ROUNDS,
            SAMPLES.size(),
            Optimizer.of(optimizer, 0.9, weightDecay),
            rate,
            new Schedule(Schedule.Shape.CONSTANT, 0),
            clipNorm,
            1));
  }

  private static float[] averaged(SerialTraining training, int[] cuts) {
    TrainingState state = training.initial();
    for (int round = 1; round <= ROUNDS; round++) {
      List<ShardResult> results = new ArrayList<>();
      for (int shard = 0; shard + 1 < cuts.length; shard++) {
        SequenceBlock block =
            SampleBlocks.firstSymbol(SAMPLES.subList(cuts[shard], cuts[shard + 1]));
        results.add(training.epoch(shard, List.of(block), state));
      }
      ShardMean mean = ShardMean.of(state.weights(), results);
      state = new Average().next(state, mean, new Position(round, round, 0));
    }
    return state.weights();
  }

  private static double difference(SerialTraining training, int[] cuts) {
    float[] serial = training.train(SampleBlocks.firstSymbol(SAMPLES)).weights();
    float[] averaged = averaged(training, cuts);
    double largest = 0;
    for (int j = 0; j < serial.length; j++) {
      largest = Math.max(largest, Math.abs(serial[j] - averaged[j]));
    }
    return largest;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "momentum"})
  void oneStepOfSgdPerRoundIsALargeBatch(String optimizer) {
    assertEquals(0, difference(training(optimizer, 0.1, 0), EQUAL), 2e-6);
    assertEquals(0, difference(training(optimizer, 0.1, 0), UNEQUAL), 2e-6);
    assertEquals(0, difference(training(optimizer, 0.1, 0, 0.05), UNEQUAL), 2e-6);
  }

  @Test
  void withAdamItIsNot() {
    assertTrue(difference(training("adam", 0.1, 0), EQUAL) > 1e-2);
  }

  @Test
  void withClippingOnEachShardItIsNot() {
    assertTrue(difference(training("sgd", 0.1, 0.05), UNEQUAL) > 1e-4);
  }
}
