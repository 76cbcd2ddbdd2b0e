package dev.unroll.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unroll.jobs.JobScripts.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A long table without names of columns: query, series, windows; trained, tuned and scored. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LongTableIT {
  private JobScripts scripts;

  @BeforeAll
  void makeFiles(@TempDir Path work) throws IOException {
    scripts = new JobScripts(work);
    Files.writeString(work.resolve("machines.csv"), machines(0, 12, 60));
    Files.writeString(work.resolve("test.csv"), machines(100, 6, 40));
    Files.writeString(work.resolve("left.txt"), "0\n1\n2\n3\n4\n5\n");
    Files.writeString(
        work.resolve("machines.conf"),
        """
        task = regress
        input {
          train {
            format = csv, path = machines.csv, options { inferSchema = true }
            query = "SELECT _c0 AS machine, _c1 AS t, _c2 AS heat, _c3 AS load, least(30, max(_c1) OVER (PARTITION BY _c0) - _c1) AS left FROM input"
          }
          test {
            format = csv, path = test.csv, options { inferSchema = true }
            tables { more = "text:left.txt" }
            query = "SELECT _c0 AS machine, _c1 AS t, _c2 AS heat, _c3 AS load, max(_c1) OVER (PARTITION BY _c0) - _c1 + n AS left FROM input JOIN (SELECT 99 + row_number() OVER (ORDER BY int(value)) AS m, int(value) AS n FROM more) ON m = _c0"
          }
          score {
            format = csv, path = test.csv, options { inferSchema = true }
            query = "SELECT _c0 AS machine, _c1 AS t, _c2 AS heat, _c3 AS load FROM input"
          }
          labelCol = left
          scaling = minMax
        }
        table { keyCols = machine, timeCol = t, valueCols = [heat, load], labels = perStep }
        windows { length = 8, minLength = 1, judged = last }
        network { cell = gru, hiddenSize = 8 }
        training { epochs = 4, learningRate = 0.02, shards = 2, kernels = scalar, validationFraction = 0.2 }
        tuning { space { hiddenSize = [2, 4], learningRate = [0.002, 0.02] }, folds = 2 }
        run.dir = runs/machines
        output { path = scored, format = json }
        """);
  }

  /** A row per machine and time: heat rises until the machine fails. */
  private static String machines(int first, int count, int steps) {
    StringBuilder csv = new StringBuilder();
    for (int machine = 0; machine < count; machine++) {
      int life = steps + 7 * (machine % 4);
      for (int t = 0; t < life; t++) {
        double heat = 1.0 / (life - t) + 0.01 * Math.sin(machine + t);
        csv.append(
            String.format(
                Locale.ROOT, "%d,%d,%.4f,%.4f%n", first + machine, t, heat, Math.cos(t * 0.3)));
      }
    }
    return csv.toString();
  }

  private Call call(String job, String... settings) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("machines.conf"));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    arguments.addAll(List.of("--", "--master", "local[2]"));
    return scripts.call(job, arguments.toArray(String[]::new));
  }

  @Test
  @Order(1)
  void trainMakesSeriesAndWindowsOfTheTable() throws Exception {
    Call call = call("train");

    assertEquals(0, call.exitCode(), call::err);
    JsonNode report = scripts.json("runs/machines/_run.json");
    JsonNode rows = report.path("rows");
    // 12 machines of 60, 67, 74 and 81 steps: windows at the end of each series are held out.
    assertTrue(rows.path("train").asLong() > 500, rows.toString());
    assertEquals(6, rows.path("test").asLong(), "the last window of each machine");
    JsonNode metrics = report.path("metrics");
    assertTrue(metrics.path("validation.loss").asDouble() > 0, metrics.toString());
    assertTrue(metrics.path("test.rmse").asDouble() > 0, metrics.toString());
    assertTrue(Files.exists(scripts.work().resolve("runs/machines/model/metadata/part-00000")));
  }

  @Test
  @Order(2)
  void evaluateAndScoreDoTheSameToTheirTables() throws Exception {
    Call evaluated = call("evaluate");
    assertEquals(0, evaluated.exitCode(), evaluated::err);
    assertEquals(
        scripts.json("runs/machines/_run.json").path("metrics").path("test.rmse"),
        scripts.json("runs/machines/evaluation.json").path("metrics").path("test.rmse"));

    Call scored = call("score");
    assertEquals(0, scored.exitCode(), scored::err);
    List<String> rows = new ArrayList<>();
    try (Stream<Path> files = Files.list(scripts.work().resolve("scored"))) {
      for (Path file : files.filter(it -> it.toString().endsWith(".json")).sorted().toList()) {
        if (!file.getFileName().toString().startsWith("_")) {
          rows.addAll(Files.readAllLines(file));
        }
      }
    }
    assertEquals(6, rows.size());
    JsonNode row = new ObjectMapper().readTree(rows.get(0));
    assertTrue(row.has("machine") && row.has("window_end") && row.has("prediction"), rows.get(0));
    assertTrue(!row.has("left"), rows.get(0));
  }

  @Test
  @Order(3)
  void tuneChoosesAndSaysWhy() throws Exception {
    Call call = call("tune", "run.dir=runs/tuned", "training.validationFraction=0");

    assertEquals(0, call.exitCode(), call::err);
    assertTrue(call.out().contains("verdict"), call.out());
    JsonNode trials = scripts.json("runs/tuned/trials.json");
    assertEquals(4, trials.path("trials").size());
    assertTrue(trials.path("verdict").asText().contains("hidden units are enough"));
    JsonNode report = scripts.json("runs/tuned/_run.json");
    assertEquals("finished", report.path("status").asText());
    assertTrue(report.path("metrics").path("test.rmse").asDouble() > 0);
    assertTrue(Files.exists(scripts.work().resolve("runs/tuned/model/network.json")));
  }

  @Test
  @Order(4)
  void mistakesAreNamed() throws Exception {
    Call column = call("train", "run.dir=runs/x", "table.valueCols=heet");
    assertEquals(3, column.exitCode(), column::err);
    assertTrue(column.err().contains("the nearest is \"heat\""), column.err());

    Call none = call("train", "run.dir=runs/x", "windows.length=0");
    assertEquals(2, none.exitCode(), none::err);

    Call sql = call("train", "run.dir=runs/x", "input.train.query=SELEC 1");
    assertEquals(2, sql.exitCode(), sql::err);
    assertTrue(sql.err().contains("query"), sql.err());
  }
}
