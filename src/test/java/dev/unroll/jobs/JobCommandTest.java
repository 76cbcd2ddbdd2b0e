package dev.unroll.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.jobs.config.ConfigFixture;
import dev.unroll.jobs.config.ConfigKey;
import dev.unroll.jobs.config.ConfigLoader;
import dev.unroll.jobs.config.JobConfig;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.ml.RnnSettings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobCommandTest {
  @TempDir Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<JobConfig> configs = new ArrayList<>();
  private String conf;

  @BeforeEach
  void configuration() {
    conf = new ConfigFixture(directory).write("x.conf", ConfigFixture.NEEDED).toString();
  }

  private int run(JobCommand.Action action, String... args) {
    JobCommand command = new JobCommand("train", "Trains a network, 100% in Java.", action);
    ConfigLoader loader = new ConfigLoader(Map.of(), directory);
    return command.run(
        args, new JobCommand.Surroundings(loader, new PrintStream(out), new PrintStream(err)));
  }

  private int run(String... args) {
    return run(this::note, args);
  }

  private int note(JobConfig config, boolean dryRun, PrintStream to) {
    configs.add(config);
    to.print(dryRun ? "dry" : "wet");
    return 0;
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8).replace(directory + "/", "");
  }

  @Test
  void theJobGetsTheConfigurationAndItsCodeIsReturned() {
    assertEquals(0, run(conf, "--set", "training.epochs=3", "--set=training.seed=4"));
    assertEquals(3L, configs.get(0).<Long>value(RnnSettings.MAX_ITER));
    assertEquals(4L, configs.get(0).<Long>value(RnnSettings.SEED));
    assertEquals("wet", out());
    assertEquals(7, run((config, dry, to) -> 7, conf));
    assertEquals("", err());
  }

  @Test
  void resumeIsAKeyWhereverItStands() {
    assertEquals(0, run(conf, "--resume", "never", "--set", "training.epochs=3"));
    assertEquals(0, run("--set", "training.epochs=3", conf, "--resume=never"));
    assertEquals(0, run(conf, "--set", "run.resume=never"));
    configs.forEach(config -> assertEquals("never", config.value(RnnSettings.RESUME)));
    assertEquals(2, run(conf, "--resume", "sometimes"));
    assertTrue(err().contains("run.resume"), err());
  }

  @Test
  void dryRunIsPassedOn() {
    assertEquals(0, run("--dry-run", conf));
    assertEquals("dry", out());
  }

  @Test
  void helpListsOptionsAndEveryKey() {
    assertEquals(0, run("--help"));
    for (String word :
        List.of("jobs/train.sh CONF", "--set", "--dry-run", "--verbose", "--version")) {
      assertTrue(out().contains(word), word);
    }
    assertTrue(out().contains("Trains a network, 100% in Java."), out());
    for (ConfigKey key : ConfigKey.values()) {
      assertTrue(out().contains("\n  " + key.path() + " "), key.path());
    }
    assertEquals(List.of(), configs);
  }

  @Test
  void versionNamesWhatRuns() {
    assertEquals(0, run("--version"));
    assertTrue(out().matches("unroll \\S+ \\(Spark 4\\.\\S+, Java \\S+\\)\\R"), out());
  }

  @Test
  void wrongUseEndsWithTwoAndAHint() {
    assertEquals(2, run());
    assertTrue(
        err()
            .startsWith(
                "error 2: Missing required parameter: 'CONF'\n  usage: jobs/train.sh CONF"));
    err.reset();
    assertEquals(2, run(conf, "--dry-rum"));
    assertTrue(err().contains("'--dry-rum'; did you mean --dry-run?"), err());
    err.reset();
    assertEquals(2, run(conf, "training.epochs=3"));
    assertTrue(err().contains("; settings are written --set training.epochs=3"), err());
    err.reset();
    assertEquals(2, run(conf, "--training.epochs=3"));
    assertTrue(err().contains("; settings are written --set training.epochs=3"), err());
    err.reset();
    assertEquals(2, run(conf, "--set"));
    assertTrue(err().startsWith("error 2: Missing required parameter for option '--set'"), err());
    err.reset();
    assertEquals(2, run("a\0b"));
    assertTrue(err().contains("is not a file name"), err());
    assertEquals(List.of(), configs);
  }

  @Test
  void aWrongConfigurationEndsWithTwo() {
    assertEquals(2, run(conf, "--set", "training.epoch=3"));
    assertEquals(
        "error 2: --set: unknown key \"training.epoch\"; did you mean \"training.epochs\"?\n",
        err());
    err.reset();
    assertEquals(2, run(conf, "--set", "training.epoch=3", "--set", "seed=1"));
    assertEquals(
        """
        error 2: 2 problems in the configuration x.conf
          --set: unknown key "training.epoch"; did you mean "training.epochs"?
          --set: unknown key "seed"; did you mean "training.seed"?
        """,
        err());
  }

  @Test
  void failuresAreALineWithoutATrace() {
    JobCommand.Action failing =
        (config, dry, to) -> {
          throw new RuntimeException(new InvalidDataException("row 3: no label"));
        };
    assertEquals(3, run(failing, conf));
    assertEquals("error 3: row 3: no label\n", err());
    err.reset();
    assertEquals(3, run(failing, conf, "--verbose"));
    assertTrue(err().startsWith("error 3: row 3: no label\n"), err());
    assertTrue(err().contains("\tat dev.unroll.jobs.JobCommandTest"), err());
  }

  @Test
  void anUnknownFailureSaysHowToLearnMore() {
    JobCommand.Action failing =
        (config, dry, to) -> {
          throw new IllegalStateException("password=s3cr3t");
        };
    assertEquals(1, run(failing, conf));
    assertEquals(
        """
        error 1: IllegalStateException: password=***
          (--verbose shows where this comes from)
        """,
        err());
    assertEquals(1, run(failing, conf, "--verbose"));
    assertFalse(err().contains("s3cr3t"), err());
  }

  @Test
  void anArgumentWithAnAtSignIsNotReplacedByAFile() {
    assertEquals(2, run("@" + conf));
    assertTrue(err().contains("does not exist"), err());
  }

  @Test
  void anInterruptedJobEndsWith130() {
    JobCommand.Action interrupted =
        (config, dry, to) -> {
          throw new InterruptedException();
        };
    assertEquals(130, run(interrupted, conf));
    assertTrue(Thread.interrupted(), "whoever called must learn of it too");
  }
}
