package dev.unroll.net;

import dev.unroll.math.Kernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A program without Spark on its class path: prints the model's probabilities for sequences.
 * Arguments: the model's directory and a file of lines {@code id steps value,value,...}.
 */
public final class ScoreWithoutSpark {
  private ScoreWithoutSpark() {}

  public static void main(String[] args) throws IOException {
    try {
      Class.forName("org.apache.spark.SparkContext");
      throw new AssertionError("Spark is here");
    } catch (ClassNotFoundException expected) {
      // as it should be
    }
    Model model = ModelFile.read(Path.of(args[0]));
    Scorer scorer = new Scorer(model, Kernels.best());
    for (String line : Files.readAllLines(Path.of(args[1]))) {
      String[] parts = line.split(" ");
      String[] texts = parts[2].split(",");
      float[] values = new float[texts.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.parseFloat(texts[i]);
      }
      int steps = Integer.parseInt(parts[1]);
      SequenceBlock block =
          new SequenceBlock(
              values.length / steps, new int[] {0, steps}, values, 0, false, new float[0]);
      StringBuilder hex = new StringBuilder();
      for (double value : scorer.score(block)[0]) {
        hex.append(Double.toHexString(value)).append(',');
      }
      System.out.println("row " + parts[0] + " " + hex);
    }
  }
}
