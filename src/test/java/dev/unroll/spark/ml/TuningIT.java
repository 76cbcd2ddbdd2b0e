package dev.unroll.spark.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.TsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Successive halving on JapaneseVowels, where it is at hand (-Dunroll.data=DIR). */
class TuningIT {
  private static final Path DATA =
      Path.of(System.getProperty("unroll.data", "../shared/data"), "tsc-japanese-vowels");

  private static SequenceTuner tuner() {
    return new SequenceTuner()
        .setEstimator(
            new RnnClassifier()
                .setCell("gru")
                .setMaxIter(27)
                .setSolver("adamw")
                .setWeightDecay(0.01)
                .setSchedule("cosine")
                .setWarmupFraction(0.1))
        .setSpace("hiddenSize = 4, 8, 16, 32, 64", "stepSize = 0.002, 0.005, 0.01, 0.03");
  }

  @Test
  void aThirdOfTheStepsFindsASettingAsGoodAsTheGrids() {
    assumeTrue(Files.isDirectory(DATA), DATA + " is not here");
    Dataset<Row> rows =
        TsFile.read(LocalSpark.session(), DATA.resolve("JapaneseVowels_TRAIN.ts").toString());

    SequenceTunerModel halved = tuner().fit(rows);
    SequenceTunerModel grid = tuner().setMinEpochs(27).fit(rows);

    double best = loss(halved);
    double bestOfGrid = loss(grid);
    System.out.printf(
        "JapaneseVowels: %d steps, loss %.5f; the grid %d steps, loss %.5f%n%s%n",
        steps(halved), best, steps(grid), bestOfGrid, halved.verdict());
    assertTrue(3 * steps(halved) <= steps(grid), steps(halved) + " of " + steps(grid) + " steps");
    assertEquals(20, grid.trials().stream().filter(TunedTrial::finished).count());
    assertTrue(best <= bestOfGrid, best + " against " + bestOfGrid);
  }

  private static long steps(SequenceTunerModel model) {
    return model.trials().stream().mapToLong(TunedTrial::steps).sum();
  }

  private static double loss(SequenceTunerModel model) {
    return model.trials().stream()
        .filter(TunedTrial::finished)
        .min(Comparator.comparingDouble(TunedTrial::loss))
        .orElseThrow()
        .loss();
  }
}
