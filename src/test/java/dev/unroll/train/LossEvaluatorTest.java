package dev.unroll.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.math.Kernels;
import dev.unroll.net.CellType;
import dev.unroll.net.Network;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Scaling;
import dev.unroll.net.SequenceBlock;
import dev.unroll.net.Task;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LossEvaluatorTest {
  private static double lossSum(SerialTraining training, int batchSize, SequenceBlock block) {
    LossEvaluator evaluator =
        new LossEvaluator(
            new Network(training.network()), training.preprocessing(), batchSize, Kernels.best());
    return evaluator.lossSum(training.initial().weights(), block);
  }

  private static SerialTraining training(Task task) {
    NetworkConfig network = TinyData.network(task, CellType.LSTM, 4);
    Schedule constant = new Schedule(Schedule.Shape.CONSTANT, 0);
    return new SerialTraining(
        network,
        TinyData.unscaled(task),
        new TrainingConfig(1, 4, Optimizer.of("sgd", 0, 0), 0.1, constant, 0, 1));
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void theSumDoesNotDependOnTheBatchSize(Task task) {
    SequenceBlock block = TinyData.block(task, 13, 1);
    double whole = lossSum(training(task), 100, block);
    for (int batchSize : new int[] {1, 4, 13}) {
      assertEquals(whole, lossSum(training(task), batchSize, block), 1e-12 * whole);
    }
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void theSumIsThatOfTheSingleOutputs(Task task) {
    SequenceBlock block = TinyData.block(task, 13, 1);
    SerialTraining training = training(task);
    float[][] outputs = training.outputs(training.initial().weights(), block);
    double sum = 0;
    for (int row = 0; row < outputs.length; row++) {
      sum +=
          task == Task.REGRESS
              ? squaredError(outputs[row], block.targets(), row * TinyData.OUTPUTS)
              : crossEntropy(outputs[row], (int) block.targets()[row]);
    }
    assertEquals(sum, lossSum(training, 5, block), 1e-6 * sum);
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void weightsOfRowsCountInTheSum(Task task) {
    SequenceBlock once = TinyData.blockOf(task, 1, 0, 1, 2);
    SequenceBlock weighted =
        new SequenceBlock(
            once.inputSize(),
            once.starts(),
            once.values(),
            once.targetSize(),
            once.targetPerStep(),
            once.targets(),
            new float[] {1, 3, 2});
    double expected = lossSum(training(task), 5, TinyData.blockOf(task, 1, 0, 1, 1, 1, 2, 2));
    assertEquals(expected, lossSum(training(task), 5, weighted), 1e-6 * expected);
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void theMetricIsThatOfTheSingleOutputsInTheLabelsUnits(Task task) {
    SequenceBlock block = TinyData.block(task, 13, 1);
    Scaling target =
        task == Task.REGRESS
            ? new Scaling(new double[] {1, -2, 0}, new double[] {3, 0.5, 1})
            : Scaling.none(0);
    SerialTraining training = training(task);
    LossEvaluator evaluator =
        new LossEvaluator(
            new Network(training.network()),
            new Preprocessing(TinyData.unscaled(task).input(), target),
            4,
            Kernels.best());
    float[] weights = training.initial().weights();
    float[][] outputs = training.outputs(weights, block);
    double sum = 0;
    for (int row = 0; row < outputs.length; row++) {
      sum +=
          task == Task.REGRESS
              ? squaredError(
                  inverted(outputs[row], target), block.targets(), row * TinyData.OUTPUTS)
              : likeliest(outputs[row]) == block.targets()[row] ? 1 : 0;
    }
    Validation.Sums sums = evaluator.sums(weights, block);
    assertEquals(sum, sums.metric(), 1e-5 * sum);
    assertTrue(sum > 0 && (task == Task.REGRESS || sum < outputs.length), sum + " says little");
    Validation mean = Validation.of(task, List.of(sums, sums), 2.0 * outputs.length);
    assertEquals(sums.loss() / outputs.length, mean.loss(), 1e-12);
    double expected = sums.metric() / outputs.length;
    assertEquals(task == Task.REGRESS ? Math.sqrt(expected) : expected, mean.metric(), 1e-12);
  }

  private static float[] inverted(float[] scaled, Scaling scaling) {
    float[] values = new float[scaled.length];
    for (int j = 0; j < values.length; j++) {
      values[j] = (float) scaling.invert(j, scaled[j]);
    }
    return values;
  }

  private static int likeliest(float[] outputs) {
    int likeliest = 0;
    for (int j = 1; j < outputs.length; j++) {
      likeliest = outputs[j] > outputs[likeliest] ? j : likeliest;
    }
    return likeliest;
  }

  private static double squaredError(float[] output, float[] targets, int at) {
    double sum = 0;
    for (int j = 0; j < output.length; j++) {
      sum += Math.pow(output[j] - targets[at + j], 2);
    }
    return sum / output.length;
  }

  private static double crossEntropy(float[] output, int target) {
    double total = 0;
    for (float value : output) {
      total += Math.exp(value);
    }
    return Math.log(total) - output[target];
  }
}
