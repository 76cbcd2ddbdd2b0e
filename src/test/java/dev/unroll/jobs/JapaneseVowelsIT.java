package dev.unroll.jobs;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unroll.jobs.config.ConfigLoader;
import dev.unroll.jobs.config.JobConfig;
import dev.unroll.net.Model;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.rounds.LearnerSettings;
import dev.unroll.spark.rounds.SequenceTraining;
import dev.unroll.spark.scoring.ClassMetrics;
import dev.unroll.spark.scoring.Evaluation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** conf/japanese-vowels.conf on the real data, where it is at hand (-Dunroll.data=DIR). */
class JapaneseVowelsIT {
  private static final Path DATA =
      Path.of(System.getProperty("unroll.data", "../shared/data"), "tsc-japanese-vowels");

  @Test
  void fourShardsReachTheAccuracyOfPublishedSingleModels() {
    assumeTrue(Files.isDirectory(DATA), DATA + " is not here");

    double[] accuracies =
        IntStream.rangeClosed(1, 5).mapToDouble(JapaneseVowelsIT::accuracy).toArray();

    double mean = IntStream.range(0, 5).mapToDouble(i -> accuracies[i]).average().orElseThrow();
    List<Double> all = IntStream.range(0, 5).mapToObj(i -> accuracies[i]).toList();
    System.out.println("JapaneseVowels, 4 shards, seeds 1-5: mean " + mean + " of " + all);
    assertTrue(mean >= 0.96, "mean " + mean + " of " + all);
    assertTrue(all.stream().allMatch(accuracy -> accuracy >= 0.94), all.toString());
  }

  private static double accuracy(int seed) {
    List<String> set =
        List.of(
            "training.seed=" + seed,
            "input.train.path=" + DATA.resolve("JapaneseVowels_TRAIN.ts"),
            "input.test.path=" + DATA.resolve("JapaneseVowels_TEST.ts"));
    JobConfig config =
        ConfigLoader.ofProcess().load(Path.of("conf/japanese-vowels.conf"), set, "train");
    SparkSession spark = LocalSpark.session();
    LearnerSettings settings = JobStages.estimator(config).learnerSettings();
    JobConfig.Source test = config.input().test().orElseThrow();
    try (SequenceTraining training =
        SequenceTraining.prepare(
            Tables.read(spark, config.input().train().orElseThrow()), settings)) {
      Model model = training.train(round -> {});
      Evaluation evaluation =
          Evaluation.of(Tables.read(spark, test), model, JobStages.scoring(config));
      return ((ClassMetrics) evaluation.metrics()).accuracy();
    }
  }
}
