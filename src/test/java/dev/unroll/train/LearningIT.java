package dev.unroll.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.CellType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link LearningTest} with other seeds: its settings are no lucky ones. */
class LearningIT {
  @ParameterizedTest
  @ValueSource(longs = {2, 3})
  void theAddingProblemOverFiftySteps(long seed) {
    for (CellType cell : new CellType[] {CellType.LSTM, CellType.GRU}) {
      double error = LearningProblems.addingError(cell, 50, 0.01, 12, seed);
      assertTrue(error < 0.01, () -> cell + ": mean squared error " + error);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3})
  void theArticlesCellAddsOverTwentySteps(long seed) {
    double error = LearningProblems.addingError(CellType.ARTICLE, 20, 0.01, 15, seed);
    assertTrue(error < 0.01, () -> "mean squared error " + error);
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3})
  void everyPredictionForUnseenReberStringsIsLegal(long seed) {
    assertEquals(0, LearningProblems.illegalLetters(CellType.LSTM, 0.02, 30, seed));
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3})
  void aPlainRnnRemembersTheFirstSymbol(long seed) {
    double accuracy = LearningProblems.firstSymbolAccuracy(CellType.RNN_TANH, 0.01, 6, seed);
    assertTrue(accuracy >= 0.99, () -> "accuracy " + accuracy);
  }
}
