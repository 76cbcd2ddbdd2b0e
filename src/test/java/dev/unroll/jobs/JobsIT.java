package dev.unroll.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The scripts as a user calls them: real processes, real files, from another directory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class JobsIT {
  private static final Path HOME = Path.of("").toAbsolutePath();

  private Path work;
  private JobScripts scripts;
  private Path conf;

  @BeforeAll
  void makeWorkDirectory(@TempDir Path temporary) throws IOException {
    work = Files.createDirectory(temporary.resolve("a place with spaces"));
    scripts = new JobScripts(work);
    conf = work.resolve("my letters.conf");
    Files.writeString(
        conf,
        Files.readString(HOME.resolve("conf/letters.conf"))
            + "\ntraining { epochs = 3, shards = 3, kernels = scalar }\nrun.dir = runs/one\noutput.path = scored\n"
            + "output.format = json\n");
  }

  @Test
  @Order(1)
  void trainLeavesACompleteRunDirectory() throws Exception {
    JobScripts.Call call = scripts.call("train", conf.toString(), "--", "--master", "local[1]");

    assertEquals(0, call.exitCode(), call::err);
    assertTrue(call.out().contains("epoch 3/3"), call.out());
    assertTrue(call.out().contains("always answering"), call.out());
    JsonNode report = scripts.json("runs/one/_run.json");
    assertEquals("finished", report.path("status").asText());
    assertEquals(0, report.path("exitCode").asInt());
    assertTrue(report.path("metrics").path("train.loss").asDouble() > 0);
    assertTrue(report.path("metrics").path("test.accuracy").asDouble() > 0.3);
    assertEquals(64, report.path("weightsSha256").asText().length());
    assertEquals(3, Files.readAllLines(work.resolve("runs/one/metrics.jsonl")).size());
    assertTrue(Files.exists(work.resolve("runs/one/config.conf")));
    assertTrue(Files.exists(work.resolve("runs/one/model/network.json")));
    assertTrue(Files.exists(work.resolve("runs/one/model/weights.safetensors")));
  }

  @Test
  @Order(2)
  void twoCoresTrainTheSameModelAsOne() throws Exception {
    JobScripts.Call call =
        scripts.call(
            "train", conf.toString(), "--set", "run.dir=runs/two", "--", "--master", "local[2]");

    assertEquals(0, call.exitCode(), call::err);
    assertEquals(
        scripts.json("runs/one/_run.json").path("weightsSha256"),
        scripts.json("runs/two/_run.json").path("weightsSha256"));
  }

  @Test
  @Order(3)
  void aFinishedRunIsRefused() throws Exception {
    JobScripts.Call call = scripts.call("train", conf.toString());

    assertEquals(5, call.exitCode(), call::err);
    assertTrue(call.err().contains("run.overwrite = true"), call.err());
    assertEquals("finished", scripts.json("runs/one/_run.json").path("status").asText());
  }

  @Test
  @Order(4)
  void evaluateFindsTheFiguresOfTheTrainingJob() throws Exception {
    JobScripts.Call call = scripts.call("evaluate", conf.toString());

    assertEquals(0, call.exitCode(), call::err);
    JsonNode trained = scripts.json("runs/one/_run.json").path("metrics");
    JsonNode evaluated = scripts.json("runs/one/evaluation.json").path("metrics");
    assertEquals(trained.path("test.accuracy"), evaluated.path("test.accuracy"));
    assertEquals(trained.path("test.loss"), evaluated.path("test.loss"));
    assertTrue(evaluated.has("test.precision.T") && evaluated.has("test.confusion.T.P"));
    assertTrue(call.out().contains("precision"), call.out());
  }

  @Test
  @Order(5)
  void scoreKeepsRowsAndReproducesTheAccuracy() throws Exception {
    JobScripts.Call call = scripts.call("score", conf.toString());

    assertEquals(0, call.exitCode(), call::err);
    List<JsonNode> input = lines(HOME.resolve("sample-data/letters/test.json"));
    List<JsonNode> output = lines(partFile(work.resolve("scored")));
    assertEquals(input.size(), output.size());
    long hits = 0;
    long steps = 0;
    for (int row = 0; row < input.size(); row++) {
      for (String column : List.of("id", "text", "features", "label")) {
        assertEquals(input.get(row).path(column), output.get(row).path(column), column);
      }
      JsonNode label = output.get(row).path("label");
      for (int t = 0; t < label.size(); t++) {
        steps++;
        hits += label.get(t).equals(output.get(row).path("prediction").get(t)) ? 1 : 0;
      }
    }
    double accuracy =
        scripts.json("runs/one/_run.json").path("metrics").path("test.accuracy").asDouble();
    assertEquals(accuracy, (double) hits / steps);
    assertEquals("finished", scripts.json("scored/_run.json").path("status").asText());
  }

  @Test
  @Order(6)
  void aDamagedModelIsNotLoaded() throws Exception {
    Path model = Files.createDirectories(work.resolve("damaged"));
    for (String file : List.of("network.json", "weights.safetensors")) {
      Files.copy(
          work.resolve("runs/one/model").resolve(file),
          model.resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }
    byte[] bytes = Files.readAllBytes(model.resolve("weights.safetensors"));
    bytes[bytes.length - 5] ^= 4;
    Files.write(model.resolve("weights.safetensors"), bytes);

    JobScripts.Call call =
        scripts.call("score", conf.toString(), "--set", "model=damaged", "--set", "output.path=no");

    assertEquals(6, call.exitCode(), call::err);
    assertTrue(call.err().contains("weights.safetensors"), call.err());
    assertFalse(Files.exists(work.resolve("no")));
  }

  @Test
  void aWrongKeyIsFoundBeforeAnythingStarts() throws Exception {
    JobScripts.Call call = scripts.call("train", conf.toString(), "--set", "training.epoch=3");

    assertEquals(2, call.exitCode());
    assertTrue(call.err().contains("training.epochs"), call.err());
  }

  @Test
  void badDataIsRefusedByRowAndStep() throws Exception {
    Path data = work.resolve("bad.json");
    Files.writeString(
        data,
        "{\"id\":\"a16\",\"features\":[[1,2]],\"label\":[\"x\"]}\n"
            + "{\"id\":\"a17\",\"features\":[[1,2],[3,null]],\"label\":[\"x\",\"y\"]}\n");

    JobScripts.Call call =
        scripts.call(
            "train", conf.toString(), "--set", "input.train.path=" + data, "--set", "run.dir=bad");

    assertEquals(3, call.exitCode(), call::err);
    assertTrue(call.err().contains("column \"features\", row a17, step 1, feature 1"), call.err());
    assertEquals("failed", scripts.json("bad/_run.json").path("status").asText());
    assertEquals(3, scripts.json("bad/_run.json").path("exitCode").asInt());
    assertFalse(Files.exists(work.resolve("bad/model")));
  }

  @Test
  void divergenceStopsTheJobAndNamesShardAndRound() throws Exception {
    List<String> arguments = new ArrayList<>(List.of(HOME.resolve("conf/adding.conf").toString()));
    for (String setting :
        List.of(
            "run.dir=diverged",
            "network.cell=rnn_relu",
            "training.optimizer=sgd",
            "training.schedule=constant",
            "training.clipNorm=0",
            "training.kernels=scalar",
            "training.learningRate=1e20")) {
      arguments.addAll(List.of("--set", setting));
    }
    JobScripts.Call call = scripts.call("train", arguments.toArray(String[]::new));

    assertEquals(4, call.exitCode(), call::err);
    JsonNode report = scripts.json("diverged/_run.json");
    assertEquals("diverged", report.path("status").asText());
    String message = report.path("message").asText();
    assertTrue(
        message.contains("shard") && message.contains("round 1") && message.contains("1.0E20"),
        message);
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      rows.add(new ObjectMapper().readTree(line));
    }
    return rows;
  }

  private static Path partFile(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("part-.*\\.json"))
          .findFirst()
          .orElseThrow();
    }
  }
}
