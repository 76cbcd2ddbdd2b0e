package dev.unroll.net;

import static dev.unroll.net.BoundedReading.refused;
import static dev.unroll.net.ModelSamples.forge;
import static dev.unroll.net.ModelSamples.replace;
import static dev.unroll.net.ModelSamples.with;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Malice: a network.json whose checksum holds, but whose content is made to break the reader. */
class ForgedNetworkFileTest {
  private static final SortedMap<String, byte[]> FILES = ModelSamples.files();
  private static final SortedMap<String, byte[]> REGRESSION =
      ModelFile.encode(
          ModelSamples.model(new NetworkConfig(Task.REGRESS, CellType.GRU, 2, 3, 1, false, 2)));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "formatVersion\" : 1 | formatVersion\" : 2 | made by a newer Unroll",
        "formatVersion\" : 1 | formatVersion\" : 0 | expected a whole number from 1",
        "\"formatVersion\" : 1, | `` | expected formatVersion as the first field",
        "\"classify\" | \"poetry\" | task \"poetry\", expected one of classify, regress, tag",
        "\"cell\" : \"lstm\" | \"cell\" : \"java.lang.Runtime\" | expected one of rnn_tanh",
        "\"cell\" : \"lstm\" | \"cell\" : [ ] | /cell is a structure, expected a text",
        "\"cell\" : \"lstm\" | \"cell\" : \"gru\" | /layers/0 has type lstm, inputSize 3,"
            + " outputSize 8, expected type gru",
        "hiddenSize\" : 4 | hiddenSize\" : 1073741824 | /layers/0 has",
        "hiddenSize\" : 4 | hiddenSize\" : 0 | /hiddenSize is 0, expected a whole number",
        "hiddenSize\" : 4 | hiddenSize\" : -4 | /hiddenSize is -4, expected a whole number",
        "hiddenSize\" : 4 | hiddenSize\" : 4.0 | /hiddenSize is 4.0, expected a whole number",
        "hiddenSize\" : 4 | hiddenSize\" : 4611686018427387904 | /hiddenSize is 46116860184273879",
        "hiddenSize\" : 4 | hiddenSize\" : 99999999999999999999999 | /hiddenSize is 99999999999",
        "hiddenSize\" : 4 | hiddenSize\" : 5 | outputSize 8, expected type lstm, inputSize 3,"
            + " outputSize 10",
        "numLayers\" : 2 | numLayers\" : 1073741824 | 2 layers, expected 1073741824 (numLayers)",
        "bidirectional\" : true | bidirectional\" : 1 | expected true or false",
        "bidirectional\" : true | bidirectional\" : null | expected true or false",
        "\"labelType\" : | \"class\" : \"Evil\", \"labelType\" : | unknown field \"class\" at /",
        "\"labelType\" : | \"cell\" : \"gru\", \"labelType\" : | Duplicate field 'cell'",
        "\"labelType\" : \"string\", | `` | no field \"labelType\"",
        "\"labelType\" : \"string\" | \"labelType\" : \"\" | labelType: an empty name",
        "\"labelType\" : \"string\" | \"labelType\" : \"\\ud800\" | is not valid Unicode",
        "\"about\" : { | \"about\" : { \"n\" : 1, | /about/n is 1, expected a text",
        "\"mean\" : [ | \"mean\" : [ 1e400, | /inputScaling/mean/0 is 1e400, expected a number",
        "\"mean\" : [ | \"mean\" : [ NaN, | not valid JSON",
        "\"mean\" : [ | \"mean\" : [ 0, | 4 means but 3 deviations",
        "\"deviation\" : [ 4.9E-324 | \"deviation\" : [ 0 | deviation[0] is 0.0, expected",
        "\"deviation\" : [ 4.9E-324 | \"deviation\" : [ -1 | deviation[0] is -1.0, expected",
        "\"mean\" : | \"median\" : | unknown field \"median\" at /inputScaling",
        "weights.safetensors | ../../etc/passwd | ../../etc/passwd, expected weights.safetensors",
        "weights.safetensors | /etc/passwd | /etc/passwd, expected weights.safetensors",
        "weights.safetensors | ./weights.safetensors | expected weights.safetensors",
        "\"files\" : [ | \"files\" : [ { }, | no field \"name\"",
        "\"size\" : | \"length\" : 1, \"size\" : | unknown field \"length\" at /files/0",
        "\"size\" : | \"size\" : 4611686018427387904, \"size\" : | Duplicate field 'size'",
        "\"classes\" : [ \"\", | \"classes\" : [ | classes: 2 names, expected 3",
        "\"classes\" : [ \"\", | \"classes\" : [ \"ä😀\", | classes: \"ä😀\" is there twice",
        "\"weightsSha256\" : \" | \"weightsSha256\" : \"0 | the weights in it: sha256 is",
      })
  void oneFieldChanged(String old, String replacement, String expected) {
    refused(expected, replace(FILES, old, replacement));
  }

  @Test
  void hugeSizesThatAgreeWithEachOther() {
    refused(
        "hiddenSize 1073741824",
        forge(
            FILES,
            body ->
                body.replace("\"hiddenSize\" : 4", "\"hiddenSize\" : 1073741824")
                    .replace("\"bidirectional\" : true", "\"bidirectional\" : false")
                    .replace("Size\" : 8", "Size\" : 1073741824")));
    refused(
        "outputSize 2147483647",
        replace(REGRESSION, "outputSize\" : 2", "outputSize\" : 2147483647"));
    refused(
        "inputSize 2147483647",
        replace(REGRESSION, "\"inputSize\" : 2", "\"inputSize\" : 2147483647"));
    int size = FILES.get(ModelFile.WEIGHTS).length;
    refused("bytes, expected", replace(FILES, "\"size\" : " + size, "\"size\" : " + (1L << 62)));
    refused("bytes, expected", replace(FILES, "\"size\" : " + size, "\"size\" : " + (size + 1)));
  }

  @Test
  void targetScalingBelongsToRegression() {
    refused(
        "task is regress, and targetScaling is missing",
        replace(FILES, "\"classify\"", "\"regress\""));
    refused(
        "task is tag, and targetScaling is there", replace(REGRESSION, "\"regress\"", "\"tag\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void deepNesting(String opening) {
    String deep = opening.repeat(100_000);
    refused("a structure", replace(FILES, "\"head\" : {", "\"head\" : {\"type\" : " + deep));
    refused("/layers/0", replace(FILES, "\"layers\" : [", "\"layers\" : [" + deep));
    refused("/classes/0", replace(FILES, "\"classes\" : [", "\"classes\" : [" + deep));
    refused("network.json", with(FILES, ModelFile.NETWORK, bytes(deep)));
  }

  @Test
  void longNumbersAndNames() {
    String digits = "1".repeat(1_000_000);
    refused("Number value length", replace(FILES, "\"mean\" : [", "\"mean\" : [" + digits + ","));
    refused("Number value length", replace(FILES, "Layers\" : 2", "Layers\" : " + digits));
    refused(
        "Name length", replace(FILES, "\"about\" : {", "\"about\" : {\"" + digits + "\" : \"\","));
  }

  @Test
  void otherEncodingsAndOtherText() {
    String text = new String(FILES.get(ModelFile.NETWORK), StandardCharsets.UTF_8);
    for (Charset charset :
        List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16)) {
      refused("network.json", with(FILES, ModelFile.NETWORK, text.getBytes(charset)));
    }
    refused("not UTF-8 at byte 1", with(FILES, ModelFile.NETWORK, new byte[] {'{', -1}));
    refused("empty", with(FILES, ModelFile.NETWORK, bytes(" \n")));
    refused("not valid JSON", with(FILES, ModelFile.NETWORK, bytes("\ufeff" + text)));
    refused("edited or damaged", with(FILES, ModelFile.NETWORK, bytes(text + "{}")));
  }

  @Test
  void messagesCannotSpoilATerminalOrALog() {
    String cell = "\\u001b[2J\\n" + "x".repeat(9999);
    String message =
        BoundedReading.read(replace(FILES, "\"cell\" : \"", "\"cell\" : \"" + cell))
            .orElseThrow()
            .getMessage();
    assertTrue(message.codePoints().noneMatch(Character::isISOControl), message);
    assertTrue(message.length() < 2100);
  }

  /** Any other exception, or memory out of proportion, would show trust in the file. */
  @Test
  void randomForgeriesDoNotBreakTheReader() {
    Random random = new Random(20_240_601);
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      if (BoundedReading.read(forge(FILES, body -> mutate(body, random))).isPresent()) {
        refused++;
      }
    }
    assertTrue(refused > 2_500, refused + " refused");
  }

  private static final String[] PIECES = {
    "",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "-",
    "0",
    "9",
    "1e400",
    "4611686018427387904",
    "2147483647",
    "null",
    "\\u0000",
    "F64",
    "../x",
    " ",
    "\u0000",
    "\ud83d\ude00"
  };

  /** Replaces one to three places of the text, mostly by what means something in JSON. */
  static String mutate(String text, Random random) {
    StringBuilder mutated = new StringBuilder(text);
    for (int n = random.nextInt(3); n >= 0; n--) {
      int from = random.nextInt(mutated.length());
      int to = Math.min(mutated.length(), from + random.nextInt(random.nextBoolean() ? 3 : 30));
      mutated.replace(from, to, PIECES[random.nextInt(PIECES.length)]);
    }
    return mutated.toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
