package dev.unroll.jobs.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of a job after defaults, file and command line have been put together and checked.
 * One record per section of the file; what each key means is said in {@link ConfigKey} and in
 * {@code conf/reference.conf}.
 *
 * @param task classify, regress or tag; always there for {@code train}
 * @param model the model directory; always there for {@code evaluate} and {@code score}
 * @param spark Spark's own settings by their full names, in the order given
 */
public record JobConfig(
    Optional<String> task,
    Input input,
    NetworkSettings network,
    TrainingSettings training,
    Run run,
    Optional<String> model,
    Output output,
    Map<String, String> spark) {

  /** Where sequences come from and which columns hold them. */
  public record Input(
      Optional<Source> train,
      Optional<Source> test,
      Optional<Source> score,
      String featuresCol,
      String labelCol,
      Optional<String> idCol,
      String invalidRows,
      String scaling) {}

  /** One thing to read: a Spark format or {@code ts}, its paths (maybe none), its options. */
  public record Source(String format, List<String> paths, Map<String, String> options) {
    @Override
    public String toString() {
      List<String> shown = paths.stream().map(Secrets::mask).toList();
      return "Source[" + format + ", " + shown + ", " + Secrets.mask(options) + "]";
    }
  }

  /** The shape of the network. */
  public record NetworkSettings(
      String cell, int hiddenSize, int numLayers, boolean bidirectional) {}

  /** How the network is trained. */
  public record TrainingSettings(
      int epochs,
      int batchSize,
      String optimizer,
      double learningRate,
      double momentum,
      String schedule,
      double warmupFraction,
      double clipNorm,
      double weightDecay,
      long seed,
      int shards,
      Synchronization synchronization,
      Optional<String> initialModel,
      double validationFraction,
      Stopping stopping,
      int checkpointInterval,
      int checkpointsKept,
      String kernels) {}

  /** How shards are put together. */
  public record Synchronization(
      String period,
      String outer,
      double outerLearningRate,
      String outerMomentum,
      String learningRateScaling,
      long warmupSteps,
      String divergedShard,
      long combineOnDriver,
      double maxRoundSeconds) {}

  /** When training ends before the last epoch. */
  public record Stopping(int patience, double targetLoss, double maxSeconds) {}

  /** The run directory; always there for {@code train}. */
  public record Run(Optional<String> dir, boolean overwrite, String resume) {
    @Override
    public String toString() {
      return "Run[%s, overwrite=%s, resume=%s]"
          .formatted(dir.map(Secrets::mask).orElse(""), overwrite, resume);
    }
  }

  /** Where predictions go; the path is always there for {@code score}. */
  public record Output(
      Optional<String> path, String format, boolean overwrite, Map<String, String> options) {
    @Override
    public String toString() {
      String shown = path.map(Secrets::mask).orElse("");
      return "Output[%s, %s, overwrite=%s, %s]"
          .formatted(shown, format, overwrite, Secrets.mask(options));
    }
  }

  /** All settings as a configuration file, secrets masked. Loading it gives this again. */
  public String render() {
    return ConfigText.render(this);
  }

  /** The same as {@link #render()}, so that no log can hold a secret. */
  @Override
  public String toString() {
    return render();
  }
}
