package dev.unroll.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.spark.params.ValueRule;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every key of the table, given wrongly in every way. */
class ConfigKeyTest {
  @TempDir Path directory;
  private ConfigFixture conf;

  @BeforeEach
  void fixture() {
    conf = new ConfigFixture(directory);
  }

  static Stream<ConfigKey> typedKeys() {
    return Arrays.stream(ConfigKey.values()).filter(key -> !key.isFree());
  }

  static Stream<ConfigKey> freeKeys() {
    return Arrays.stream(ConfigKey.values()).filter(ConfigKey::isFree);
  }

  @Test
  void pathsDifferAndMeaningsAreSentences() {
    Set<String> paths = new HashSet<>();
    for (ConfigKey key : ConfigKey.values()) {
      assertTrue(paths.add(key.path()), key.path());
      assertTrue(key.meaning().matches("[A-Z].*\\.(?: .*)?"), key.meaning());
    }
  }

  @ParameterizedTest
  @MethodSource("typedKeys")
  void defaultsAndExamplesAreAccepted(ConfigKey key) {
    assertTrue(key.rule().read(key.example()).isPresent(), key.example());
  }

  @ParameterizedTest
  @MethodSource("typedKeys")
  void aValueWithPartsIsRefused(ConfigKey key) {
    String expected = ", expected " + key.allowed();
    assertEquals(
        "x.conf:4: " + key.path() + " is a group { ... }" + expected,
        conf.trainError(key.path() + " { a = 1 }" + needed(key)));
    if (!key.rule().takesList()) {
      assertEquals(
          "x.conf:5: " + key.path() + " is a list [ ... ]" + expected,
          conf.trainError("\n" + key.path() + " = [1, 2]" + needed(key)));
    }
  }

  @ParameterizedTest
  @MethodSource("typedKeys")
  void aValueOutsideOfWhatIsAllowedIsRefusedWithItsPlace(ConfigKey key) {
    for (String wrong : wrong(key.rule())) {
      String message = key.path() + " is \"" + wrong + "\", expected " + key.allowed();
      assertEquals(
          "x.conf:4: " + message,
          conf.trainError(key.path() + " = \"" + wrong + "\"" + needed(key)));
      if (!key.rule().takesList()) {
        assertEquals("--set: " + message, conf.trainError(needed(key), key.path() + "=" + wrong));
      }
    }
  }

  /** A line with what the key cannot do without, such as the format of a source. */
  private static String needed(ConfigKey key) {
    return switch (key) {
      case TRAIN_PATH, TEST_PATH, SCORE_PATH ->
          "\n" + ConfigNames.parent(key.path()) + ".format = json";
      case TABLE_TIME_COL -> "\ntable.valueCols = x";
      case TABLE_VALUE_COLS -> "\ntable.timeCol = x";
      default -> "";
    };
  }

  private static List<String> wrong(ValueRule rule) {
    if (rule instanceof ValueRule.Whole whole) {
      String less = whole.least() == Long.MIN_VALUE ? "-1e19" : "" + (whole.least() - 1);
      String more = whole.most() == Long.MAX_VALUE ? "1e19" : "" + (whole.most() + 1);
      return List.of("many", "1.5", less, more);
    }
    if (rule instanceof ValueRule.Real real) {
      String less = real.leastAllowed() ? "-0.001" : "0";
      String more = Double.isInfinite(real.limit()) ? "1e400" : "" + real.limit();
      return List.of("many", less, more);
    }
    if (rule instanceof ValueRule.Choice choice) {
      return List.of("", choice.words().get(0).toUpperCase() + "x");
    }
    return rule instanceof ValueRule.Switch ? List.of("", "maybe", "1") : List.of("", " ");
  }

  @ParameterizedTest
  @EnumSource(ConfigKey.class)
  void aMisspeltKeyIsNamedWithItsPlaceAndTheRightOne(ConfigKey key) {
    String name = ConfigNames.last(key.path());
    String wrong = key.path() + name.charAt(name.length() - 1);
    String message = "unknown key \"" + wrong + "\"; did you mean \"" + key.path() + "\"?";
    assertEquals("x.conf:6: " + message, conf.trainError("\n\n" + wrong + " = 1"));
    assertEquals("--set: " + message, conf.trainError("", wrong + "=1"));
  }

  @ParameterizedTest
  @MethodSource("freeKeys")
  void aFreeKeyIsAGroupOfPlainValues(ConfigKey key) {
    String given =
        key == ConfigKey.SPARK ? "" : ConfigNames.parent(key.path()) + ".format = json\n";
    assertTrue(
        conf.trainError(given + key.path() + " = 3")
            .contains(key.path() + " is \"3\", expected a group { name = value ... }"));
    assertTrue(
        conf.trainError(given + key.path() + ".x = [[1]]")
            .contains(
                key.path()
                    + ".x is a list [ ... ], expected a text, number or boolean, or a list of"
                    + " them"));
  }

  @Test
  void aSectionIsNoValue() {
    assertEquals(
        "x.conf:4: network is \"lstm\", expected a section with the keys bidirectional, cell,"
            + " hiddenSize, numLayers",
        conf.trainError("network = lstm"));
    assertTrue(conf.trainError("input.test = [1]").contains("input.test is a list [ ... ]"));
  }

  @Test
  void nearNamesAreFoundInOtherPlaces() {
    assertTrue(conf.trainError("hiddenSize = 3").endsWith("did you mean \"network.hiddenSize\"?"));
    assertTrue(conf.trainError("train.epochs = 3").endsWith("did you mean \"training\"?"));
    assertTrue(conf.trainError("", "train.epochs=3").endsWith("mean \"training.epochs\"?"));
    assertTrue(conf.trainError("trainig { a = 1, b = 2 }").endsWith("mean \"training\"?"));
    assertTrue(conf.trainError("training.hidden_size = 3").endsWith("\"network.hiddenSize\"?"));
    assertTrue(conf.trainError("input.trian.path = x").endsWith("mean \"input.train\"?"));
    assertTrue(conf.trainError("output.dir = x").endsWith("did you mean \"run.dir\"?"));
  }

  @Test
  void withoutANearNameTheNamesOfTheSectionAreListed() {
    assertEquals(
        "x.conf:4: unknown key \"network.xyzzy\"; keys of \"network\": bidirectional, cell,"
            + " hiddenSize, numLayers",
        conf.trainError("network.xyzzy = 3"));
    assertEquals(
        "x.conf:4: unknown key \"qqqqqqqq\"; keys of the outermost level: input, model, network,"
            + " output, run, spark, table, task, training, tuning, windows",
        conf.trainError("qqqqqqqq = 3"));
    assertFalse(conf.trainError("training.lr = 3").contains("did you mean"));
  }
}
