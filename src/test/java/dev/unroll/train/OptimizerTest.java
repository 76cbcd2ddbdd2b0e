package dev.unroll.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.unroll.math.Elementwise;
import dev.unroll.math.Kernels;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Update rules against closed forms; the traces of PyTorch are in TrainingTraceTest. */
class OptimizerTest {
  private static final Elementwise ELEMENTWISE = Kernels.best().elementwise();

  /** A run of one rule over a gradient that is a function of the weights. */
  private static final class Run {
    final Optimizer optimizer;
    final float[] weights;
    OptimizerState state;

    Run(Optimizer optimizer, float... weights) {
      this.optimizer = optimizer;
      this.weights = weights;
      state = OptimizerState.initial(optimizer, weights.length);
    }

    Run steps(int count, double learningRate, double scale, UnaryOperator<float[]> gradient) {
      for (int k = 0; k < count; k++) {
        optimizer.step(
            ELEMENTWISE,
            weights,
            gradient.apply(weights),
            state,
            state.step() + 1,
            (float) learningRate,
            (float) scale);
        state = state.after(1);
      }
      return this;
    }

    Run steps(int count, double learningRate, float... gradient) {
      return steps(count, learningRate, 1, w -> gradient.clone());
    }
  }

  private static UnaryOperator<float[]> quadratic(float curvature, float optimum) {
    return w -> new float[] {curvature * (w[0] - optimum)};
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 30})
  void sgdOnAQuadraticContractsByTheClosedForm(int k) {
    double rate = 0.1;
    float h = 3;
    Run run = new Run(Optimizer.of("sgd", 0, 0), 10f).steps(k, rate, 1, quadratic(h, 2));
    assertEquals(2 + Math.pow(1 - rate * h, k) * (10 - 2), run.weights[0], 2e-6);
  }

  /** The roots of r² − (1 + μ − γh) r + μ are √μ e^{±iφ} here. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 30})
  void momentumOnAQuadraticOscillatesByTheClosedForm(int k) {
    double mu = 0.5;
    double trace = 1 + mu - 0.25 * 2;
    double radius = Math.sqrt(mu);
    double phi = Math.acos(trace / (2 * radius));
    double first = 1 - 0.25 * 2;
    double sine = (first - radius * Math.cos(phi)) / (radius * Math.sin(phi));
    double error = Math.pow(radius, k) * (Math.cos(k * phi) + sine * Math.sin(k * phi));

    Run run = new Run(Optimizer.of("momentum", mu, 0), 10f).steps(k, 0.25, 1, quadratic(2, 2));
    assertEquals(2 + error * (10 - 2), run.weights[0], 4e-6);
  }

  @Test
  void momentumUnderAConstantGradientTendsToTenfoldSteps() {
    int k = 40;
    Run run = new Run(Optimizer.of("momentum", 0.9, 0), 0f).steps(k, 0.01, 2f);
    double velocity = 2 * (1 - Math.pow(0.9, k)) / 0.1;
    assertEquals(velocity, run.state.first()[0], 1e-4);
    double way = 0.01 * 2 / 0.1 * (k - 0.9 * (1 - Math.pow(0.9, k)) / 0.1);
    assertEquals(-way, run.weights[0], 1e-4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"adam", "adamw"})
  void adamsStepUnderAConstantGradientIsTheLearningRateWhateverItsSize(String name) {
    float[] gradient = {3f, -200f, 1e-3f, -5e-5f};
    Run run = new Run(Optimizer.of(name, 0, 0), 0, 0, 0, 0);
    for (int k = 1; k <= 5; k++) {
      run.steps(1, 0.01, gradient);
      for (int j = 0; j < gradient.length; j++) {
        // Beside eps = 1e-8, a gradient of 5e-5 has lost 2e-4 of its step.
        assertEquals(-k * 0.01 * Math.signum(gradient[j]), run.weights[j], 3e-4 * 0.01 * k);
      }
    }
  }

  @Test
  void adamKeepsRunningMeansOfGradientsAndTheirSquares() {
    Run run = new Run(Optimizer.of("adam", 0, 0), 0f).steps(1, 0.01, 4f).steps(1, 0.01, -2f);
    assertEquals(0.9 * 0.1 * 4 - 0.1 * 2, run.state.first()[0], 1e-7);
    // 1 - beta2 in float is 1e-3 but for 1.3e-5 of it; the bias correction has the same factor.
    assertEquals(0.999 * 0.001 * 16 + 0.001 * 4, run.state.second()[0], 2e-5 * 0.02);
    assertEquals(2, run.state.step());
  }

  @Test
  void l2DecayIsAPartOfTheGradient() {
    double contraction = Math.pow(1 - 0.1 * 0.5, 10);
    Run sgd = new Run(Optimizer.of("sgd", 0, 0.5), 8f).steps(10, 0.1, 0f);
    assertEquals(8 * contraction, sgd.weights[0], 1e-6);
    Run still = new Run(Optimizer.of("momentum", 0, 0.5), 8f).steps(10, 0.1, 0f);
    assertEquals(8 * contraction, still.weights[0], 1e-6);
    Run adam = new Run(Optimizer.of("adam", 0, 0.5), 8f, -8f).steps(1, 0.1, 0f, 0f);
    assertArrayEquals(new float[] {7.9f, -7.9f}, adam.weights, 1e-6f);
  }

  @Test
  void adamwDecaysTheWeightsBesideTheStep() {
    Run run = new Run(Optimizer.of("adamw", 0, 0.5), 8f).steps(10, 0.1, 0f);
    assertEquals(8 * Math.pow(1 - 0.1 * 0.5, 10), run.weights[0], 1e-5);
    assertEquals(0, run.state.first()[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "momentum", "adam", "adamw"})
  void theGradientScaleIsAFactorOnTheGradientAndNotOnTheDecay(String name) {
    float[] gradient = {0.3f, -7f, 1e-4f};
    float[] quarter = {0.3f / 4, -7f / 4, 1e-4f / 4};
    Run scaled = new Run(Optimizer.of(name, 0.9, 0.1), 1f, 2f, 3f);
    Run plain = new Run(Optimizer.of(name, 0.9, 0.1), 1f, 2f, 3f);
    scaled.steps(3, 0.1, 0.25, w -> gradient.clone());
    plain.steps(3, 0.1, quarter);
    assertArrayEquals(plain.weights, scaled.weights);
    Run unscaled = new Run(Optimizer.of(name, 0.9, 0.1), 1f, 2f, 3f);
    unscaled.steps(3, 0.1, gradient);
    boolean has = Math.abs(unscaled.weights[1] - scaled.weights[1]) > 1e-3;
    assertEquals(
        !name.startsWith("adam"), has, "an effect, save on Adam's steps, which have no size");
  }

  @Test
  void theStateHasAsManyVectorsAsTheRuleNeeds() {
    assertVectors("sgd", 0, 0);
    assertVectors("momentum", 5, 0);
    assertVectors("adam", 5, 5);
    assertVectors("adamw", 5, 5);
  }

  private static void assertVectors(String name, int first, int second) {
    OptimizerState state = OptimizerState.initial(Optimizer.of(name, 0.9, 0), 5);
    assertEquals(first, state.first().length, name);
    assertEquals(second, state.second().length, name);
    assertEquals(0, state.step(), name);
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnownOnes() {
    Exception e = assertThrows(IllegalArgumentException.class, () -> Optimizer.of("adagrad", 0, 0));
    assertEquals(
        "optimizer \"adagrad\", expected one of sgd, momentum, adam, adamw", e.getMessage());
  }
}
