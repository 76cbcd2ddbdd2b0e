package dev.unroll.spark.rounds;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.unroll.spark.SentVector;
import dev.unroll.train.OptimizerState;
import dev.unroll.train.Position;
import dev.unroll.train.TrainingState;
import java.io.Serializable;

/**
 * A {@link TrainingState} on its way to the shards, without the velocity, which they do not use.
 */
@DefaultSerializer(JavaSerializer.class) // Kryo 4 cannot fill the fields of a record
record SentState(
    Position position, SentVector weights, SentVector first, SentVector second, long step)
    implements Serializable {

  static SentState of(TrainingState state) {
    return new SentState(
        state.position(),
        new SentVector(state.weights()),
        new SentVector(state.optimizer().first()),
        new SentVector(state.optimizer().second()),
        state.optimizer().step());
  }

  TrainingState state() {
    OptimizerState optimizer = new OptimizerState(first.values(), second.values(), step);
    return new TrainingState(position, weights.values(), optimizer, new float[0]);
  }
}
