package dev.unroll.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shard that memory cannot hold: it goes by block after block, and gives the same model. */
class LargeShardIT {

  /** Trains on one shard of 190 MB and prints the hash of the weights. */
  public static final class Program {
    private Program() {}

    public static void main(String[] args) throws IOException {
      try (SparkSession session = SparkSession.builder().appName("large-shard").getOrCreate()) {
        Dataset<Row> rows =
            session
                .range(0, 3000, 1, 8)
                .selectExpr(
                    "id",
                    "transform(sequence(0, 999), t -> transform(sequence(0, 15), j ->"
                        + " float((id * 7919 + t * 31 + j * 17) % 1013) / 1013)) AS features",
                    "double(id % 10) AS label");
        LearnerSettings settings =
            new SettingsBuilder(Task.REGRESS)
                .hiddenSize(2)
                .epochs(1)
                .batchSize(32)
                .shards(1)
                .build();
        try (SequenceTraining training = SequenceTraining.prepare(rows, settings)) {
          System.out.println("hash: " + training.train(report -> {}).weightsSha256());
        }
      }
    }
  }

  @Test
  void aShardLargerThanMemoryGivesTheSameModel(@TempDir Path directory) throws Exception {
    String small = hash(directory, "-Xmx512m");
    String large = hash(directory, "-Xmx3g");
    assertEquals(large, small);
  }

  private static String hash(Path directory, String memory)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            BitEqualityIT.command(
                Program.class,
                "local[1]",
                List.of("-Dspark.local.dir=" + directory.resolve("spill"))));
    // Here it is the arithmetic that takes the time, not the start of Spark.
    command.removeIf(
        it -> it.startsWith("-Xmx") || it.contains("Tiered") || it.contains("kernels"));
    command.add(1, memory);
    Path out = directory.resolve(memory + ".out");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectOutput(out.toFile()).redirectError(directory.resolve("err").toFile());
    BitEqualityIT.environment(builder);
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(10, TimeUnit.MINUTES), () -> "hangs with " + memory);
    } finally {
      process.destroyForcibly();
    }
    assertEquals(0, process.exitValue(), () -> memory + ": " + read(directory.resolve("err")));
    return Files.readAllLines(out).stream()
        .filter(line -> line.startsWith("hash: "))
        .findFirst()
        .orElseThrow();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
