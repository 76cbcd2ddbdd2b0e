package dev.unroll.jobs.config;

import dev.unroll.jobs.config.JobConfig.Input;
import dev.unroll.jobs.config.JobConfig.Output;
import dev.unroll.jobs.config.JobConfig.Run;
import dev.unroll.jobs.config.JobConfig.Source;
import dev.unroll.spark.params.Setting;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
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
            source(v, SourceKeys.TRAIN), source(v, SourceKeys.TEST), source(v, SourceKeys.SCORE)),
        settings(v),
        v.free(ConfigKey.TUNING_SPACE),
        new Run(v.text(ConfigKey.RUN_DIR), v.isOn(ConfigKey.RUN_OVERWRITE)),
        model,
        new Output(
            v.text(ConfigKey.OUTPUT_PATH),
            v.word(ConfigKey.OUTPUT_FORMAT),
            v.isOn(ConfigKey.OUTPUT_OVERWRITE),
            v.free(ConfigKey.OUTPUT_OPTIONS)),
        v.free(ConfigKey.SPARK));
  }

  /** The keys of one thing to read. */
  private record SourceKeys(
      ConfigKey format, ConfigKey path, ConfigKey options, ConfigKey query, ConfigKey tables) {
    static final SourceKeys TRAIN =
        new SourceKeys(
            ConfigKey.TRAIN_FORMAT,
            ConfigKey.TRAIN_PATH,
            ConfigKey.TRAIN_OPTIONS,
            ConfigKey.TRAIN_QUERY,
            ConfigKey.TRAIN_TABLES);
    static final SourceKeys TEST =
        new SourceKeys(
            ConfigKey.TEST_FORMAT,
            ConfigKey.TEST_PATH,
            ConfigKey.TEST_OPTIONS,
            ConfigKey.TEST_QUERY,
            ConfigKey.TEST_TABLES);
    static final SourceKeys SCORE =
        new SourceKeys(
            ConfigKey.SCORE_FORMAT,
            ConfigKey.SCORE_PATH,
            ConfigKey.SCORE_OPTIONS,
            ConfigKey.SCORE_QUERY,
            ConfigKey.SCORE_TABLES);
  }

  private static Optional<Source> source(ConfigValues v, SourceKeys keys) {
    return v.text(keys.format())
        .map(
            name ->
                new Source(
                    name,
                    v.paths(keys.path()),
                    v.free(keys.options()),
                    v.text(keys.query()),
                    v.free(keys.tables())));
  }

  private static Map<Setting, Object> settings(ConfigValues v) {
    Map<Setting, Object> settings = new LinkedHashMap<>();
    for (ConfigKey key : ConfigKey.values()) {
      if (key.isParam()) {
        v.value(key).ifPresent(value -> settings.put(key.setting(), value));
      }
    }
    return Collections.unmodifiableMap(settings);
  }

  /** What a configuration says, by key; optional values that are not there are left out. */
  static Map<ConfigKey, Object> unbind(JobConfig config) {
    Map<ConfigKey, Object> out = new EnumMap<>(ConfigKey.class);
    config.task().ifPresent(task -> out.put(ConfigKey.TASK, task));
    input(config.input(), out);
    for (ConfigKey key : ConfigKey.values()) {
      if (key.isParam()) {
        config.given(key.setting()).ifPresent(value -> out.put(key, value));
      }
    }
    out.put(ConfigKey.TUNING_SPACE, config.tuningSpace());
    config.run().dir().ifPresent(dir -> out.put(ConfigKey.RUN_DIR, dir));
    out.put(ConfigKey.RUN_OVERWRITE, config.run().overwrite());
    config.model().ifPresent(model -> out.put(ConfigKey.MODEL, model));
    config.output().path().ifPresent(path -> out.put(ConfigKey.OUTPUT_PATH, path));
    out.put(ConfigKey.OUTPUT_FORMAT, config.output().format());
    out.put(ConfigKey.OUTPUT_OVERWRITE, config.output().overwrite());
    out.put(ConfigKey.OUTPUT_OPTIONS, config.output().options());
    out.put(ConfigKey.SPARK, config.spark());
    return out;
  }

  private static void input(Input input, Map<ConfigKey, Object> out) {
    input.train().ifPresent(it -> source(it, out, SourceKeys.TRAIN));
    input.test().ifPresent(it -> source(it, out, SourceKeys.TEST));
    input.score().ifPresent(it -> source(it, out, SourceKeys.SCORE));
  }

  private static void source(Source source, Map<ConfigKey, Object> out, SourceKeys keys) {
    out.put(keys.format(), source.format());
    if (!source.paths().isEmpty()) {
      out.put(keys.path(), source.paths());
    }
    out.put(keys.options(), source.options());
    source.query().ifPresent(query -> out.put(keys.query(), query));
    out.put(keys.tables(), source.tables());
  }
}
