package dev.unroll.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
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

class ConfigLoaderTest {
  @TempDir Path directory;
  private ConfigFixture conf;

  @BeforeEach
  void fixture() {
    conf = new ConfigFixture(directory);
  }

  @Test
  void whatIsNotGivenHasItsDefault() {
    JobConfig config = conf.train("");
    assertEquals(Optional.of("classify"), config.task());
    for (ConfigKey key : ConfigKey.values()) {
      if (key.isParam()) {
        assertEquals(key.setting().defaultValue(), config.given(key.setting()), key.path());
      }
    }
    assertEquals(20L, config.<Long>value(RnnSettings.MAX_ITER));
    assertEquals(0.001, config.<Double>value(RnnSettings.STEP_SIZE));
    assertEquals("epoch", config.value(RnnSettings.PERIOD));
    assertEquals(false, config.value(RnnSettings.BIDIRECTIONAL));
    assertEquals(Optional.empty(), config.given(RnnSettings.ID_COL));
    assertEquals(new JobConfig.Run(Optional.of("runs/x"), false), config.run());
    assertEquals(
        new JobConfig.Output(Optional.empty(), "parquet", false, Map.of()), config.output());
    Source train = new Source("json", List.of("data.json"), Map.of(), Optional.empty(), Map.of());
    assertEquals(
        new JobConfig.Input(Optional.of(train), Optional.empty(), Optional.empty()),
        config.input());
    assertEquals(Map.of(), config.spark());
  }

  @Test
  void theFileGoesBeforeDefaultsAndTheCommandLineBeforeTheFile() {
    String file = "training { epochs = 7, seed = -3, batchSize = 8 }";
    JobConfig config =
        conf.train(file, "training.epochs=8", "training.epochs=9", "training.learningRate=1e-4");
    assertEquals(9L, config.<Long>value(RnnSettings.MAX_ITER));
    assertEquals(-3L, config.<Long>value(RnnSettings.SEED));
    assertEquals(8L, config.<Long>value(RnnSettings.BATCH_SIZE));
    assertEquals(1e-4, config.<Double>value(RnnSettings.STEP_SIZE));
  }

  @Test
  void settingsOfTheCommandLineAreTakenAsTheyStand() {
    JobConfig config =
        conf.train(
            "",
            "run.dir=runs/a b#c ${HOME} \"d\"",
            "input.train.path=a.json, b/{c,d}.json",
            "input.train.options.sep==",
            "input.idCol=an.id");
    assertEquals(Optional.of("runs/a b#c ${HOME} \"d\""), config.run().dir());
    Source train = config.input().train().orElseThrow();
    assertEquals(List.of("a.json", "b/{c,d}.json"), train.paths());
    assertEquals(Map.of("sep", "="), train.options());
    assertEquals(Optional.of("an.id"), config.given(RnnSettings.ID_COL));
  }

  @Test
  void settingsOfTheCommandLineCountInsideSubstitutions() {
    JobConfig config = conf.train("output.path = ${run.dir}/scores", "run.dir=elsewhere");
    assertEquals(Optional.of("elsewhere/scores"), config.output().path());
  }

  @Test
  void pathsMayBeListsAndOptionsMayHaveDots() {
    Source test =
        conf.train(
                """
                input.test {
                  format = csv
                  path = [a.csv, "b,c.csv"]
                  options { header = true, parse.mode = PERMISSIVE, samplingRatio = 0.50 }
                }
                """)
            .input()
            .test()
            .orElseThrow();
    assertEquals(List.of("a.csv", "b,c.csv"), test.paths());
    assertEquals(
        Map.of("header", "true", "parse.mode", "PERMISSIVE", "samplingRatio", "0.50"),
        test.options());
  }

  @Test
  void sparkSettingsKeepTheirFullNames() {
    Map<String, String> expected =
        Map.of(
            "spark.executor.memory", "2g",
            "spark.speculation", "true",
            "spark.speculation.quantile", "0.90",
            "spark.jars", "a.jar,b.jar");
    String nested =
        """
        spark {
          spark.executor.memory = 2g
          "speculation.quantile" = 0.90
          speculation = true
          jars = [a.jar, b.jar]
        }
        """;
    assertEquals(expected, conf.train(nested).spark());
    assertEquals(
        expected,
        conf.train(
                "spark.executor { memory = 1g }",
                "spark.executor.memory=2g",
                "spark.speculation=true",
                "spark.spark.speculation.quantile=0.90",
                "spark.jars=a.jar,b.jar")
            .spark());
  }

