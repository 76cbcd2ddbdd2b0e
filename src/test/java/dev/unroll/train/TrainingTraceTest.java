package dev.unroll.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.CellType;
import dev.unroll.net.Network;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.ReferenceFile;
import dev.unroll.net.ReferenceFile.Tensor;
import dev.unroll.net.ReferenceFolder;
import dev.unroll.net.Scaling;
import dev.unroll.net.SequenceBlock;
import dev.unroll.net.Slice;
import dev.unroll.net.Task;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ten steps of training against reference files (an LSTM, its last state, a linear head, the mean
 * cross-entropy of the whole batch): one epoch of one minibatch is one step. The sizes are the
 * files' own.
 */
class TrainingTraceTest {
  private static final double TOLERANCE = 1e-5;

  private static Stream<Arguments> files() {
    return ReferenceFolder.all().stream()
        .flatMap(
            folder ->
                folder.files(ReferenceFolder.TRAINING_CASES).stream()
                    .map(file -> Arguments.of(folder.path(), file.name(), file)));
  }

  @ParameterizedTest(name = "{1} in {0}")
  @MethodSource("files")
  void theLocalTrainerReproduces(Path folder, String name, ReferenceFile file) {
    SerialTraining training = training(file);
    List<SequenceBlock> blocks = List.of(block(file));
    Network network = new Network(training.network());
    TrainingState state = TrainingState.initial(weights(file, network), training.config());
    for (int step = 0; step < file.losses().length; step++) {
      ShardResult result = training.epoch(0, blocks, state);
      assertEquals(1, result.report().minibatches());
      assertClose(
          "loss",
          step,
          file.losses()[step],
          result.report().lossSum() / result.report().lossRows());
      assertClose("norm", step, file.gradientNorms()[step], result.report().gradientNormSum());
      state = SerialTraining.at(step + 1, result.weights(), result.optimizer());
    }
    assertEquals(10, state.position().epoch());
    assertWeights(file, network, state.weights());
  }

  private static SerialTraining training(ReferenceFile file) {
    Tensor x = file.inputs().get("x");
    int[] head = file.weights().get("head.weight").shape();
    return new SerialTraining(
        new NetworkConfig(Task.CLASSIFY, CellType.LSTM, x.shape()[2], head[1], 1, false, head[0]),
        new Preprocessing(Scaling.none(x.shape()[2]), Scaling.none(0)),
        config(file, x.shape()[1]));
  }

  private static TrainingConfig config(ReferenceFile file, int batchSize) {
    return switch (file.name()) {
      case "train_sgd" -> config(batchSize, Optimizer.of("sgd", 0, 0), 0.5, 0);
      case "train_sgd_clipped" -> config(batchSize, Optimizer.of("sgd", 0, 0), 0.5, 0.1);
      case "train_momentum" -> config(batchSize, Optimizer.of("momentum", 0.9, 0), 0.1, 0);
      case "train_adam" -> config(batchSize, Optimizer.of("adam", 0, 0), 0.01, 0);
      case "train_adamw" -> config(batchSize, Optimizer.of("adamw", 0, 0.1), 0.01, 0);
      default -> throw new IllegalArgumentException(file.name());
    };
  }

  private static TrainingConfig config(
      int batchSize, Optimizer optimizer, double learningRate, double clipNorm) {
    Schedule constant = new Schedule(Schedule.Shape.CONSTANT, 0);
    return new TrainingConfig(10, batchSize, optimizer, learningRate, constant, clipNorm, 1);
  }

  /** The file's x is (T, B, I); a block holds one sequence after the other. */
  private static SequenceBlock block(ReferenceFile file) {
    Tensor x = file.inputs().get("x");
    int steps = x.shape()[0];
    int batch = x.shape()[1];
    int width = x.shape()[2];
    SampleBlocks.Rows rows = new SampleBlocks.Rows();
    for (int b = 0; b < batch; b++) {
      float[][] features = new float[steps][];
      for (int t = 0; t < steps; t++) {
        int from = (t * batch + b) * width;
        features[t] = Arrays.copyOfRange(x.floats(), from, from + width);
      }
      rows.add(features, file.inputs().get("label").floats()[b]);
    }
    return rows.block(false);
  }

  private static float[] weights(ReferenceFile file, Network network) {
    float[] weights = new float[network.layout().size()];
    assertEquals(network.layout().slices().size(), file.weights().size());
    for (Slice slice : network.layout().slices()) {
      float[] tensor = file.weights().get(nameInFile(slice)).floats();
      assertEquals(slice.size(), tensor.length, slice.name());
      System.arraycopy(tensor, 0, weights, slice.offset(), tensor.length);
    }
    return weights;
  }

  private static String nameInFile(Slice slice) {
    return slice.name().replace("rnn.", "lstm.");
  }

  /** Every weight, relative to the largest of its tensor. */
  private static void assertWeights(ReferenceFile file, Network network, float[] weights) {
    for (Slice slice : network.layout().slices()) {
      double[] expected = file.finalWeights().get(nameInFile(slice)).values();
      double scale = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
      for (int j = 0; j < expected.length; j++) {
        double error = Math.abs(weights[slice.offset() + j] - expected[j]);
        String where = slice.name() + "[" + j + "]: ";
        assertTrue(error <= TOLERANCE * scale, where + error / scale);
      }
    }
  }

  private static void assertClose(String what, int step, double expected, double actual) {
    assertEquals(expected, actual, TOLERANCE * Math.abs(expected), what + " at step " + step);
  }
}
