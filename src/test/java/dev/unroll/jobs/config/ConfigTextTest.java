package dev.unroll.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTextTest {
  @TempDir Path directory;
  private ConfigFixture conf;

  @BeforeEach
  void fixture() {
    conf = new ConfigFixture(directory);
  }

  @Test
  void aRenderedConfigurationLoadsAsTheSame() {
    JobConfig config =
        conf.train(
            """
            input {
              test { format = csv, path = ["a b.csv", "c\\"d${x}.csv"], options { a.b = " ", sep = "\\t" } }
              score {
                format = jdbc, options.url = "jdbc:x"
                query = "SELECT * FROM input JOIN t", tables.t = "parquet:a b"
              }
              idCol = "an id", invalidRows = keep, scaling = minMax, labelCol = y, featuresCol = x
              weightCol = w, validationIndicatorCol = "is v", maxSequenceLength = 9
            }
            table { timeCol = "a time", valueCols = ["one, two"] }
            network { cell = gru, hiddenSize = 3, numLayers = 2, bidirectional = on }
            training {
              epochs = 2, batchSize = 3, optimizer = adamw, learningRate = 1e-5, momentum = 0.25
              schedule = cosine, warmupFraction = 0.1, clipNorm = 0, weightDecay = 0.01
              seed = -9223372036854775808, shards = 7, validationFraction = 0.125, patience = 2
              kernels = scalar
            }
            run.overwrite = true, model = "m # no comment"
            output { path = out, format = orc, overwrite = true, options.compression = zstd }
            spark { executor.memory = 2g, "spark.speculation" = true, speculation.quantile = 0.9 }
            """);
    assertEquals(config, conf.load("train", config.render()));
  }

  @Test
  void everyKeyIsRendered() {
    JobConfig all =
        conf.train(
            """
            input.train { options.a = 1, query = q, tables.t = "csv:x" }
            input.test { format = f, path = p, options.a = 1, query = q, tables.t = "csv:x" }
            input.score { format = f, path = p, options.a = 1, query = q, tables.t = "csv:x" }
            table { keyCols = k, timeCol = t, tieCol = i, valueCols = [a, b], frequency = 1 hour }
            windows { length = 3, targetFeatures = a }
            tuning { space.hiddenSize = 8, timeCol = t }
            input { idCol = id, weightCol = w, validationIndicatorCol = v }
            training.initialModel = i, model = m, output.path = o, output.options.a = 1, spark.a = 1
            """);
    String text = "\n" + all.render();
    for (ConfigKey key : ConfigKey.values()) {
      assertTrue(text.contains("\n" + key.path() + (key.isFree() ? "." : " = ")), key.path());
    }
    assertEquals(ConfigKey.values().length, text.lines().count() - 1);
    assertEquals(
        Arrays.stream(ConfigKey.values()).toList(),
        ConfigBinding.unbind(all).keySet().stream().toList());
  }

  @Test
  void aRenderedConfigurationReadsWell() {
    String text = conf.train("spark.executor.memory = 2g\ntraining.learningRate = 1e-5").render();
    assertTrue(text.startsWith("task = \"classify\"\ninput.train.format = \"json\"\n"), text);
    assertTrue(text.contains("\ntraining.learningRate = 1.0E-5\n"), text);
    assertTrue(text.endsWith("\nspark.\"spark.executor.memory\" = \"2g\"\n"), text);
  }

  @Test
  void masksLoadAsTexts() {
    JobConfig config = conf.train("spark.a.password = x, run.dir = \"s3a://a:b@c/d\"");
    JobConfig again = conf.load("train", config.render());
    assertEquals(Map.of("spark.a.password", "***"), again.spark());
    assertEquals("s3a://***@c/d", again.run().dir().orElseThrow());
  }
}
