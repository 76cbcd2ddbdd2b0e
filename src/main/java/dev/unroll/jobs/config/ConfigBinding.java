package dev.unroll.jobs.config;

import dev.unroll.jobs.config.JobConfig.Input;
import dev.unroll.jobs.config.JobConfig.NetworkSettings;
import dev.unroll.jobs.config.JobConfig.Output;
import dev.unroll.jobs.config.JobConfig.Run;
import dev.unroll.jobs.config.JobConfig.Source;
import dev.unroll.jobs.config.JobConfig.Stopping;
import dev.unroll.jobs.config.JobConfig.Synchronization;
import dev.unroll.jobs.config.JobConfig.TrainingSettings;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Where each key stands in a {@link JobConfig}: the way in, and the way back below it. */
final class ConfigBinding {
  private ConfigBinding() {}

  /** The configuration that accepted values make; {@code model} as the job needs it. */
  static JobConfig bind(ConfigValues v, Optional<String> model) {
    return new JobConfig(
        v.text(ConfigKey.TASK),
        new Input(
            source(v, ConfigKey.TRAIN_FORMAT, ConfigKey.TRAIN_PATH, ConfigKey.TRAIN_OPTIONS),
            source(v, ConfigKey.TEST_FORMAT, ConfigKey.TEST_PATH, ConfigKey.TEST_OPTIONS),
            source(v, ConfigKey.SCORE_FORMAT, ConfigKey.SCORE_PATH, ConfigKey.SCORE_OPTIONS),
            v.word(ConfigKey.FEATURES_COL),
            v.word(ConfigKey.LABEL_COL),
            v.text(ConfigKey.ID_COL),
            v.word(ConfigKey.INVALID_ROWS),
            v.word(ConfigKey.SCALING)),
        new NetworkSettings(
            v.word(ConfigKey.CELL),
            v.integer(ConfigKey.HIDDEN_SIZE),
            v.integer(ConfigKey.NUM_LAYERS),
            v.isOn(ConfigKey.BIDIRECTIONAL)),
        training(v),
        new Run(
            v.text(ConfigKey.RUN_DIR),
            v.isOn(ConfigKey.RUN_OVERWRITE),
            v.word(ConfigKey.RUN_RESUME)),
        model,
        new Output(
            v.text(ConfigKey.OUTPUT_PATH),
            v.word(ConfigKey.OUTPUT_FORMAT),
            v.isOn(ConfigKey.OUTPUT_OVERWRITE),
            v.free(ConfigKey.OUTPUT_OPTIONS)),
        v.free(ConfigKey.SPARK));
  }

  private static Optional<Source> source(
      ConfigValues v, ConfigKey format, ConfigKey path, ConfigKey options) {
    return v.text(format).map(name -> new Source(name, v.paths(path), v.free(options)));
  }

  private static TrainingSettings training(ConfigValues v) {
    return new TrainingSettings(
        v.integer(ConfigKey.EPOCHS),
        v.integer(ConfigKey.BATCH_SIZE),
        v.word(ConfigKey.OPTIMIZER),
        v.real(ConfigKey.LEARNING_RATE),
        v.real(ConfigKey.MOMENTUM),
        v.word(ConfigKey.SCHEDULE),
        v.real(ConfigKey.WARMUP_FRACTION),
        v.real(ConfigKey.CLIP_NORM),
        v.real(ConfigKey.WEIGHT_DECAY),
        v.whole(ConfigKey.SEED),
        v.integer(ConfigKey.SHARDS),
        synchronization(v),
        v.text(ConfigKey.INITIAL_MODEL),
        v.real(ConfigKey.VALIDATION_FRACTION),
        new Stopping(
            v.integer(ConfigKey.PATIENCE),
            v.real(ConfigKey.TARGET_LOSS),
            v.real(ConfigKey.MAX_SECONDS)),
        v.integer(ConfigKey.CHECKPOINT_INTERVAL),
        v.integer(ConfigKey.CHECKPOINTS_KEPT),
        v.word(ConfigKey.KERNELS));
  }

  private static Synchronization synchronization(ConfigValues v) {
    return new Synchronization(
        v.word(ConfigKey.PERIOD),
        v.word(ConfigKey.OUTER),
        v.real(ConfigKey.OUTER_LEARNING_RATE),
        v.word(ConfigKey.OUTER_MOMENTUM),
        v.word(ConfigKey.LEARNING_RATE_SCALING),
        v.whole(ConfigKey.WARMUP_STEPS),
        v.word(ConfigKey.DIVERGED_SHARD),
        v.whole(ConfigKey.COMBINE_ON_DRIVER),
        v.real(ConfigKey.MAX_ROUND_SECONDS));
  }

