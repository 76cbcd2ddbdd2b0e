package dev.unroll.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside {@code ShardMeanTest}: the sign of a zero is one of a float's bits. */
class MeanOfZerosTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void zerosKeepTheirSign(int shards) {
    OptimizerState state = new OptimizerState(new float[0], new float[0], 1);
    float[] zeros = {-0.0f, 0.0f};
    ShardReport report = new ShardReport(0, 3, 3, 0, 1, 0, 0, 0, null, 0);
    ShardResult shard = new ShardResult(report, zeros, state);
    float[] mean = ShardMean.of(new float[2], Collections.nCopies(shards, shard)).weights();
    assertEquals(Float.floatToRawIntBits(-0.0f), Float.floatToRawIntBits(mean[0]));
    assertEquals(Float.floatToRawIntBits(0.0f), Float.floatToRawIntBits(mean[1]));
  }
}
