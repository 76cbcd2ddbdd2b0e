package dev.unroll.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.jobs.config.JobConfig.Source;
import dev.unroll.spark.ml.RnnSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that a job needs, and keys that need one another. */
class ConfigChecksTest {
  @TempDir Path directory;
  private ConfigFixture conf;

  @BeforeEach
  void fixture() {
    conf = new ConfigFixture(directory);
  }

  @Test
  void evaluateAndScoreUseTheModelOfTheRunUnlessTold() {
    String text =
        """
        run.dir = runs/x
        input.test { format = ts, path = a.ts }
        input.score { format = ts, path = b.ts }
        output.path = out
        """;
    assertEquals(Optional.of("runs/x/model"), conf.load("evaluate", text).model());
    assertEquals(Optional.of("runs/x/model"), conf.load("score", text).model());
    assertEquals(Optional.of("m"), conf.load("score", text, "model=m").model());
    assertEquals(Optional.empty(), conf.load("evaluate", text).task());
    assertEquals(Optional.empty(), conf.train(text).model());
  }

  @Test
  void eachJobSaysWhatItNeeds() {
    assertEquals(
        """
        3 problems in the configuration x.conf
        x.conf: train needs task, which is not set; add for example task = classify
        x.conf: train needs input.train.format, which is not set; add for example \
        input.train.format = "json"
        x.conf: train needs run.dir, which is not set; add for example run.dir = "runs/letters\"\
        """,
        conf.error("train", ""));
    assertEquals(
        """
        2 problems in the configuration x.conf
        x.conf: evaluate needs model (or run.dir), which is not set; add for example \
        model = "runs/letters/model"
        x.conf: evaluate needs input.test.format, which is not set; add for example \
        input.test.format = "json\"\
        """,
        conf.error("evaluate", ""));
    assertTrue(conf.error("score", "").contains("x.conf: score needs output.path"));
    assertEquals(Optional.empty(), conf.load("some later job", "").task());
  }

  @Test
  void aSourceNeedsAFormatAndAFileFormatNeedsAPath() {
    assertEquals(
        "x.conf: input.test needs input.test.format, which is not set; add for example"
            + " input.test.format = \"json\"",
        conf.trainError("input.test.path = a"));
    assertEquals(
        "x.conf: format ts needs input.test.path, which is not set; add for example"
            + " input.test.path = \"data/test.json\"",
        conf.trainError("input.test.format = ts"));
    Source jdbc =
        conf.train("input.test { format = jdbc, options.url = \"jdbc:x\" }")
            .input()
            .test()
            .orElseThrow();
    assertEquals(
        new Source("jdbc", List.of(), Map.of("url", "jdbc:x"), Optional.empty(), Map.of()), jdbc);
  }

  @Test
  void aKeyWithAWrongValueIsNotCalledMissingAsWell() {
    assertEquals(
        "x.conf:4: task is \"clasify\", expected one of classify, regress, tag",
        conf.trainError("task = clasify"));
  }

  @Test
  void keysThatDoNotGoTogetherAreErrors() {
    assertEquals(
        "x.conf: training.patience is 3, which needs training.validationFraction above 0, such as"
            + " 0.1, or input.validationIndicatorCol",
        conf.trainError("training.patience = 3"));
    assertEquals(
        "x.conf: input.featuresCol and input.labelCol both are \"label\"",
        conf.trainError("input.featuresCol = label"));
    assertEquals(
        "x.conf: output.format is \"ts\", which can be read only; expected a Spark format",
        conf.trainError("output.format = ts"));
    assertEquals(
        3L,
        conf.train("training { patience = 3, validationFraction = 0.1 }")
            .<Long>value(RnnSettings.PATIENCE));
    conf.train("training { patience = 3, targetLoss = 0.1 }, input.validationIndicatorCol = v");
    assertEquals(
        "x.conf: training.targetMetric is set, which needs training.validationFraction above 0, such"
            + " as 0.1, or input.validationIndicatorCol",
        conf.trainError("training.targetMetric = 0.9"));
    assertEquals(
        "x.conf: training.targetMetric is 95.0, expected a share of right classes, such as 0.95",
        conf.trainError("training { targetMetric = 95, validationFraction = 0.1 }"));
    conf.train("task = regress, training { targetMetric = 95, validationFraction = 0.1 }");
    assertEquals(
        "x.conf: run.resume is required, which needs training.checkpointInterval above 0",
        conf.trainError("training.checkpointInterval = -1, run.resume = required"));
  }
}
