package dev.unroll.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.spark.ml.RnnClassifier;
import dev.unroll.spark.ml.RnnRegressor;
import dev.unroll.spark.ml.RnnTagger;
import dev.unroll.spark.ml.SequenceAssembler;
import dev.unroll.spark.ml.SequenceTuner;
import dev.unroll.spark.ml.SequenceWindows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.junit.jupiter.api.Test;

/** A key of the configuration and the param of a stage that it sets have the same default. */
class DefaultsTest {
  private static final List<Params> ESTIMATORS =
      List.of(new RnnClassifier(), new RnnRegressor(), new RnnTagger());

  /** Params that the jobs set by themselves, from other keys or from where the run lies. */
  private static final Set<String> SET_BY_JOBS =
      Set.of("checkpointDir", "predictionCol", "probabilityCol", "rawPredictionCol", "errorCol");

  /** The stages that keys of that group set. */
  private static List<Params> stages(ConfigKey key) {
    return switch (key.path().replaceFirst("\\..*", "")) {
      case "table" -> List.of(new SequenceAssembler());
      case "windows" -> List.of(new SequenceWindows());
      case "tuning" -> List.of(new SequenceTuner());
      default -> ESTIMATORS;
    };
  }

  private static List<ConfigKey> keysOfParams() {
    return Arrays.stream(ConfigKey.values()).filter(ConfigKey::isParam).toList();
  }

  @Test
  void keysAndParamsHaveTheSameDefaults() {
    List<String> differing = new ArrayList<>();
    for (ConfigKey key : keysOfParams()) {
      for (Params stage : stages(key)) {
        Param<Object> param = stage.getParam(key.setting().name());
        String ofKey =
            key.defaultValue().flatMap(key.rule()::read).map(Object::toString).orElse("");
        String ofParam = stage.hasDefault(param) ? stage.getDefault(param).get().toString() : "";
        if (!ofKey.equals(ofParam)) {
          differing.add("%s = %s, but %s: %s".formatted(key.path(), ofKey, param, ofParam));
        }
      }
    }
    assertEquals(List.of(), differing);
    assertTrue(keysOfParams().size() > 50, "keys are found");
  }

  @Test
  void everyParamOfAnEstimatorIsAKeyToo() {
    Set<String> keys =
        keysOfParams().stream().map(key -> key.setting().name()).collect(Collectors.toSet());
    for (Params stage : ESTIMATORS) {
      TreeSet<String> names =
          Arrays.stream(stage.params())
              .map(Param::name)
              .collect(Collectors.toCollection(TreeSet::new));
      names.removeAll(keys);
      names.removeAll(SET_BY_JOBS);
      assertEquals(Set.of(), names, stage.uid());
    }
  }
}
