package dev.unroll.jobs.config;

import dev.unroll.spark.params.Setting;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of a job after defaults, file and command line have been put together and checked.
 * One record per section of the file; what each key means is said in {@link ConfigKey} and in
 * {@code conf/reference.conf}.
 *
 * @param task classify, regress or tag; always there for {@code train}
 * @param settings of the stages that the job is made of: all that were given or have a default
 * @param tuningSpace what to try, by the last part of its key or the name of its param
 * @param model the model directory; always there for {@code evaluate} and {@code score}
 * @param spark Spark's own settings by their full names, in the order given
 */
public record JobConfig(
    Optional<String> task,
    Input input,
    Map<Setting, Object> settings,
    Map<String, String> tuningSpace,
    Run run,
    Optional<String> model,
    Output output,
    Map<String, String> spark) {

  /** Where sequences come from. */
  public record Input(Optional<Source> train, Optional<Source> test, Optional<Source> score) {}

  /**
   * One thing to read: a Spark format or {@code ts}, its paths (maybe none), its options; and a
   * query over it and further tables, each {@code FORMAT:PATH} by name.
   */
  public record Source(
      String format,
      List<String> paths,
      Map<String, String> options,
      Optional<String> query,
      Map<String, String> tables) {
    @Override
    public String toString() {
      List<String> shown = paths.stream().map(Secrets::mask).toList();
      return "Source["
          + format
          + ", "
          + shown
          + ", "
          + Secrets.mask(options)
          + query.map(text -> ", " + Secrets.mask(text)).orElse("")
          + "]";
    }
  }

  /** The value of a setting that has a default, as its rule gives it. */
  public <T> T value(Setting setting) {
    return this.<T>given(setting).orElseThrow();
  }

  /** The value of a setting, given or default, if it has one. */
  @SuppressWarnings("unchecked")
  public <T> Optional<T> given(Setting setting) {
    return Optional.ofNullable((T) settings.get(setting));
  }

  /** The run directory; always there for {@code train}. */
  public record Run(Optional<String> dir, boolean overwrite) {
    @Override
    public String toString() {
      return "Run[%s, overwrite=%s]".formatted(dir.map(Secrets::mask).orElse(""), overwrite);
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
