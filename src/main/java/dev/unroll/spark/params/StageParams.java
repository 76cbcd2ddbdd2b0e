package dev.unroll.spark.params;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import scala.runtime.AbstractFunction1;

/**
 * The Spark ML params of one stage, made from its {@link Setting}s: type, validator, default and
 * doc come from there. A whole number up to 2³¹ is an {@link IntParam}, any other a {@link
 * LongParam}.
 */
public final class StageParams implements Serializable {
  private static final long serialVersionUID = 1L;

  private final LinkedHashMap<String, Param<?>> params = new LinkedHashMap<>();
  private final transient List<Setting> settings;

  /**
   * Makes the params and sets their defaults.
   *
   * @param owner the stage, whose uid is known already
   */
  public StageParams(Params owner, List<Setting> settings) {
    this.settings = List.copyOf(settings);
    for (Setting setting : settings) {
      Param<?> param = param(owner, setting);
      params.put(setting.name(), param);
      setting.defaultValue().ifPresent(value -> setDefault(owner, param, value));
    }
  }

  /** What can be set of the stage. */
  public List<Setting> settings() {
    return settings;
  }

  /** The param of a setting of this stage. */
  @SuppressWarnings("unchecked")
  public <P extends Param<?>> P get(Setting setting) {
    Param<?> param = params.get(setting.name());
    if (param == null) {
      throw new IllegalArgumentException("no param \"" + setting.name() + "\" here");
    }
    return (P) param;
  }

  /**
   * Sets a value of the kind that the setting's rule gives, such as a Long for any whole number.
   */
  public static void set(Params stage, Setting setting, Object value) {
    Param<Object> param = stage.getParam(setting.name());
    stage.set(param, typed(param, value));
  }

  /** The value of a param, set or default, if there is one. */
  public static <T> Optional<T> value(Params stage, Param<T> param) {
    return stage.isDefined(param) ? Optional.of(stage.getOrDefault(param)) : Optional.empty();
  }

  /**
   * The value of a param that must have one.
   *
   * @param meaning what it is, for the message
   * @throws IllegalArgumentException if it has none
   */
  public static <T> T required(Params stage, Param<T> param, String meaning) {
    return value(stage, param)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s is not set; expected %s".formatted(param.name(), meaning)));
  }

  @SuppressWarnings("unchecked")
  private static void setDefault(Params owner, Param<?> param, Object value) {
    owner.setDefault((Param<Object>) param, typed(param, value));
  }

  private static Object typed(Param<?> param, Object value) {
    if (param instanceof IntParam && value instanceof Long whole) {
      return Math.toIntExact(whole);
    }
    if (param instanceof StringArrayParam && value instanceof List<?> names) {
      return names.toArray(String[]::new);
    }
    return value;
  }

  private static Param<?> param(Params owner, Setting setting) {
    String name = setting.name();
    String doc = setting.doc();
    ValueRule rule = setting.rule();
    if (rule instanceof ValueRule.Whole whole) {
      return whole.most() <= Integer.MAX_VALUE && whole.least() >= Integer.MIN_VALUE
          ? new IntParam(owner, name, doc, new Accepts<>(setting))
          : new LongParam(owner, name, doc, new Accepts<>(setting));
    }
    if (rule instanceof ValueRule.Real) {
      return new DoubleParam(owner, name, doc, new Accepts<>(setting));
    }
    if (rule instanceof ValueRule.Switch) {
      return new BooleanParam(owner, name, doc);
    }
    if (rule instanceof ValueRule.Names) {
      return new StringArrayParam(owner, name, doc, new Accepts<>(setting));
    }
    return new Param<>(owner.uid(), name, doc, new Accepts<>(setting), String.class);
  }

  /** The setting's rule as a validator. */
  private static final class Accepts<T> extends AbstractFunction1<T, Object>
      implements Serializable {
    private static final long serialVersionUID = 1L;
    private final transient Setting setting;

    Accepts(Setting setting) {
      this.setting = setting;
    }

    @Override
    public Object apply(T value) {
      if (setting == null) {
        return true; // in a task, where nothing is set any more
      }
      if (value instanceof String[] names) {
        return Stream.of(names).noneMatch(name -> name == null || name.isBlank());
      }
      // A file may hold another kind of value, which would be found out only when it is used.
      boolean plain = value instanceof String || value instanceof Number;
      return plain && setting.rule().read(value.toString()).isPresent();
    }
  }
}