  /** What a configuration says, by key; optional values that are not there are left out. */
  static Map<ConfigKey, Object> unbind(JobConfig config) {
    Map<ConfigKey, Object> out = new EnumMap<>(ConfigKey.class);
    config.task().ifPresent(task -> out.put(ConfigKey.TASK, task));
    input(config.input(), out);
    out.put(ConfigKey.CELL, config.network().cell());
    out.put(ConfigKey.HIDDEN_SIZE, config.network().hiddenSize());
    out.put(ConfigKey.NUM_LAYERS, config.network().numLayers());
    out.put(ConfigKey.BIDIRECTIONAL, config.network().bidirectional());
    training(config.training(), out);
    config.run().dir().ifPresent(dir -> out.put(ConfigKey.RUN_DIR, dir));
    out.put(ConfigKey.RUN_OVERWRITE, config.run().overwrite());
    out.put(ConfigKey.RUN_RESUME, config.run().resume());
    config.model().ifPresent(model -> out.put(ConfigKey.MODEL, model));
    config.output().path().ifPresent(path -> out.put(ConfigKey.OUTPUT_PATH, path));
    out.put(ConfigKey.OUTPUT_FORMAT, config.output().format());
    out.put(ConfigKey.OUTPUT_OVERWRITE, config.output().overwrite());
    out.put(ConfigKey.OUTPUT_OPTIONS, config.output().options());
    out.put(ConfigKey.SPARK, config.spark());
    return out;
  }

  private static void input(Input input, Map<ConfigKey, Object> out) {
    input
        .train()
        .ifPresent(
            it ->
                source(
                    it,
                    out,
                    ConfigKey.TRAIN_FORMAT,
                    ConfigKey.TRAIN_PATH,
                    ConfigKey.TRAIN_OPTIONS));
    input
        .test()
        .ifPresent(
            it ->
                source(
                    it, out, ConfigKey.TEST_FORMAT, ConfigKey.TEST_PATH, ConfigKey.TEST_OPTIONS));
    input
        .score()
        .ifPresent(
            it ->
                source(
                    it,
                    out,
                    ConfigKey.SCORE_FORMAT,
                    ConfigKey.SCORE_PATH,
                    ConfigKey.SCORE_OPTIONS));
    out.put(ConfigKey.FEATURES_COL, input.featuresCol());
    out.put(ConfigKey.LABEL_COL, input.labelCol());
    input.idCol().ifPresent(id -> out.put(ConfigKey.ID_COL, id));
    out.put(ConfigKey.INVALID_ROWS, input.invalidRows());
    out.put(ConfigKey.SCALING, input.scaling());
  }

  private static void source(
      Source source, Map<ConfigKey, Object> out, ConfigKey format, ConfigKey path, ConfigKey opts) {
    out.put(format, source.format());
    if (!source.paths().isEmpty()) {
      out.put(path, source.paths());
    }
    out.put(opts, source.options());
  }

  private static void training(TrainingSettings training, Map<ConfigKey, Object> out) {
    out.put(ConfigKey.EPOCHS, training.epochs());
    out.put(ConfigKey.BATCH_SIZE, training.batchSize());
    out.put(ConfigKey.OPTIMIZER, training.optimizer());
    out.put(ConfigKey.LEARNING_RATE, training.learningRate());
    out.put(ConfigKey.MOMENTUM, training.momentum());
    out.put(ConfigKey.SCHEDULE, training.schedule());
    out.put(ConfigKey.WARMUP_FRACTION, training.warmupFraction());
    out.put(ConfigKey.CLIP_NORM, training.clipNorm());
    out.put(ConfigKey.WEIGHT_DECAY, training.weightDecay());
    out.put(ConfigKey.SEED, training.seed());
    out.put(ConfigKey.SHARDS, training.shards());
    synchronization(training.synchronization(), out);
    training.initialModel().ifPresent(model -> out.put(ConfigKey.INITIAL_MODEL, model));
    out.put(ConfigKey.VALIDATION_FRACTION, training.validationFraction());
    Stopping stopping = training.stopping();
    out.put(ConfigKey.PATIENCE, stopping.patience());
    out.put(ConfigKey.TARGET_LOSS, stopping.targetLoss());
    out.put(ConfigKey.MAX_SECONDS, stopping.maxSeconds());
    out.put(ConfigKey.CHECKPOINT_INTERVAL, training.checkpointInterval());
    out.put(ConfigKey.CHECKPOINTS_KEPT, training.checkpointsKept());
    out.put(ConfigKey.KERNELS, training.kernels());
  }

  private static void synchronization(Synchronization it, Map<ConfigKey, Object> out) {
    out.put(ConfigKey.PERIOD, it.period());
    out.put(ConfigKey.OUTER, it.outer());
    out.put(ConfigKey.OUTER_LEARNING_RATE, it.outerLearningRate());
    out.put(ConfigKey.OUTER_MOMENTUM, it.outerMomentum());
    out.put(ConfigKey.LEARNING_RATE_SCALING, it.learningRateScaling());
    out.put(ConfigKey.WARMUP_STEPS, it.warmupSteps());
    out.put(ConfigKey.DIVERGED_SHARD, it.divergedShard());
    out.put(ConfigKey.COMBINE_ON_DRIVER, it.combineOnDriver());
    out.put(ConfigKey.MAX_ROUND_SECONDS, it.maxRoundSeconds());
  }
}
