package dev.unroll.jobs;

import dev.unroll.jobs.config.ConfigLoader;
import dev.unroll.jobs.config.ConfigReference;
import dev.unroll.jobs.config.JobConfig;
import dev.unroll.jobs.config.Secrets;
import dev.unroll.jobs.config.UsageException;
import dev.unroll.math.Kernels;
import dev.unroll.spark.ml.RnnSettings;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line that all jobs share: {@code NAME CONF [--set key=value]... [--dry-run]}. It
 * loads the configuration, carries out the job and turns what goes wrong into a line for people and
 * an exit code for scripts. It never ends the process; {@code main} does.
 *
 * @param name the name of the job, which says what keys it needs
 * @param description what the job does, in a sentence
 * @param action the job itself
 */
public record JobCommand(String name, String description, Action action) {

  /** What a job does with a configuration that has been checked. */
  @FunctionalInterface
  public interface Action {
    /**
     * Does the job.
     *
     * @param dryRun whether to check and tell everything, and change nothing
     * @param out where progress and results go
     * @return the exit code
     */
    int run(JobConfig config, boolean dryRun, PrintStream out) throws Exception;
  }

  /** The streams and the loader that a job works with. */
  record Surroundings(ConfigLoader loader, PrintStream out, PrintStream err) {}

  /** Carries out the job that the arguments ask for and returns the exit code. */
  public static int run(String[] args, String name, String description, Action action) {
    return new JobCommand(name, description, action)
        .run(args, new Surroundings(ConfigLoader.ofProcess(), System.out, System.err));
  }

  int run(String[] args, Surroundings around) {
    boolean verbose = List.of(args).contains("--verbose");
    try {
      Arguments arguments = new Arguments();
      CommandLine line = commandLine(arguments);
      parse(line, args);
      if (arguments.help) {
        help(line, around.out());
        return ExitCode.DONE.code();
      }
      if (arguments.version) {
        around.out().println(version());
        return ExitCode.DONE.code();
      }
      JobConfig config = around.loader().load(arguments.conf(), arguments.settings(), name);
      requireKernels(config.value(RnnSettings.KERNELS));
      return action.run(config, arguments.dryRun, around.out());
    } catch (Exception e) {
      return report(e, verbose, around.err());
    } finally {
      around.out().flush();
    }
  }

  /** Kernels that this JVM cannot offer are found before anything is read or written. */
  private static void requireKernels(String name) {
    try {
      Kernels.named(name);
    } catch (IllegalArgumentException e) {
      throw new UsageException("training.kernels: " + e.getMessage(), e);
    }
  }

  private CommandLine commandLine(Arguments arguments) {
    CommandLine line = new CommandLine(arguments);
    line.getCommandSpec().usageMessage().customSynopsis(synopsis());
    // An argument @file would be replaced by what the file says.
    line.setExpandAtFiles(false);
    line.getCommandSpec().usageMessage().description(description.replace("%", "%%"));
    return line;
  }

  private String synopsis() {
    return "jobs/" + name + ".sh CONF [--set key=value]... [--dry-run] [-- spark-submit arguments]";
  }

  private void parse(CommandLine line, String[] args) {
    try {
      line.parseArgs(args);
    } catch (ParameterException e) {
      String hint = hint(e).map(text -> "; " + text).orElse("");
      throw new UsageException(
          e.getMessage() + hint + "\nusage: " + synopsis() + "\n--help says more", e);
    }
  }

  private static Optional<String> hint(ParameterException failure) {
    if (!(failure instanceof UnmatchedArgumentException unmatched)) {
      return Optional.empty();
    }
    String argument = unmatched.getUnmatched().get(0);
    String setting = argument.replaceFirst("^-+", "");
    if (setting.matches("[\\w.]+=.*")) {
      return Optional.of("settings are written --set " + setting);
    }
    List<String> near = unmatched.getSuggestions();
    return near.isEmpty() ? Optional.empty() : Optional.of("did you mean " + near.get(0) + "?");
  }

  private static void help(CommandLine line, PrintStream out) {
    out.print(line.getUsageMessage());
    out.println();
    out.println("Keys of CONF and --set, with their defaults (more in conf/reference.conf):");
    out.print(ConfigReference.help());
    out.println();
    out.println("Exit codes: 0 done, 2 wrong use or configuration, 3 data rejected, 4 diverged,");
    out.println("5 output exists, 6 model unreadable, 130 interrupted, 1 anything else.");
  }

  private static String version() {
    Versions versions = Versions.current(null);
    return "unroll %s (Spark %s, Java %s)"
        .formatted(versions.unroll(), versions.spark(), versions.java());
  }

  private static int report(Exception failure, boolean verbose, PrintStream err) {
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    Failure why = Failure.of(failure);
    String message = why.message().replace("\n", "\n  ");
    err.println("error " + why.exitCode().code() + ": " + message);
    if (verbose) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace, true));
      err.print(Secrets.mask(trace.toString()));
    } else if (why.exitCode() == ExitCode.FAILED) {
      err.println("  (--verbose shows where this comes from)");
    }
    err.flush();
    return why.exitCode().code();
  }

  @Command(sortOptions = false)
  private static final class Arguments {
    @Parameters(paramLabel = "CONF", description = "the configuration file")
    private String file;

    @Option(
        names = "--set",
        paramLabel = "key=value",
        description = "goes before what CONF says; may be given several times")
    private List<String> settings = new ArrayList<>();

    @Option(
        names = "--resume",
        paramLabel = "auto|never|required",
        description = "train only: whether to go on from a checkpoint; the same as run.resume")
    private String resume;

    @Option(names = "--dry-run", description = "check everything and write nothing")
    private boolean dryRun;

    @Option(names = "--verbose", description = "show stack traces of errors")
    private boolean verbose;

    @Option(names = "--help", usageHelp = true, description = "show this and end")
    private boolean help;

    @Option(names = "--version", versionHelp = true, description = "show versions and end")
    private boolean version;

    private List<String> settings() {
      List<String> all = new ArrayList<>(settings);
      if (resume != null) {
        all.add("run.resume=" + resume);
      }
      return all;
    }

    Path conf() {
      try {
        return Path.of(file);
      } catch (InvalidPathException e) {
        throw new UsageException("CONF \"" + file + "\" is not a file name", e);
      }
    }
  }
}
