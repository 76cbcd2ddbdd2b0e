package dev.unroll.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unroll.math.ScalarKernels;
import dev.unroll.net.CellType;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class LayerBenchmarkTest {
  /** FLOPs by hand: 2 · B · T · gates · H · (I + H), three times that in training. */
  @ParameterizedTest
  @CsvSource({
    "lstm, train, 11520",
    "lstm, score, 3840",
    "gru, score, 2880",
    "rnn_tanh, train, 2880",
    "article, score, 3120"
  })
  void flopsAreCountedAsInTheComparison(String cell, String mode, double flops) {
    LayerBenchmark benchmark =
        new LayerBenchmark(
            CellType.of(cell), LayerBenchmark.Mode.of(mode), 2, 5, 2, 6, new ScalarKernels());
    LayerBenchmark.Result result = benchmark.run(0.01);
    assertEquals(flops, result.flops(), flops * 1e-9);
    assertTrue(result.cpuSeconds() > 0 && result.wallSeconds() > 0);
  }

  @Test
  void oneLineOfJson() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    int exit;
    try {
      exit =
          new CommandLine(new BenchJob())
              .execute(
                  "--cell=gru",
                  "--batch=2",
                  "--steps=3",
                  "--inputs=4",
                  "--hidden=5",
                  "--mode=score",
                  "--kernels=scalar",
                  "--seconds=0.01");
    } finally {
      System.setOut(before);
    }
    assertEquals(0, exit);
    JsonNode line = new ObjectMapper().readTree(bytes.toString(StandardCharsets.UTF_8));
    assertEquals("gru", line.get("cell").asText());
    assertEquals("score", line.get("mode").asText());
    assertEquals(2, line.get("batch").asInt());
    assertEquals(3, line.get("steps").asInt());
    assertEquals(4, line.get("inputs").asInt());
    assertEquals(5, line.get("hidden").asInt());
    assertEquals("scalar", line.get("kernels").asText());
    assertEquals(32, line.get("laneBits").asInt());
    double gflops = line.get("gflops").asDouble();
    assertTrue(line.get("sequencesPerCpuSecond").asDouble() > 0);
    assertTrue(line.get("sequencesPerSecond").asDouble() > 0);
    assertEquals(
        gflops / line.get("peakGflops").asDouble(), line.get("shareOfPeak").asDouble(), 1e-9);
    double perSequence = 2.0 * 3 * 3 * 5 * (4 + 5);
    assertEquals(
        gflops * 1e9, line.get("sequencesPerCpuSecond").asDouble() * perSequence, gflops * 10);
  }

  @ParameterizedTest
  @CsvSource({
    "--cell=lstmm, lstmm",
    "--mode=learn, expected train or score",
    "--kernels=fast, fast",
    "--hidden=0, at least 1",
    "--batch=x, x"
  })
  void aWrongOptionIsNamed(String option, String message) {
    StringWriter err = new StringWriter();
    CommandLine line = new CommandLine(new BenchJob()).setErr(new PrintWriter(err));
    assertEquals(2, line.execute(option));
    assertTrue(err.toString().contains(message), err.toString());
  }
}
