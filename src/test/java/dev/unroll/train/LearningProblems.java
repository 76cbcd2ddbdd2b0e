package dev.unroll.train;

import dev.unroll.jobs.samples.AddingProblem;
import dev.unroll.jobs.samples.FirstSymbol;
import dev.unroll.jobs.samples.ReberGrammar;
import dev.unroll.net.CellType;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Scaling;
import dev.unroll.net.SequenceBlock;
import dev.unroll.net.Task;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Problems that a recurrent network has to be able to learn, with settings that were found to solve
 * them for every seed tried. Each method gives the figure on unseen data after {@code epochs}
 * epochs; with the rate of {@link #UNTRAINED} it is that of a network that has learnt nothing.
 */
final class LearningProblems {
  static final double UNTRAINED = 1e-30;

  private LearningProblems() {}

  /** Adam, cosine after a warm-up over a tenth, clipped to norm 1. */
  private static TrainingConfig config(int epochs, int batchSize, double rate, long seed) {
    Schedule cosine = new Schedule(Schedule.Shape.COSINE, 0.1);
    return new TrainingConfig(epochs, batchSize, Optimizer.of("adam", 0, 0), rate, cosine, 1, seed);
  }

  /** Mean squared error on 1000 sequences; always answering 1 has 0.167. */
  static double addingError(CellType cell, int steps, double rate, int epochs, long seed) {
    SequenceBlock train = SampleBlocks.adding(AddingProblem.generate(2000, steps, 1));
    SequenceBlock test = SampleBlocks.adding(AddingProblem.generate(1000, steps, 2));
    SerialTraining training =
        new SerialTraining(
            new NetworkConfig(Task.REGRESS, cell, 2, 16, 1, false, 1),
            SerialTraining.standardised(train, 1),
            config(epochs, 32, rate, seed));
    float[][] outputs = training.outputs(training.train(train).weights(), test);
    Scaling target = training.preprocessing().target();
    double sum = 0;
    for (int i = 0; i < outputs.length; i++) {
      double error = target.invert(0, outputs[i][0]) - test.targets()[i];
      sum += error * error;
    }
    return sum / outputs.length;
  }

  /** How many predictions on 256 unseen strings the grammar does not allow. */
  static int illegalLetters(CellType cell, double rate, int epochs, long seed) {
    List<ReberGrammar.Sample> train = ReberGrammar.generate(1000, 1);
    Set<String> seen =
        train.stream().map(ReberGrammar.Sample::text).collect(Collectors.toUnmodifiableSet());
    List<ReberGrammar.Sample> test = ReberGrammar.generate(256, 2, seen);
    SequenceBlock block = SampleBlocks.reber(train);
    SerialTraining training =
        new SerialTraining(
            new NetworkConfig(Task.TAG, cell, 7, 64, 1, false, 7),
            SerialTraining.standardised(block, 0),
            config(epochs, 16, rate, seed));
    float[] weights = training.train(block).weights();
    return illegal(test, training.outputs(weights, SampleBlocks.reber(test)));
  }

  private static int illegal(List<ReberGrammar.Sample> samples, float[][] outputs) {
    int illegal = 0;
    int row = 0;
    for (ReberGrammar.Sample sample : samples) {
      List<String> legal = ReberGrammar.legalNext(sample.text());
      for (int t = 0; t < sample.labels().length; t++) {
        int predicted = SerialTraining.largest(outputs[row++]);
        illegal += legal.get(t).indexOf(ReberGrammar.SYMBOLS.charAt(predicted)) < 0 ? 1 : 0;
      }
    }
    return illegal;
  }

  /** Share of 1000 unseen sequences whose first letter is named; guessing has 1/3. */
  static double firstSymbolAccuracy(CellType cell, double rate, int epochs, long seed) {
    SequenceBlock train = SampleBlocks.firstSymbol(FirstSymbol.generate(1000, 1));
    SequenceBlock test = SampleBlocks.firstSymbol(FirstSymbol.generate(1000, 2));
    SerialTraining training =
        new SerialTraining(
            new NetworkConfig(Task.CLASSIFY, cell, 3, 16, 1, false, 3),
            SerialTraining.standardised(train, 0),
            config(epochs, 32, rate, seed));
    float[][] outputs = training.outputs(training.train(train).weights(), test);
    int hits = 0;
    for (int i = 0; i < outputs.length; i++) {
      hits += SerialTraining.largest(outputs[i]) == test.targets()[i] ? 1 : 0;
    }
    return (double) hits / outputs.length;
  }
}
