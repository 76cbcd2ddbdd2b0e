package dev.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unroll.net.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real files of the UCR/UEA archive, where they are at hand (-Dunroll.data=DIR). */
class TsArchiveTest {
  @ParameterizedTest
  @CsvSource({
    "tsc-japanese-vowels/JapaneseVowels_TRAIN.ts, 270, 12, 7, 26, 9",
    "tsc-japanese-vowels/JapaneseVowels_TEST.ts,  370, 12, 7, 29, 9",
    "tsc-basic-motions/BasicMotions_TRAIN.ts,      40,  6, 100, 100, 4",
    "tsc-basic-motions/BasicMotions_TEST.ts,       40,  6, 100, 100, 4",
    "tsc-epilepsy/Epilepsy_TRAIN.ts,              137,  3, 206, 206, 4",
    "tsc-epilepsy/Epilepsy_TEST.ts,               138,  3, 206, 206, 4",
    "tsc-italy-power-demand/ItalyPowerDemand_TRAIN.ts,  67, 1, 24, 24, 2",
    "tsc-italy-power-demand/ItalyPowerDemand_TEST.ts, 1029, 1, 24, 24, 2",
  })
  void everyCaseIsRead(String file, int cases, int width, int shortest, int longest, int classes) {
    Path path = Path.of(System.getProperty("unroll.data", "../shared/data")).resolve(file);
    assumeTrue(Files.exists(path), path + " is not here");
    var rows = TsFile.read(LocalSpark.session(), path.toString());
    var columns =
        SequenceColumns.of(
            rows.schema(), Task.CLASSIFY, "features", Optional.of("label"), Optional.of("id"));
    int count = 0;
    int least = Integer.MAX_VALUE;
    int most = 0;
    Set<String> labels = new HashSet<>();
    for (var row : rows.collectAsList()) {
      Example example = columns.expectWidth(columns.read(row, "?"), width, "README");
      count++;
      least = Math.min(least, example.length());
      most = Math.max(most, example.length());
      labels.add(example.classes()[0]);
    }
    assertEquals(cases, count);
    assertEquals(shortest, least);
    assertEquals(longest, most);
    assertEquals(classes, labels.size());
  }
}
