package dev.unroll.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that spark-submit starts has the vector module in its driver and in its executors. */
class ExecutorKernelsIT {
  private static final Path SPARK_HOME = Path.of("target", "spark").toAbsolutePath();
  private static final String CLASS_PATH =
      Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(entry -> Path.of(entry).toAbsolutePath().toString())
          .collect(Collectors.joining(File.pathSeparator));

  @TempDir private Path directory;

  @Test
  void driverAndExecutorsChooseTheVectorKernels() throws Exception {
    Path out = directory.resolve("out.txt");
    Path err = directory.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
            SPARK_HOME.resolve("bin/spark-submit").toString(),
            "--master",
            "local-cluster[2,1,1024]",
            "--class",
            PrintKernels.class.getName(),
            "--driver-class-path",
            CLASS_PATH,
            "--conf",
            "spark.executor.extraClassPath=" + CLASS_PATH,
            "--conf",
            "spark.driver.host=127.0.0.1",
            "--conf",
            "spark.executor.memory=512m",
            "--conf",
            "spark.scheduler.minRegisteredResourcesRatio=1",
            "--conf",
            "spark.ui.enabled=false",
            Path.of("target", "unroll.jar").toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("SPARK_HOME", SPARK_HOME.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertTrue(process.waitFor(3, TimeUnit.MINUTES), "spark-submit hangs");
    assertEquals(0, process.exitValue(), Files.readString(err));
    List<String> answers =
        Files.readAllLines(out).stream()
            .filter(line -> line.startsWith(PrintKernels.KERNELS))
            .distinct()
            .sorted()
            .toList();
    assertEquals(
        List.of("0", "1", "driver"),
        answers.stream().map(line -> line.split("[ :]")[2]).toList(),
        "each has answered");
    answers.forEach(line -> assertTrue(line.contains("vector kernels ("), line));
  }
}
