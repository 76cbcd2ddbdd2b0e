package dev.unroll.jobs;

import dev.unroll.jobs.config.JobConfig;
import dev.unroll.net.CellType;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Task;
import dev.unroll.spark.InvalidRowPolicy;
import dev.unroll.spark.TsFile;
import dev.unroll.spark.rounds.CheckpointSettings;
import dev.unroll.spark.rounds.LearnerSettings;
import dev.unroll.spark.rounds.LearnerSettings.DivergedShard;
import dev.unroll.spark.rounds.LearnerSettings.Placement;
import dev.unroll.spark.rounds.LearnerSettings.RoundSettings;
import dev.unroll.spark.rounds.LearnerSettings.ScalingMethod;
import dev.unroll.spark.rounds.StopRules;
import dev.unroll.spark.scoring.ScoringSettings;
import dev.unroll.train.Average;
import dev.unroll.train.LearningRateScaling;
import dev.unroll.train.Nesterov;
import dev.unroll.train.Optimizer;
import dev.unroll.train.OuterStep;
import dev.unroll.train.Period;
import dev.unroll.train.Schedule;
import dev.unroll.train.TrainingConfig;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.hadoop.fs.Path;

/** From a job's configuration to the settings of the engine. */
final class JobSettings {
  private JobSettings() {}

  static LearnerSettings learner(JobConfig config) {
    JobConfig.Input input = config.input();
    JobConfig.NetworkSettings network = config.network();
    JobConfig.TrainingSettings training = config.training();
    return new LearnerSettings(
        Task.of(config.task().orElseThrow()),
        input.featuresCol(),
        input.labelCol(),
        rowName(input, input.train()),
        input.idCol().isPresent() ? Placement.BY_ID : Placement.BY_CONTENT,
        policy(input),
        ScalingMethod.valueOf(upper(input.scaling())),
        CellType.of(network.cell()),
        network.hiddenSize(),
        network.numLayers(),
        network.bidirectional(),
        training(training),
        training.shards(),
        training.validationFraction(),
        new StopRules(
            training.stopping().patience(),
            target(training.stopping().targetLoss()),
            training.stopping().maxSeconds()),
        rounds(training.synchronization()),
        training.kernels());
  }

  private static TrainingConfig training(JobConfig.TrainingSettings training) {
    return new TrainingConfig(
        training.epochs(),
        training.batchSize(),
        Optimizer.of(training.optimizer(), training.momentum(), training.weightDecay()),
        training.learningRate(),
        new Schedule(Schedule.Shape.valueOf(upper(training.schedule())), training.warmupFraction()),
        training.clipNorm(),
        training.seed(),
        period(training.synchronization().period()),
        outer(training.synchronization()),
        LearningRateScaling.valueOf(upper(training.synchronization().learningRateScaling())),
        training.synchronization().warmupSteps());
  }

  private static Period period(String text) {
    return text.equals("epoch")
        ? Period.EPOCH
        : new Period(Long.parseLong(text.replaceAll("[^0-9]", "")));
  }

  private static OuterStep outer(JobConfig.Synchronization it) {
    boolean automatic = it.outerMomentum().equals("auto");
    return it.outer().equals("average")
        ? new Average()
        : new Nesterov(
            it.outerLearningRate(),
            automatic ? Nesterov.AUTOMATIC : Double.parseDouble(it.outerMomentum()));
  }

  private static OptionalDouble target(double loss) {
    return loss > 0 ? OptionalDouble.of(loss) : OptionalDouble.empty();
  }

  private static RoundSettings rounds(JobConfig.Synchronization it) {
    return new RoundSettings(
        it.divergedShard().equals("stop") ? DivergedShard.STOP : DivergedShard.LEAVE_OUT,
        it.combineOnDriver() << 20,
        it.maxRoundSeconds());
  }

  /** Where a run's checkpoints are; nothing if it leaves none. */
  static Optional<CheckpointSettings> checkpoints(JobConfig config, Path directory) {
    int interval = config.training().checkpointInterval();
    return interval == 0
        ? Optional.empty()
        : Optional.of(
            new CheckpointSettings(
                directory.toString(),
                interval,
                config.training().checkpointsKept(),
                CheckpointSettings.Resume.valueOf(upper(config.run().resume()))));
  }

  static ScoringSettings scoring(JobConfig config, JobConfig.Source source) {
    JobConfig.Input input = config.input();
    return new ScoringSettings(
        input.featuresCol(),
        input.labelCol(),
        rowName(input, Optional.of(source)),
        policy(input),
        config.training().kernels());
  }

  /** The column that names rows; .ts files have one of their own, FILE:LINE. */
  private static Optional<String> rowName(
      JobConfig.Input input, Optional<JobConfig.Source> source) {
    return input.idCol().or(() -> source.filter(s -> s.format().equals("ts")).map(s -> TsFile.ID));
  }

  private static InvalidRowPolicy policy(JobConfig.Input input) {
    return InvalidRowPolicy.valueOf(upper(input.invalidRows()));
  }

  private static String upper(String name) {
    return name.toUpperCase(Locale.ROOT);
  }

  /** Such as {@code classify, lstm of 64 units in 2 layers, 12 inputs, 9 outputs}. */
  static String describe(NetworkConfig network, int parameters) {
    return String.format(
        Locale.ROOT,
        "%s, %s%s of %d units%s, %d inputs, %d outputs, %,d parameters (%s)",
        network.task().label(),
        network.bidirectional() ? "bidirectional " : "",
        network.cell().label(),
        network.hiddenSize(),
        network.numLayers() > 1 ? " in " + network.numLayers() + " layers" : "",
        network.inputSize(),
        network.outputSize(),
        parameters,
        Progress.size(4L * parameters));
  }
}
