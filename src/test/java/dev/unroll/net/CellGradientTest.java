package dev.unroll.net;

import static dev.unroll.net.Closeness.assertAllClose;
import static dev.unroll.net.Closeness.assertClose;

import dev.unroll.math.BlasKernels;
import dev.unroll.math.ScalarKernels;
import dev.unroll.net.RecurrentCase.Sizes;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every cell, in every arrangement, against the double-precision reference. */
class CellGradientTest {
  private static final double TOLERANCE = 1e-5;

  /** With one unit and one input a gradient is a single sum, which may well cancel. */
  private static final double CANCELLED = 0.1;

  private static Stream<Sizes> sizes() {
    return Stream.of(CellType.values()).flatMap(CellGradientTest::sizes);
  }

  private static Stream<Sizes> sizes(CellType cell) {
    return Stream.of(
        new Sizes(cell, 1, 1, 1, false, 1),
        new Sizes(cell, 1, 1, 1, false, 6),
        new Sizes(cell, 1, 5, 1, false, 4, 4),
        new Sizes(cell, 4, 1, 1, false, 4, 2, 3),
        new Sizes(cell, 3, 4, 1, false, 1, 1, 1),
        new Sizes(cell, 2, 4, 1, false, 5, 5, 2, 7, 2, 1),
        new Sizes(cell, 3, 8, 1, false, 4, 4, 4),
        new Sizes(cell, 3, 4, 1, true, 4, 4),
        new Sizes(cell, 2, 3, 1, true, 1, 5, 3, 3),
        new Sizes(cell, 2, 3, 2, false, 3, 3),
        new Sizes(cell, 2, 3, 2, false, 1, 4, 2),
        new Sizes(cell, 2, 3, 2, true, 3, 3),
        new Sizes(cell, 1, 2, 3, true, 2, 4, 1, 4));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void scalarGradientsAreThoseOfTheEquations(Sizes sizes) {
    RecurrentCase data = awayFromKinks(sizes);
    RecurrentResult expected = DoubleReference.outputsAndGradients(data);
    RecurrentResult result = RecurrentRun.of(data, new ScalarKernels());
    assertClose("y", expected.y(), result.y(), TOLERANCE);
    assertClose("hn", expected.hn(), result.hn(), TOLERANCE);
    assertAllClose(expected.gradients(), result.gradients(), TOLERANCE, CANCELLED);
  }

  @ParameterizedTest
  @EnumSource
  void blasGradientsAreThoseOfTheEquations(CellType cell) {
    RecurrentCase data = awayFromKinks(new Sizes(cell, 2, 4, 2, true, 2, 4, 1));
    RecurrentResult expected = DoubleReference.outputsAndGradients(data);
    RecurrentResult result =
        RecurrentRun.of(data, new BlasKernels(new ScalarKernels().elementwise()));
    assertAllClose(expected.gradients(), result.gradients(), 2 * TOLERANCE, CANCELLED);
  }

  @ParameterizedTest
  @EnumSource
  void withoutInitialStatesTheyAreZero(CellType cell) {
    RecurrentCase given = RecurrentCase.random(new Sizes(cell, 2, 3, 1, true, 2, 4, 1), 3);
    RecurrentCase zeros =
        given.withInitialStates(
            new double[given.h0().length],
            given.c0() == null ? null : new double[given.c0().length]);
    RecurrentResult expected = RecurrentRun.of(zeros, new ScalarKernels());
    RecurrentRun run = new RecurrentRun(given.sizes(), new ScalarKernels());
    run.run(given);
    RecurrentResult result = run.run(given.withInitialStates(null, null));
    Closeness.assertSameBits("y", expected.y(), result.y());
    result
        .gradients()
        .forEach((name, dW) -> Closeness.assertSameBits(name, expected.gradients().get(name), dW));
  }

  /** The first random case in which no rectifier is about to switch. */
  private static RecurrentCase awayFromKinks(Sizes sizes) {
    for (long seed = 1; seed < 20; seed++) {
      RecurrentCase data = RecurrentCase.random(sizes, seed);
      if (sizes.cell() != CellType.RNN_RELU || DoubleReference.kinkDistance(data) > 1e-4) {
        return data;
      }
    }
    throw new AssertionError("every case has a pre-activation near 0");
  }
}
