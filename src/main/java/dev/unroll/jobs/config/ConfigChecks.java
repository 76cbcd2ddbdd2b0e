package dev.unroll.jobs.config;

import static dev.unroll.jobs.config.ConfigKey.CHECKPOINT_INTERVAL;
import static dev.unroll.jobs.config.ConfigKey.FEATURES_COL;
import static dev.unroll.jobs.config.ConfigKey.LABEL_COL;
import static dev.unroll.jobs.config.ConfigKey.MAX_SECONDS;
import static dev.unroll.jobs.config.ConfigKey.MODEL;
import static dev.unroll.jobs.config.ConfigKey.OUTPUT_FORMAT;
import static dev.unroll.jobs.config.ConfigKey.OUTPUT_PATH;
import static dev.unroll.jobs.config.ConfigKey.PATIENCE;
import static dev.unroll.jobs.config.ConfigKey.RUN_DIR;
import static dev.unroll.jobs.config.ConfigKey.RUN_RESUME;
import static dev.unroll.jobs.config.ConfigKey.SCORE_FORMAT;
import static dev.unroll.jobs.config.ConfigKey.SCORE_OPTIONS;
import static dev.unroll.jobs.config.ConfigKey.SCORE_PATH;
import static dev.unroll.jobs.config.ConfigKey.TABLE_TIME_COL;
import static dev.unroll.jobs.config.ConfigKey.TABLE_VALUE_COLS;
import static dev.unroll.jobs.config.ConfigKey.TARGET_LOSS;
import static dev.unroll.jobs.config.ConfigKey.TARGET_METRIC;
import static dev.unroll.jobs.config.ConfigKey.TASK;
import static dev.unroll.jobs.config.ConfigKey.TEST_FORMAT;
import static dev.unroll.jobs.config.ConfigKey.TEST_OPTIONS;
import static dev.unroll.jobs.config.ConfigKey.TEST_PATH;
import static dev.unroll.jobs.config.ConfigKey.TRAIN_FORMAT;
import static dev.unroll.jobs.config.ConfigKey.TRAIN_OPTIONS;
import static dev.unroll.jobs.config.ConfigKey.TRAIN_PATH;
import static dev.unroll.jobs.config.ConfigKey.TUNING_SPACE;
import static dev.unroll.jobs.config.ConfigKey.VALIDATION_COL;
import static dev.unroll.jobs.config.ConfigKey.VALIDATION_FRACTION;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What cannot be seen from one key alone: keys that a job needs, and keys that need one another.
 */
final class ConfigChecks {
  private static final Map<String, List<ConfigKey>> NEEDED =
      Map.of(
          "train", List.of(TASK, TRAIN_FORMAT, RUN_DIR),
          "tune", List.of(TASK, TRAIN_FORMAT, RUN_DIR, TUNING_SPACE),
          "evaluate", List.of(MODEL, TEST_FORMAT),
          "score", List.of(MODEL, SCORE_FORMAT, OUTPUT_PATH));

  private static final List<List<ConfigKey>> SOURCES =
      List.of(
          List.of(TRAIN_FORMAT, TRAIN_PATH, TRAIN_OPTIONS),
          List.of(TEST_FORMAT, TEST_PATH, TEST_OPTIONS),
          List.of(SCORE_FORMAT, SCORE_PATH, SCORE_OPTIONS));

  /** Formats that read files; others, such as jdbc, may have all they need in their options. */
  private static final Set<String> FILE_FORMATS =
      Set.of("ts", "parquet", "json", "csv", "orc", "text", "avro", "xml");

  private final String file;
  private final ConfigValues values;
  private final Problems problems;

  /** A key that is missed twice is named once. */
  private final Set<ConfigKey> missing = EnumSet.noneOf(ConfigKey.class);

  private ConfigChecks(String file, ConfigValues values, Problems problems) {
    this.file = file;
    this.values = values;
    this.problems = problems;
  }

  /** Checks for a job; one with an unknown name needs no key in particular. */
  static void check(String job, String file, ConfigValues values, Problems problems) {
    ConfigChecks checks = new ConfigChecks(file, values, problems);
    checks.needed(job);
    SOURCES.forEach(source -> checks.source(source.get(0), source.get(1), source.get(2)));
    checks.together();
  }

  private void needed(String job) {
    for (ConfigKey key : NEEDED.getOrDefault(job, List.of())) {
      boolean modelOfRun = key == MODEL && values.has(RUN_DIR);
      if (!values.has(key) && !modelOfRun) {
        String or = key == MODEL ? " (or " + RUN_DIR.path() + ")" : "";
        missing(job + " needs " + key.path() + or, key);
      }
    }
  }

  private void source(ConfigKey format, ConfigKey path, ConfigKey options) {
    boolean begun = values.has(path) || values.has(options);
    if (begun && !values.has(format)) {
      String section = ConfigNames.parent(format.path());
      missing(section + " needs " + format.path(), format);
    }
    String given = values.text(format).orElse("");
    if (FILE_FORMATS.contains(given)
        && !values.has(path)
        && !values.free(options).containsKey("path")) {
      missing("format " + given + " needs " + path.path(), path);
    }
  }

  private void together() {
    boolean validates = values.real(VALIDATION_FRACTION) > 0 || values.has(VALIDATION_COL);
    if (values.integer(PATIENCE) > 0 && !validates) {
      problems.add(
          file,
          "training.patience is %d, which needs training.validationFraction above 0, such as 0.1, or input.validationIndicatorCol"
              .formatted(values.integer(PATIENCE)));
    }
    for (ConfigKey target : List.of(TARGET_LOSS, TARGET_METRIC)) {
      if (values.real(target) > 0 && !validates) {
        problems.add(
            file,
            target.path()
                + " is set, which needs training.validationFraction above 0, such as 0.1, or"
                + " input.validationIndicatorCol");
      }
    }
    if (values.real(TARGET_METRIC) > 1 && !values.word(TASK).equals("regress")) {
      problems.add(
          file,
          "training.targetMetric is %s, expected a share of right classes, such as 0.95"
              .formatted(values.real(TARGET_METRIC)));
    }
    if (values.integer(CHECKPOINT_INTERVAL) < 1 && values.real(MAX_SECONDS) > 0) {
      problems.add(
          file,
          "training.maxSeconds is set, which needs training.checkpointInterval above 0, so that the"
              + " run can go on");
    }
    if (values.integer(CHECKPOINT_INTERVAL) < 1 && values.word(RUN_RESUME).equals("required")) {
      problems.add(file, "run.resume is required, which needs training.checkpointInterval above 0");
    }
    if (values.has(TABLE_TIME_COL) != values.has(TABLE_VALUE_COLS)) {
      problems.add(
          file,
          "a long table needs table.timeCol and table.valueCols; %s is not set"
              .formatted((values.has(TABLE_TIME_COL) ? TABLE_VALUE_COLS : TABLE_TIME_COL).path()));
    }
    String features = values.word(FEATURES_COL);
    if (features.equals(values.word(LABEL_COL))) {
      problems.add(
          file, "input.featuresCol and input.labelCol both are \"%s\"".formatted(features));
    }
    if (values.word(OUTPUT_FORMAT).equals("ts")) {
      problems.add(
          file, "output.format is \"ts\", which can be read only; expected a Spark format");
    }
  }

  private void missing(String what, ConfigKey key) {
    if (missing.add(key)) {
      problems.add(file, what + ", which is not set; add for example " + example(key));
    }
  }

  private static String example(ConfigKey key) {
    return key.path() + " = " + ConfigText.literal(key, key.example());
  }
}
