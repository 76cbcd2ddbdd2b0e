package dev.unroll.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.spark.ml.RnnSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
  @TempDir Path directory;
  private ConfigFixture conf;

  @BeforeEach
  void fixture() {
    conf = new ConfigFixture(directory);
  }

  @Test
  void aFileOfTheSameDirectoryIsIncluded() {
    conf.write("base.conf", "training { epochs = 3, seed = 4 }\nrun.dir = ${UNROLL_HOME}/r");
    JobConfig config = conf.train("include \"base.conf\"\ntraining.seed = 5");
    assertEquals(3L, config.<Long>value(RnnSettings.MAX_ITER));
    assertEquals(5L, config.<Long>value(RnnSettings.SEED));
    assertEquals(Optional.of(directory + "/r"), config.run().dir());
  }

  @Test
  void anIncludeMayStandInASection() {
    conf.write("size.conf", "hiddenSize = ${?SIZE}");
    assertEquals(
        12L,
        conf.with("SIZE", "12")
            .train("network { include \"size.conf\" }")
            .<Long>value(RnnSettings.HIDDEN_SIZE));
  }

  @Test
  void mistakesInAnIncludedFileNameThatFile() {
    conf.write("base.conf", "\ntraining.epoch = 3");
    assertEquals(
        "base.conf:2: unknown key \"training.epoch\"; did you mean \"training.epochs\"?",
        conf.trainError("include \"base.conf\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "url(\"http://127.0.0.1:9/x.conf\")",
        "url(\"file:///etc/passwd\")",
        "required(url(\"http://127.0.0.1:9/x.conf\"))",
        "\"http://127.0.0.1:9/x.conf\"",
        "\"file:/etc/passwd\"",
        "classpath(\"reference.conf\")",
        "file(\"base.conf\")",
        "\"/etc/passwd\"",
        "\"../base.conf\"",
        "\"sub/base.conf\"",
        "\"./base.conf\"",
        "\"..\"",
        "required(\"../base.conf\")"
      })
  void whatIsElsewhereIsNotIncluded(String what) {
    conf.write("base.conf", "");
    String message = conf.trainError("include " + what);
    assertTrue(message.startsWith("x.conf: include "), message);
    assertTrue(
        message.endsWith(
            " is not allowed; only files of the same directory may be included, by name:"
                + " include \"base.conf\""),
        message);
  }

  @Test
  void anIncludedFileMayNotReachFurtherEither() {
    conf.write("base.conf", "include url(\"file:///etc/passwd\")");
    assertTrue(conf.trainError("include \"base.conf\"").startsWith("base.conf: include url("));
  }

  @Test
  void aMissingIncludeIsAnErrorAndNotSoughtOnTheClassPath() {
    conf.write("base.conf", "");
    assertEquals(
        "x.conf: include \"bass.conf\": no such file; did you mean \"base.conf\"?",
        conf.trainError("include \"bass.conf\""));
    // These lie at the root of jars on the class path of every Spark.
    assertEquals(
        "x.conf: include \"log4j2.properties\": no such file",
        conf.trainError("include \"log4j2.properties\""));
  }

  @Test
  void filesThatIncludeOneAnotherAreAnError() {
    conf.write("a.conf", "include \"b.conf\"");
    conf.write("b.conf", "include \"a.conf\"");
    assertEquals(
        "a.conf: includes itself (x.conf -> a.conf -> b.conf -> a.conf)",
        conf.trainError("include \"a.conf\""));
  }

  @Test
  void theSameFileMayBeIncludedTwice() {
    conf.write("a.conf", "hiddenSize = 3");
    assertEquals(
        3L,
        conf.train("network { include \"a.conf\" }\nnetwork { include \"a.conf\" }")
            .<Long>value(RnnSettings.HIDDEN_SIZE));
  }

  @Test
  void systemPropertiesDoNotGetIn() {
    System.setProperty("training.epochs", "99");
    System.setProperty("spark.test.leak", "leaked");
    try {
      JobConfig config = conf.train("");
      assertEquals(20L, config.<Long>value(RnnSettings.MAX_ITER));
      assertFalse(config.render().contains("leak"), config.render());
      assertTrue(
          conf.trainError("output.path = ${spark.test.leak}")
              .startsWith("x.conf:4: nothing is known to put in for ${spark.test.leak}"));
    } finally {
      System.clearProperty("training.epochs");
      System.clearProperty("spark.test.leak");
    }
  }

  @Test
  void theEnvironmentGetsInOnlyWhereItIsAskedFor() {
    ConfigFixture with = conf.with("training.epochs", "99");
    assertEquals(20L, with.train("").<Long>value(RnnSettings.MAX_ITER));
    assertFalse(conf.with("SOME_VARIABLE", "leaked").train("").render().contains("leaked"));
  }

  @Test
  void aVariableThatIsMissingIsNamedWithItsPlace() {
    assertEquals(
        "x.conf:5: nothing is known to put in for ${NOWHERE}; set that environment variable, or"
            + " write ${?NAME} where it may be missing",
        conf.trainError("\noutput.path = ${NOWHERE}/x"));
  }

  @Test
  void aWrongValueFromAVariableIsPlacedInTheFile() {
    assertEquals(
        "x.conf:5: training.epochs is \"many\", expected a whole number, at least 1",
        conf.with("EPOCHS", "many").trainError("training {\nepochs = ${EPOCHS} }"));
  }

  @Test
  void keysThatReferToThemselvesAreAnError() {
    String message = conf.trainError("output.path = ${model}\nmodel = ${output.path}");
    assertTrue(message.startsWith("x.conf:"), message);
    assertTrue(message.contains("cycle"), message);
  }

  @Test
  void syntaxErrorsNameFileAndLine() {
    String message = conf.trainError("network {\n  cell = [gru\n}");
    assertTrue(message.matches("(?s)x\\.conf:\\d+: .*"), message);
  }

  @Test
  void syntaxErrorsDoNotQuoteALineThatMayHoldASecret() {
    String message = conf.trainError("spark.my.password = \"hunter2\n");
    assertFalse(message.contains("hunter2"), message);
    assertTrue(message.contains("may hold a secret"), message);
  }

  @Test
  void aMissingFileIsNamedWithTheNearest() {
    conf.write("letters.conf", "");
    assertEquals(
        "configuration file leters.conf does not exist; did you mean \"letters.conf\"?",
        conf.error("train", directory.resolve("leters.conf")));
    assertEquals(
        "configuration file nowhere/letters.conf does not exist; there is no directory nowhere",
        conf.error("train", directory.resolve("nowhere/letters.conf")));
    assertTrue(
        conf.error("train", Path.of("no-such-file-anywhere.conf"))
            .startsWith("configuration file no-such-file-anywhere.conf does not exist"));
  }

  @Test
  void directoriesAndHugeFilesAreNotRead() throws IOException {
    assertTrue(conf.error("train", directory).contains("is a directory"));
    Path huge = directory.resolve("huge.conf");
    Files.write(huge, new byte[5 << 20]);
    assertEquals(
        "configuration file huge.conf has over 4 MiB; is it a data file?",
        conf.error("train", huge));
  }

  @Test
  void deepBracketsAreAnErrorAndNoCrash() {
    String message = conf.trainError("network.cell = " + "[".repeat(200_000));
    assertTrue(message.startsWith("x.conf"), message);
  }

  @Test
  void jsonPropertiesAndAByteOrderMarkAreUnderstood() throws IOException {
    Path json =
        conf.write(
            "x.json",
            """
            {"task": "tag", "run": {"dir": "r"},
             "input": {"train": {"format": "ts", "path": ["a", "b"]}}, "training.epochs": 4}
            """);
    assertEquals(4L, conf.load("train", json).<Long>value(RnnSettings.MAX_ITER));
    Path properties =
        conf.write(
            "x.properties",
            "task=tag\nrun.dir=r\ninput.train.format=ts\ninput.train.path=a\ntraining.epochs=6");
    assertEquals(6L, conf.load("train", properties).<Long>value(RnnSettings.MAX_ITER));
    Path marked = directory.resolve("marked.conf");
    Files.write(marked, ("\uFEFF" + ConfigFixture.NEEDED).getBytes(StandardCharsets.UTF_8));
    assertEquals(Optional.of("classify"), conf.load("train", marked).task());
  }
}
