package dev.unroll.jobs.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReberGrammarTest {
  /** The inner language as a regular expression, worked out by hand from the drawing. */
  private static final String INNER = "B(TS*X(XT*V(PXT*V)*(V|PS)|S)|PT*V(PXT*V)*(V|PS))E";

  private static final Pattern STRING = Pattern.compile("BT" + INNER + "TE|BP" + INNER + "PE");

  @Test
  void everyStringIsInTheLanguage() {
    for (ReberGrammar.Sample sample : ReberGrammar.generate(1000, 1)) {
      assertTrue(STRING.matcher(sample.text()).matches(), sample.text());
    }
  }

  @Test
  void knowsTheLettersThatMayFollow() {
    assertEquals(
        List.of("TP", "B", "TP", "SX", "SX", "XS", "E", "T", "E", ""),
        ReberGrammar.legalNext("BTBTSXSETE"));
    assertEquals(
        List.of("TP", "B", "TP", "TV", "PV", "XS", "TV", "PV", "E", "P", "E", ""),
        ReberGrammar.legalNext("BPBPVPXVVEPE"));
    assertEquals(List.of("TP", "B"), ReberGrammar.legalNext("BT"));
  }

  @Test
  void refusesWhatBreaksTheGrammar() {
    for (String text : List.of("T", "BB", "BTBTSXSEPE", "BTBTV", "BTBTSXSETEE", "BTBTSXSETT")) {
      assertThrows(IllegalArgumentException.class, () -> ReberGrammar.legalNext(text), text);
    }
    var failure =
        assertThrows(IllegalArgumentException.class, () -> ReberGrammar.legalNext("BTBTSXSEPE"));
    assertEquals("\"BTBTSXSEPE\" breaks the grammar at 8, expected one of T", failure.getMessage());
  }

  @Test
  void everyLabelIsLegalAndIsTheNextFeature() {
    for (ReberGrammar.Sample sample : ReberGrammar.generate(300, 2)) {
      List<String> legal = ReberGrammar.legalNext(sample.text());
      int steps = sample.text().length() - 1;
      assertEquals(steps, sample.features().length);
      assertEquals(steps, sample.labels().length);
      for (int t = 0; t < steps; t++) {
        assertTrue(legal.get(t).contains(sample.labels()[t]));
        assertEquals(sample.text().substring(t, t + 1), letter(sample.features()[t]));
        if (t + 1 < steps) {
          assertEquals(sample.labels()[t], letter(sample.features()[t + 1]));
        }
      }
    }
  }

  @Test
  void stringsDifferAndTestStringsAreUnseen() {
    Set<String> train = texts(ReberGrammar.generate(600, 1));
    Set<String> test = texts(ReberGrammar.generate(256, 2, train));
    assertEquals(600, train.size());
    assertEquals(256, test.size());
    Set<String> both = new HashSet<>(train);
    both.retainAll(test);
    assertTrue(both.isEmpty());
  }

  @Test
  void fewerAreTheFirstOfMore() {
    assertEquals(
        ReberGrammar.generate(5, 9).get(4).text(), ReberGrammar.generate(50, 9).get(4).text());
    assertFalse(texts(ReberGrammar.generate(50, 9)).equals(texts(ReberGrammar.generate(50, 10))));
  }

  private static Set<String> texts(List<ReberGrammar.Sample> samples) {
    return samples.stream().map(ReberGrammar.Sample::text).collect(Collectors.toSet());
  }

  private static String letter(float[] step) {
    StringBuilder letters = new StringBuilder();
    for (int k = 0; k < step.length; k++) {
      letters.append(step[k] == 1 ? ReberGrammar.SYMBOLS.substring(k, k + 1) : "");
    }
    return letters.toString();
  }
}
