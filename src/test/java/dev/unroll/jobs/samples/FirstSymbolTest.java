package dev.unroll.jobs.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FirstSymbolTest {
  @Test
  void theClassIsTheFirstLetter() {
    for (FirstSymbol.Sample sample : FirstSymbol.generate(300, 1)) {
      assertTrue(sample.features().length >= 4 && sample.features().length <= 8);
      assertEquals(1, sample.features()[0]["abc".indexOf(sample.label())]);
      for (float[] step : sample.features()) {
        assertEquals(1, step[0] + step[1] + step[2]);
      }
    }
  }

  @Test
  void theClassesAreAboutEquallyOften() {
    Map<String, Long> counts =
        FirstSymbol.generate(3000, 1).stream()
            .collect(Collectors.groupingBy(FirstSymbol.Sample::label, Collectors.counting()));
    assertEquals(3, counts.size());
    counts.values().forEach(count -> assertEquals(1000, count, 120));
  }

  @Test
  void dependsOnTheSeedAndThePlaceAlone() {
    assertArrayEquals(
        FirstSymbol.generate(3, 5).get(2).features(),
        FirstSymbol.generate(10, 5).get(2).features());
  }
}
