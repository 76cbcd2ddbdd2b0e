package dev.unroll.jobs.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WavesTest {
  @Test
  void shapesGoThroughTheirKnownHeights() {
    assertEquals(1, Waves.Shape.SINE.at(0.25), 1e-12);
    assertEquals(-1, Waves.Shape.SINE.at(0.75), 1e-12);
    assertEquals(1, Waves.Shape.SQUARE.at(0.49));
    assertEquals(-1, Waves.Shape.SQUARE.at(0.5));
    assertEquals(-1, Waves.Shape.SAWTOOTH.at(0));
    assertEquals(0.5, Waves.Shape.SAWTOOTH.at(0.75));
  }

  @Test
  void casesAreBalancedTwoWideAndOfVaryingLength() {
    var samples = Waves.generate(120, 1);
    Map<String, Long> counts =
        samples.stream().collect(Collectors.groupingBy(Waves.Sample::label, Collectors.counting()));
    assertEquals(Map.of("sine", 40L, "square", 40L, "sawtooth", 40L), counts);
    for (Waves.Sample sample : samples) {
      assertTrue(sample.features().length >= 20 && sample.features().length <= 40);
      for (float[] step : sample.features()) {
        assertEquals(2, step.length);
        assertTrue(Math.abs(step[0]) < 3 && Math.abs(step[1]) < 3);
      }
    }
    assertTrue(samples.stream().map(s -> s.features().length).distinct().count() > 10);
  }

  @Test
  void dependsOnTheSeedAndThePlaceAlone() {
    assertArrayEquals(
        Waves.generate(3, 5).get(2).features(), Waves.generate(10, 5).get(2).features());
  }
}