  @Test
  void theSameSparkSettingTwiceIsAnError() {
    assertEquals(
        "x.conf:5: \"spark.executor.memory\" is given twice; keep one of the two",
        conf.trainError("spark.executor.memory = 1g\nspark.spark.executor.memory = 2g\n"));
  }

  @Test
  void nullMeansTheDefault() {
    conf.write("base.conf", "input.idCol = id\ntraining.epochs = 3");
    JobConfig config =
        conf.train("include \"base.conf\"\ninput.idCol = null, training.epochs = null");
    assertEquals(Optional.empty(), config.given(RnnSettings.ID_COL));
    assertEquals(20L, config.<Long>value(RnnSettings.MAX_ITER));
  }

  @Test
  void environmentVariablesAreTextsThatFitTheirKeys() {
    String text = "training { epochs = 3, epochs = ${?EPOCHS}, seed = ${?NO_SUCH_VARIABLE} }";
    assertEquals(5L, conf.with("EPOCHS", "5").train(text).<Long>value(RnnSettings.MAX_ITER));
    assertEquals(3L, conf.train(text).<Long>value(RnnSettings.MAX_ITER));
  }

  @Test
  void unrollHomeIsTheVariableElseTheCurrentDirectory() {
    String text = "output.path = ${UNROLL_HOME}/out\nspark.jars = ${UNROLL_HOME}/x.jar";
    assertEquals(
        Optional.of("/opt/unroll/out"),
        conf.with("UNROLL_HOME", "/opt/unroll").train(text).output().path());
    JobConfig here = conf.train(text);
    assertEquals(Optional.of(directory + "/out"), here.output().path());
    assertEquals(Map.of("spark.jars", directory + "/x.jar"), here.spark());
  }

  @Test
  void aVariableNamedLikeASectionIsNotTakenForIt() {
    assertEquals(Optional.empty(), conf.with("model", "m").train("model = ${?MODEL}").model());
  }

  @Test
  void allProblemsAreReportedTogether() {
    assertEquals(
        """
        5 problems in the configuration x.conf
        --set: unknown key "trainig.seed"; did you mean "training.seed"?
        x.conf:5: unknown key "network.cel"; did you mean "network.cell"?
        x.conf:6: network.hiddenSize is "-1", expected a whole number from 1 to 65536
        --set: training.batchSize is "many", expected a whole number, at least 1
        x.conf:8: training.epochs is "0", expected a whole number, at least 1\
        """,
        conf.trainError(
            """
            network {
              cel = gru
              hiddenSize = -1
            }
            training.epochs = 0
            """,
            "trainig.seed=4",
            "training.batchSize=many"));
  }

  @Test
  void wrongSettingsOfTheCommandLineSayWhatIsExpected() {
    assertEquals(
        "--set: \"training.epochs\", expected key=value", conf.trainError("", "training.epochs"));
    assertEquals("--set: \"=3\", expected key=value", conf.trainError("", "=3"));
    assertEquals(
        "--set: \"spark\" has keys below it, expected spark.name=value",
        conf.trainError("", "spark=local"));
    assertEquals(
        "--set: \"input.train\" has keys below it, expected input.train.name=value",
        conf.trainError("", "input.train=a.json"));
  }

  @Test
  void numbersAreNeverRoundedCutOrInfinite() {
    for (String value :
        List.of("2.5", "1e20", "1e999999999", "0x10", "NaN", "", "3 4", "99999999999")) {
      assertTrue(
          conf.trainError("", "training.epochs=" + value).startsWith("--set: training.epochs is"),
          value);
    }
    for (String value : List.of("NaN", "Infinity", "1e999", "0", "-1", "1d", "0x1p3", "", "1,5")) {
      assertTrue(
          conf.trainError("", "training.learningRate=" + value)
              .equals(
                  "--set: training.learningRate is \"" + value + "\", expected a number above 0"),
          value);
    }
    assertEquals(100L, conf.train("training.epochs = 1e2").<Long>value(RnnSettings.MAX_ITER));
    assertEquals(
        Long.MIN_VALUE,
        conf.train("training.seed = " + Long.MIN_VALUE).<Long>value(RnnSettings.SEED));
  }

  @Test
  void recordsAreEqualByContentAndCannotBeChanged() {
    assertEquals(conf.train("spark.a = 1"), conf.train("spark.a = 1"));
    assertFalse(conf.train("spark.a = 1").equals(conf.train("spark.a = 2")));
    assertThrows(
        UnsupportedOperationException.class, () -> conf.train("").spark().put("spark.x", "y"));
    Source train = conf.train("").input().train().orElseThrow();
    assertThrows(UnsupportedOperationException.class, () -> train.paths().add("y"));
    assertThrows(UnsupportedOperationException.class, () -> train.options().put("x", "y"));
  }
}
