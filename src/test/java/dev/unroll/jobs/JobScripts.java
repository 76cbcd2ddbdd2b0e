package dev.unroll.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Calls jobs/*.sh as a user does, from a directory of his own. */
record JobScripts(Path work) {
  private static final Path HOME = Path.of("").toAbsolutePath();

  /** What a call left behind. */
  record Call(int exitCode, String out, String err) {}

  Call call(String job, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(HOME.resolve("jobs/" + job + ".sh").toString());
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(work, "out", "");
    Path err = Files.createTempFile(work, "err", "");
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    // These jobs are short, and compiling less makes them so; C1 knows no vectors, hence the scalar
    // kernels.
    builder.environment().put("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    builder.environment().remove("SPARK_HOME");
    builder.environment().remove("UNROLL_HOME");
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    int exitCode = builder.start().waitFor();
    return new Call(exitCode, Files.readString(out), Files.readString(err));
  }

  JsonNode json(String file) throws IOException {
    return new ObjectMapper().readTree(work.resolve(file).toFile());
  }
}
