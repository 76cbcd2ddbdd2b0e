package dev.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> KNOWN = List.of("id", "features", "label");

  @Test
  void findsTypingMistakes() {
    assertEquals(Optional.of("features"), Nearest.to("featurs", KNOWN));
    assertEquals(Optional.of("features"), Nearest.to("Features", KNOWN));
    assertEquals(Optional.of("label"), Nearest.to("lable", KNOWN));
    assertEquals(Optional.of("label"), Nearest.to("labels", KNOWN));
    assertEquals(Optional.of("id"), Nearest.to("di", KNOWN));
  }

  @Test
  void doesNotGuessWildly() {
    assertEquals(Optional.empty(), Nearest.to("sequence", KNOWN));
    assertEquals(Optional.empty(), Nearest.to("x", List.of()));
    assertEquals(Optional.empty(), Nearest.to("", KNOWN));
  }

  @Test
  void theFirstOfEqualsWins() {
    assertEquals(Optional.of("x1"), Nearest.to("x0", List.of("x1", "x2")));
  }
}
