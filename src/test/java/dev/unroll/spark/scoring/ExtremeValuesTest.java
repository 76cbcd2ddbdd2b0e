package dev.unroll.spark.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.CellType;
import dev.unroll.net.Model;
import dev.unroll.net.Network;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Scaling;
import dev.unroll.net.Task;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.InvalidRowPolicy;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.SequenceColumns.Columns;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Values that are finite but drive a network out of the finite numbers. */
class ExtremeValuesTest {
  private final Dataset<Row> rows =
      LocalSpark.session()
          .sql(
              "SELECT array(array(1f, 2f)) AS features, 1.0D AS label UNION ALL "
                  + "SELECT array(array(3e38f, 3e38f), array(3e38f, -3e38f)), 2.0D");

  @Test
  void aRowWithoutAFiniteAnswerIsRefusedByName() {
    SequenceScoring scoring = SequenceScoring.of(rows, model(), settings(InvalidRowPolicy.ERROR));

    Throwable failure = assertThrows(Exception.class, () -> scoring.rows().collectAsList());

    InvalidDataException found = InvalidDataException.in(failure).orElseThrow();
    assertTrue(found.getMessage().contains("expected a finite number"), found.getMessage());
  }

  @Test
  void orSkippedAndCounted() {
    SequenceScoring scoring = SequenceScoring.of(rows, model(), settings(InvalidRowPolicy.SKIP));

    assertEquals(1, scoring.rows().collectAsList().size());
    assertEquals(1, scoring.skipped().counts().get("overflow"));
    Evaluation evaluation = Evaluation.of(rows, model(), settings(InvalidRowPolicy.SKIP));
    assertEquals(1, evaluation.metrics().count());
  }

  private static ScoringSettings settings(InvalidRowPolicy policy) {
    return new ScoringSettings(
        Columns.of("features", Optional.of("label"), Optional.empty()), policy, "auto");
  }

  /** A rectifier lets values grow without bound. */
  private static Model model() {
    NetworkConfig config = new NetworkConfig(Task.REGRESS, CellType.RNN_RELU, 2, 4, 1, false, 1);
    float[] weights = new Network(config).initialWeights(1);
    java.util.Arrays.fill(weights, 2f);
    return new Model(
        config, weights, Scaling.none(2), Scaling.none(1), List.of(), "double", new TreeMap<>());
  }
}
