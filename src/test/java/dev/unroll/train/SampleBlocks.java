package dev.unroll.train;

import dev.unroll.jobs.samples.AddingProblem;
import dev.unroll.jobs.samples.FirstSymbol;
import dev.unroll.jobs.samples.ReberGrammar;
import dev.unroll.net.SequenceBlock;
import java.util.ArrayList;
import java.util.List;

/** Samples of the generators as packed sequences with targets. */
public final class SampleBlocks {
  private SampleBlocks() {}

  /** Two features, and the sum to predict. */
  public static SequenceBlock adding(List<AddingProblem.Sample> samples) {
    Rows rows = new Rows();
    samples.forEach(sample -> rows.add(sample.features(), sample.sum()));
    return rows.block(false);
  }

  /** Seven features, and the index of the next letter at every step. */
  public static SequenceBlock reber(List<ReberGrammar.Sample> samples) {
    Rows rows = new Rows();
    for (ReberGrammar.Sample sample : samples) {
      float[] next = new float[sample.labels().length];
      for (int t = 0; t < next.length; t++) {
        next[t] = ReberGrammar.SYMBOLS.indexOf(sample.labels()[t]);
      }
      rows.add(sample.features(), next);
    }
    return rows.block(true);
  }

  /** Three features, and the index of the first letter. */
  public static SequenceBlock firstSymbol(List<FirstSymbol.Sample> samples) {
    Rows rows = new Rows();
    samples.forEach(sample -> rows.add(sample.features(), "abc".indexOf(sample.label())));
    return rows.block(false);
  }

  /** Sequences (steps × features) with their targets, one after the other. */
  public static final class Rows {
    private final List<Float> values = new ArrayList<>();
    private final List<Float> targets = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>(List.of(0));
    private int inputSize;
    private int targetSize;

    public Rows add(float[][] features, float... target) {
      inputSize = features[0].length;
      targetSize = target.length;
      for (float[] step : features) {
        addAll(values, step);
      }
      addAll(targets, target);
      starts.add(values.size() / inputSize);
      return this;
    }

    /**
     * @param targetPerStep whether each target belongs to a step rather than to the sequence
     */
    public SequenceBlock block(boolean targetPerStep) {
      return new SequenceBlock(
          inputSize,
          starts.stream().mapToInt(Integer::intValue).toArray(),
          array(values),
          targetPerStep ? 1 : targetSize,
          targetPerStep,
          array(targets));
    }

    private static void addAll(List<Float> list, float[] numbers) {
      for (float number : numbers) {
        list.add(number);
      }
    }

    private static float[] array(List<Float> list) {
      float[] array = new float[list.size()];
      for (int j = 0; j < array.length; j++) {
        array[j] = list.get(j);
      }
      return array;
    }
  }
}
