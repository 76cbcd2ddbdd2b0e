package dev.unroll.train;

import static dev.unroll.train.LearningProblems.UNTRAINED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.CellType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the cells have to be able to learn, by plain serial training; {@link LearningIT} has more.
 */
class LearningTest {
  @ParameterizedTest
  @EnumSource(names = {"LSTM", "GRU"})
  void theAddingProblemOverFiftySteps(CellType cell) {
    double error = LearningProblems.addingError(cell, 50, 0.01, 12, 1);
    assertTrue(error < 0.01, () -> "mean squared error " + error);
  }

  @Test
  void theArticlesCellAddsOverTwentySteps() {
    double error = LearningProblems.addingError(CellType.ARTICLE, 20, 0.01, 15, 1);
    assertTrue(error < 0.01, () -> "mean squared error " + error);
  }

  @Test
  void everyPredictionForUnseenReberStringsIsLegal() {
    assertEquals(0, LearningProblems.illegalLetters(CellType.LSTM, 0.02, 30, 1));
  }

  @Test
  void aPlainRnnRemembersTheFirstSymbol() {
    double accuracy = LearningProblems.firstSymbolAccuracy(CellType.RNN_TANH, 0.01, 6, 1);
    assertTrue(accuracy >= 0.99, () -> "accuracy " + accuracy);
  }

  @Test
  void nothingOfThisIsKnownWithoutLearning() {
    assertTrue(LearningProblems.addingError(CellType.LSTM, 20, UNTRAINED, 1, 1) > 0.1);
    assertTrue(LearningProblems.illegalLetters(CellType.LSTM, UNTRAINED, 1, 1) > 1000);
    assertTrue(LearningProblems.firstSymbolAccuracy(CellType.RNN_TANH, UNTRAINED, 1, 1) < 0.6);
  }
}
