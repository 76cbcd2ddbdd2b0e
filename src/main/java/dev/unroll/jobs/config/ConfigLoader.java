package dev.unroll.jobs.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Loads the configuration of a job: defaults, over them the file, over it {@code --set key=value}.
 *
 * <p>Nothing else gets in. JVM system properties are not read, environment variables only where the
 * file asks for them ({@code ${NAME}}, {@code ${?NAME}}), and {@code include} takes files of the
 * same directory only. An unknown key is an error. {@code ${UNROLL_HOME}} always has a value: the
 * environment variable, else the current directory.
 */
public final class ConfigLoader {
  /** The directory of Unroll itself, for paths to the data and files that come with it. */
  public static final String HOME = "UNROLL_HOME";

  private final Map<String, String> environment;

  /**
   * A loader for which the environment is as given.
   *
   * @param environment variables by name
   * @param currentDirectory stands for UNROLL_HOME if the environment does not say
   */
  public ConfigLoader(Map<String, String> environment, Path currentDirectory) {
    this.environment = new HashMap<>(environment);
    this.environment.putIfAbsent(HOME, currentDirectory.toAbsolutePath().toString());
  }

  /** A loader that sees the environment of this process. */
  public static ConfigLoader ofProcess() {
    return new ConfigLoader(System.getenv(), Path.of(""));
  }

  /**
   * Loads and checks a configuration.
   *
   * @param file the configuration file
   * @param settings {@code key=value} each, over those of the file, later over earlier
   * @param job train, evaluate or score: which keys must be there
   * @throws UsageException naming everything that is wrong, each with its file and line
   */
  public JobConfig load(Path file, List<String> settings, String job) {
    Problems problems = new Problems();
    Overrides overrides = Overrides.of(settings, problems);
    ConfigFile parsed = ConfigFile.read(file, overrides.tree(), environment);
    ConfigValues values = ConfigReader.read(parsed, problems);
    overrides.addFree(values);
    ConfigChecks.check(job, parsed.name(), values, problems);
    problems.throwIfAny(parsed.name());
    return ConfigBinding.bind(values, model(job, values));
  }

  /** What a run has trained is what is evaluated and used, unless another model is named. */
  private static Optional<String> model(String job, ConfigValues values) {
    boolean uses = job.equals("evaluate") || job.equals("score");
    Optional<String> ofRun =
        values
            .text(ConfigKey.RUN_DIR)
            .filter(dir -> uses)
            .map(dir -> dir.endsWith("/") ? dir + "model" : dir + "/model");
    return values.text(ConfigKey.MODEL).or(() -> ofRun);
  }
}
