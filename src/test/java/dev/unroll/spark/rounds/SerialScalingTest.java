package dev.unroll.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.unroll.net.Scaling;
import dev.unroll.net.Task;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Beside {@code BitEqualityTest}: one shard is plain serial training without scaling, too. */
class SerialScalingTest {

  @ParameterizedTest
  @EnumSource(Task.class)
  void oneShardIsSerialTrainingWithoutScalingToo(Task task) {
    Dataset<Row> table = SmallTable.of(task, 60, 1);
    LearnerSettings unscaled = new SettingsBuilder(task).shards(1).unscaled().build();
    try (SequenceTraining training = SequenceTraining.prepare(table, unscaled)) {
      Scaling none = Scaling.none(2);
      assertEquals(none.mean()[0], training.preprocessing().input().mean()[0]);
      assertEquals(none.deviation()[0], training.preprocessing().input().deviation()[0]);
      String hash = training.train(report -> {}).weightsSha256();
      SerialReference serial = new SerialReference(table, unscaled, training);
      assertEquals(training.model(serial.train()).weightsSha256(), hash);
      LearnerSettings scaled = new SettingsBuilder(task).shards(1).build();
      assertNotEquals(TrainedHash.of(table, scaled), hash);
    }
  }
}
