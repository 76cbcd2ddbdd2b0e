package dev.unroll.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unroll.jobs.JobScripts.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Rows that cannot be used, met by the jobs; the kinds are in BadRowsTest and BadTablesTest. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BadRowsIT {
  private static final String NULL_VALUE =
      "column \"features\", row bad-0, step 1, feature 0: value is null (missing), expected a finite"
          + " number";
  private static final String REMEDY =
      "; fix the row, or set handleInvalid (input.invalidRows of a job) = skip or keep";

  private Path work;
  private JobScripts scripts;

  @BeforeAll
  void makeFiles(@TempDir Path temporary) throws IOException {
    work = temporary;
    scripts = new JobScripts(work);
    List<String> good = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      good.add(
          "{\"id\":\"good-%d\",\"features\":[[%d.5,1],[2,-%d]],\"label\":\"%s\"}"
              .formatted(i, i, i, i % 2 == 0 ? "even" : "odd"));
    }
    List<String> bad =
        List.of(
            "{\"id\":\"bad-0\",\"features\":[[1,2],[null,2]],\"label\":\"odd\"}",
            "{\"id\":\"bad-1\",\"features\":[],\"label\":\"odd\"}",
            "{\"id\":\"bad-2\",\"features\":[],\"label\":\"even\"}");
    Files.write(work.resolve("good.json"), good);
    List<String> mixed = new ArrayList<>(good);
    for (int n = 0; n < bad.size(); n++) {
      mixed.add(3 * n, bad.get(n));
    }
    Files.write(work.resolve("mixed.json"), mixed);
    Files.writeString(
        work.resolve("rows.conf"),
        """
        task = classify
        input {
          train { format = json, path = mixed.json }
          score { format = json, path = mixed.json }
          idCol = id
        }
        network.hiddenSize = 3
        training { epochs = 2, shards = 2, kernels = scalar }
        model = runs/skip/model
        output.format = json
        """);
  }

  private Call train(String policy, String data, String directory) throws Exception {
    return scripts.call(
        "train",
        "rows.conf",
        "--set",
        "input.invalidRows=" + policy,
        "--set",
        "input.train.path=" + data,
        "--set",
        "run.dir=" + directory);
  }

  private Call score(String policy) throws Exception {
    return scripts.call(
        "score",
        "rows.conf",
        "--set",
        "input.invalidRows=" + policy,
        "--set",
        "output.path=scored-" + policy);
  }

  private static void assertRefused(Call call) {
    assertEquals(3, call.exitCode(), call::err);
    assertTrue(call.err().contains(NULL_VALUE + REMEDY), call.err());
    assertFalse(call.err().contains("\tat "), call.err());
  }

  @Test
  @Order(1)
  void trainWithError() throws Exception {
    assertRefused(train("error", "mixed.json", "runs/error"));
    JsonNode report = scripts.json("runs/error/_run.json");
    assertEquals("failed", report.path("status").asText());
    assertEquals(3, report.path("exitCode").asInt());
    String message = report.path("message").asText();
    assertTrue(
        message.startsWith(
            "3 of 11 rows cannot be used, by reason: 3 (2 empty-sequence, 1 null-value)\n"),
        message);
    assertFalse(Files.exists(work.resolve("runs/error/model")));
  }

  @Test
  @Order(2)
  void trainWithSkipAndKeepLearnsFromTheGoodRows() throws Exception {
    Call clean = train("error", "good.json", "runs/clean");
    assertEquals(0, clean.exitCode(), clean::err);
    for (String policy : List.of("skip", "keep")) {
      String directory = "runs/" + policy;
      Call call = train(policy, "mixed.json", directory);
      assertEquals(0, call.exitCode(), call::err);
      assertTrue(call.out().contains("skipped 3 (2 empty-sequence, 1 null-value)"), call.out());
      JsonNode report = scripts.json(directory + "/_run.json");
      assertEquals(
          Map.of(
              "train", 8,
              "train.skipped", 3,
              "train.skipped.empty-sequence", 2,
              "train.skipped.null-value", 1),
          new ObjectMapper().convertValue(report.path("rows"), Map.class));
      assertEquals(
          scripts.json("runs/clean/_run.json").path("weightsSha256"), report.path("weightsSha256"));
    }
  }

  @Test
  @Order(3)
  void scoreWithErrorWritesNothing() throws Exception {
    assertRefused(score("error"));
    assertFalse(Files.exists(work.resolve("scored-error")));
  }

  @Test
  @Order(4)
  void scoreWithSkipLeavesOut() throws Exception {
    Call call = score("skip");
    assertEquals(0, call.exitCode(), call::err);
    assertTrue(
        call.out().contains("8 rows, skipped 3 (2 empty-sequence, 1 null-value)"), call.out());
    assertEquals(
        Map.of(
            "score", 8,
            "score.skipped", 3,
            "score.skipped.empty-sequence", 2,
            "score.skipped.null-value", 1),
        counts("scored-skip"));
    List<JsonNode> rows = rows("scored-skip");
    assertEquals(8, rows.size());
    rows.forEach(row -> assertTrue(row.hasNonNull("prediction"), row.toString()));
  }

  @Test
  @Order(5)
  void scoreWithKeepGivesNullAndTheReason() throws Exception {
    Call call = score("keep");
    assertEquals(0, call.exitCode(), call::err);
    assertTrue(
        call.out().contains("8 rows, without an answer 3 (2 empty-sequence, 1 null-value)"),
        call.out());
    assertEquals(
        Map.of(
            "score", 8,
            "score.unanswered", 3,
            "score.unanswered.empty-sequence", 2,
            "score.unanswered.null-value", 1),
        counts("scored-keep"));
    List<JsonNode> kept = rows("scored-keep");
    List<JsonNode> input = lines(work.resolve("mixed.json"));
    assertEquals(input.size(), kept.size());
    List<JsonNode> answered = new ArrayList<>();
    for (int i = 0; i < kept.size(); i++) {
      JsonNode row = kept.get(i);
      assertEquals(input.get(i).path("id"), row.path("id"));
      if (row.path("id").asText().startsWith("good")) {
        assertFalse(row.hasNonNull("error"), row.toString());
        answered.add(row);
      } else {
        assertFalse(row.hasNonNull("prediction") || row.hasNonNull("probability"), row.toString());
      }
    }
    assertEquals("null-value: " + NULL_VALUE, kept.get(0).path("error").asText());
    assertEquals(
        "empty-sequence: column \"features\", row bad-1: the sequence has no steps, expected at"
            + " least 1",
        kept.get(3).path("error").asText());
    assertEquals(rows("scored-skip"), answered);
  }

  private Map<?, ?> counts(String output) throws IOException {
    return new ObjectMapper()
        .convertValue(scripts.json(output + "/_run.json").path("rows"), Map.class);
  }

  private List<JsonNode> rows(String output) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    try (Stream<Path> files = Files.list(work.resolve(output))) {
      for (Path file :
          files
              .filter(f -> f.getFileName().toString().matches("part-.*\\.json"))
              .sorted()
              .toList()) {
        rows.addAll(lines(file));
      }
    }
    return rows;
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      rows.add(new ObjectMapper().readTree(line));
    }
    return rows;
  }
}
