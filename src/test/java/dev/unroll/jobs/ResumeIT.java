package dev.unroll.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unroll.jobs.JobScripts.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A training job that stops for want of time, goes on, and is the start of another one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ResumeIT {
  private static final Path HOME = Path.of("").toAbsolutePath();
  private static final String[] ONLY_A_ROUND = {"training.maxSeconds=0.001"};

  private JobScripts scripts;

  @BeforeAll
  void makeWorkDirectory(@TempDir Path work) throws IOException {
    scripts = new JobScripts(work);
    Files.writeString(
        work.resolve("letters.conf"),
        Files.readString(HOME.resolve("conf/letters.conf"))
            + """

            training { epochs = 3, shards = 3, kernels = scalar, period = "steps(4)" }
            spark.serializer = org.apache.spark.serializer.KryoSerializer
            spark { "kryo.registrationRequired" = true }
            run.dir = runs/stopped
            """);
  }

  private Call train(List<String> options, String... settings) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("letters.conf"));
    arguments.addAll(options);
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    arguments.addAll(List.of("--", "--master", "local[2]"));
    return scripts.call("train", arguments.toArray(String[]::new));
  }

  private List<Long> rounds(String run) throws IOException {
    List<Long> rounds = new ArrayList<>();
    for (String line : Files.readAllLines(scripts.work().resolve(run + "/metrics.jsonl"))) {
      rounds.add(new ObjectMapper().readTree(line).path("round").asLong());
    }
    return rounds;
  }

  @Test
  @Order(1)
  void aRunOutOfTimeStopsBetweenRoundsAndKeepsACheckpoint() throws Exception {
    Call call = train(List.of(), ONLY_A_ROUND);

    assertEquals(0, call.exitCode(), call::err);
    assertEquals("stopped", scripts.json("runs/stopped/_run.json").path("status").asText());
    assertEquals(List.of(1L), rounds("runs/stopped"));
    assertTrue(Files.exists(scripts.work().resolve("runs/stopped/checkpoints")));
    assertTrue(Files.exists(scripts.work().resolve("runs/stopped/model/network.json")));
  }

  @Test
  @Order(2)
  void anotherConfigurationMayNotGoOn() throws Exception {
    Call call = train(List.of(), "training.learningRate=0.5");

    assertEquals(2, call.exitCode(), call::err);
    assertTrue(call.err().contains("training.learningRate is 0.5"), call.err());
    assertEquals(List.of(1L), rounds("runs/stopped"));
  }

  @Test
  @Order(3)
  void otherDataMayNotGoOn() throws Exception {
    Path data = HOME.resolve("sample-data/letters/test.json");
    Call call = train(List.of(), "input.train.path=" + data);

    assertEquals(2, call.exitCode(), call::err);
    assertTrue(call.err().contains("the data: "), call.err());
  }

  @Test
  @Order(4)
  void theSameCommandGoesOnToTheSameModel() throws Exception {
    Call resumed = train(List.of("--resume", "required"));
    Call whole = train(List.of(), "run.dir=runs/whole");

    assertEquals(0, resumed.exitCode(), resumed::err);
    assertTrue(resumed.out().contains("after round 1 of "), resumed.out());
    assertEquals(0, whole.exitCode(), whole::err);
    assertEquals(
        scripts.json("runs/whole/_run.json").path("weightsSha256"),
        scripts.json("runs/stopped/_run.json").path("weightsSha256"));
    List<Long> rounds = rounds("runs/whole");
    assertEquals(LongStream.rangeClosed(1, rounds.size()).boxed().toList(), rounds);
    assertTrue(rounds.size() > 3);
    assertEquals(rounds, rounds("runs/stopped"));
    assertFalse(Files.exists(scripts.work().resolve("runs/stopped/checkpoints")));
  }

  @Test
  @Order(5)
  void whereThereIsNothingToGoOnFromRequiredFails() throws Exception {
    Call call = train(List.of("--resume", "required"), "run.dir=runs/nothing");

    assertEquals(6, call.exitCode(), call::err);
  }

  @Test
  @Order(6)
  void aModelIsTheStartOfAnother() throws Exception {
    String initial = "training.initialModel=runs/whole/model";
    Call refreshed = train(List.of(), initial, "run.dir=runs/refreshed");
    Call other = train(List.of(), initial, "run.dir=runs/other", "network.hiddenSize=7");

    assertEquals(0, refreshed.exitCode(), refreshed::err);
    assertTrue(firstLoss("runs/refreshed") < firstLoss("runs/whole") / 2);
    assertEquals(6, other.exitCode(), other::err);
    assertTrue(other.err().contains("network.json"), other.err());
  }

  private double firstLoss(String run) throws IOException {
    String first = Files.readAllLines(scripts.work().resolve(run + "/metrics.jsonl")).get(0);
    return new ObjectMapper().readTree(first).path("loss").asDouble();
  }
}
