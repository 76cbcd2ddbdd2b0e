package dev.unroll.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unroll.train.OptimizerState;
import dev.unroll.train.ShardResult;
import java.util.Collections;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside {@code WeightedMeanTest}: the sign of a zero is one of a float's bits. */
class MeanOfZerosTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void zerosKeepTheirSign(int shards) {
    OptimizerState state = new OptimizerState(new float[0], new float[0], 1);
    float[] zeros = {-0.0f, 0.0f};
    ShardResult shard = new ShardResult(0, 3, 0, 1, 0, 0, zeros, state, null, 0);
    float[] mean = WeightedMean.of(Collections.nCopies(shards, shard), 1).weights();
    assertEquals(Float.floatToRawIntBits(-0.0f), Float.floatToRawIntBits(mean[0]));
    assertEquals(Float.floatToRawIntBits(0.0f), Float.floatToRawIntBits(mean[1]));
  }
}
