package dev.unroll.spark.params;

import java.util.Optional;

/**
 * One thing that can be set: what it is called, accepts and means. A Spark ML param and a key of
 * the configuration file are both made from it, so that they cannot drift apart.
 *
 * @param name of the param, such as {@code hiddenSize}
 * @param rule what is accepted
 * @param preset a value as text: the default, or an example where there is none
 * @param hasDefault whether {@code preset} is the default
 * @param unit what the number counts, or an empty text
 * @param meaning in a sentence or two
 */
public record Setting(
    String name, ValueRule rule, String preset, boolean hasDefault, String unit, String meaning) {

  /** A setting with a default. */
  public static Setting of(
      String name, ValueRule rule, String preset, String unit, String meaning) {
    return new Setting(name, rule, preset, true, unit, meaning);
  }

  /** A setting that has no value unless it is given one. */
  public static Setting optional(String name, ValueRule rule, String example, String meaning) {
    return new Setting(name, rule, example, false, "", meaning);
  }

  /** The default as text. */
  public Optional<String> defaultText() {
    return hasDefault ? Optional.of(preset) : Optional.empty();
  }

  /** The default as a value: of the type that the rule says. */
  public Optional<Object> defaultValue() {
    return defaultText().map(text -> rule.read(text).orElseThrow());
  }

  /** The doc of the param: meaning, what is accepted, unit. */
  public String doc() {
    String accepted = rule instanceof ValueRule.Text ? "" : " Accepts " + rule.allowed() + ".";
    return meaning + accepted + (unit.isEmpty() ? "" : " Unit: " + unit + ".");
  }
}
