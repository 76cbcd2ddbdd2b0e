package dev.unroll.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Task;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One thread, two, failing tasks, executors of their own: the same models to the last bit. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BitEqualityIT {
  private static final Path SPARK_HOME = Path.of("target", "spark").toAbsolutePath();
  private static final String CLASS_PATH =
      Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(entry -> Path.of(entry).toAbsolutePath().toString())
          .collect(Collectors.joining(File.pathSeparator));

  private static final boolean LINUX = System.getProperty("os.name").equals("Linux");
  private static final List<String> SPECULATION =
      List.of(
          "-Dspark.cores.max=2", // and wait for both hosts
          "-Dspark.scheduler.minRegisteredResourcesRatio=1",
          "-Dspark.locality.wait=0", // else copies wait 3 s for the host that has the blocks
          "-Dspark.speculation=true",
          "-Dspark.speculation.interval=50ms",
          "-Dspark.speculation.quantile=0.5",
          "-Dspark.speculation.minTaskRuntime=50ms");

  private static final List<String> NO_WORKER_HAS_THAT =
      List.of("-Dspark.executor.memory=3g", "-Dunroll.test.maxSeconds=8");

  @TempDir private Path directory;
  private Run oneThread;

  /** What a run printed. */
  private record Run(List<String> hashes, int succeeded, int failed, int speculative) {}

  private synchronized Run oneThread() throws IOException, InterruptedException {
    if (oneThread == null) {
      oneThread = run("local[1]");
    }
    return oneThread;
  }

  @Test
  void thereIsAHashForEachTask() throws Exception {
    List<String> hashes = oneThread().hashes();
    assertEquals(Task.values().length, hashes.size());
    hashes.forEach(hash -> assertTrue(hash.matches("hash of [a-z]+: [0-9a-f]{64}"), hash));
    assertEquals(0, oneThread().failed());
  }

  @ParameterizedTest
  @ValueSource(strings = {"local[2]", "local[4]", "local-cluster[2,1,1024]"})
  void moreThreadsAndExecutorsOfTheirOwnTrainTheSameModels(String master) throws Exception {
    assertSameModels(run(master));
  }

  private void assertSameModels(Run run) throws Exception {
    assertEquals(oneThread().hashes(), run.hashes());
    assertEquals(0, run.failed());
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "true"})
  void withKryoTheModelsAreTheSame(String registrationRequired) throws Exception {
    assertEquals(oneThread(), run("local[2]", kryo(registrationRequired)));
    assertSameModels(run("local-cluster[2,1,1024]", kryo(registrationRequired)));
  }

  private static List<String> kryo(String registrationRequired) {
    return List.of(
        "-Dspark.serializer=org.apache.spark.serializer.KryoSerializer",
        "-Dspark.kryo.registrator=" + KryoClasses.class.getName(),
        "-Dspark.kryo.registrationRequired=" + registrationRequired);
  }

  @Test
  void withKryoExecutorsAverageToTheSameModels() throws Exception {
    List<String> settings = new ArrayList<>(kryo("true"));
    settings.add("-Dunroll.test.sliced=true");
    assertEquals(oneThread().hashes(), run("local[2]", settings).hashes());
  }

  @Test
  void whereExecutorsAverageTheModelsAreTheSame() throws Exception {
    Run sliced = run("local[2]", List.of("-Dunroll.test.sliced=true"));
    assertEquals(oneThread().hashes(), sliced.hashes());
    assertTrue(sliced.succeeded() > oneThread().succeeded(), "a second stage each round");
  }

  @Test
  void whereEveryTaskFailsOnceTheModelsAreTheSame() throws Exception {
    Run failing = run("local[2,4]", "failing");
    assertEquals(oneThread().hashes(), failing.hashes());
    assertEquals(failing.succeeded(), failing.failed(), "each task has failed once");
    assertEquals(oneThread().succeeded(), failing.succeeded());
  }

  /** Two workers that are processes of their own, and one of them ten times as slow. */
  @Test
  void onAStandaloneClusterTheModelsAreTheSame() throws Exception {
    String master = cluster("start", "--memory", "1g");
    try {
      assertSameModels(run(master));
      Run slow = run(master, SPECULATION, "slow");
      assertEquals(oneThread().hashes(), slow.hashes());
      assertTrue(slow.speculative() > 0 || !LINUX, "copies of slow tasks won: " + slow);
      String error = failure(master, NO_WORKER_HAS_THAT);
      assertTrue(error.contains("first task had not ended after 8 s, with 0 executors"), error);
    } finally {
      cluster("stop");
    }
  }

  /** Runs jobs/cluster.sh; gives the master's URL that it prints. */
  private String cluster(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", "jobs/cluster.sh"));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(directory, "cluster", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(out.toFile());
    environment(builder);
    builder.environment().put("UNROLL_CLUSTER", directory.resolve("cluster").toString());
    Process process = builder.start();
    assertTrue(process.waitFor(3, TimeUnit.MINUTES), () -> "hangs: " + read(out));
    assertEquals(0, process.exitValue(), () -> read(out));
    Matcher url = Pattern.compile("spark://[0-9.:]+").matcher(Files.readString(out));
    assertTrue(url.find(), () -> read(out));
    return url.group();
  }

  private Run run(String master, String... arguments) throws IOException, InterruptedException {
    return run(master, List.of(), arguments);
  }

  private Run run(String master, List<String> settings, String... arguments)
      throws IOException, InterruptedException {
    Ended ended = ended(master, settings, arguments);
    assertEquals(0, ended.exitCode(), () -> read(ended.err()));
    return parse(Files.readAllLines(ended.out()));
  }

  /** What a run that must fail says. */
  private String failure(String master, List<String> settings) throws Exception {
    Ended ended = ended(master, settings);
    assertNotEquals(0, ended.exitCode());
    return read(ended.err());
  }

  private record Ended(int exitCode, Path out, Path err) {}

  private Ended ended(String master, List<String> settings, String... arguments)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(directory, "out", ".txt");
    Path err = Files.createTempFile(directory, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command(TrainAndPrintHash.class, master, settings, arguments));
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    environment(builder);
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(5, TimeUnit.MINUTES), () -> master + " hangs, see " + err);
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), out, err);
  }

  static void environment(ProcessBuilder builder) {
    builder.environment().put("SPARK_HOME", SPARK_HOME.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
  }

  /** Runs a program of ours on Spark in a JVM of its own. */
  static List<String> command(
      Class<?> program, String master, List<String> settings, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:TieredStopAtLevel=1", // half the time to start Spark
            "-XX:+UseSerialGC",
            "-Dunroll.test.kernels=scalar", // C1 knows no vectors
            "-Dspark.default.parallelism=2",
            "-Dspark.master=" + master,
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.sql.shuffle.partitions=2",
            "-Dspark.executor.memory=512m",
            "-Dspark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
            "-Dspark.executor.extraClassPath=" + CLASS_PATH,
            "-cp",
            CLASS_PATH));
    command.addAll(settings);
    command.add(program.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  private static Run parse(List<String> lines) {
    List<String> hashes =
        lines.stream().filter(line -> line.startsWith(TrainAndPrintHash.HASH)).toList();
    return new Run(
        hashes,
        number(lines, TrainAndPrintHash.SUCCEEDED),
        number(lines, TrainAndPrintHash.FAILED),
        number(lines, TrainAndPrintHash.SPECULATIVE));
  }

  private static int number(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .mapToInt(line -> Integer.parseInt(line.substring(name.length())))
        .findFirst()
        .orElseThrow();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "cannot read " + file + ": " + e;
    }
  }
}
