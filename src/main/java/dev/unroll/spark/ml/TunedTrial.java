package dev.unroll.spark.ml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a {@link SequenceTuner} found of one candidate.
 *
 * @param trial number of the candidate, from 0
 * @param values of the settings that were varied, by name
 * @param epochs how long it was trained
 * @param loss mean over the folds of the validation loss at the end
 * @param standardError of that mean
 * @param foldLosses validation loss at the end, by fold
 * @param validation mean over the folds of the validation loss, by epoch
 * @param training the same of the training loss
 * @param steps of the optimizer, in all folds
 * @param status {@code finished}, {@code stopped} when others did better, or {@code diverged: ...}
 */
public record TunedTrial(
    int trial,
    Map<String, String> values,
    int epochs,
    double loss,
    double standardError,
    double[] foldLosses,
    double[] validation,
    double[] training,
    long steps,
    String status) {
  public TunedTrial {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values)); // in their order
    values.values().forEach(Objects::requireNonNull);
  }

  /** Whether it was trained for all epochs. */
  public boolean finished() {
    return status.equals("finished");
  }

  /** Such as {@code hiddenSize=8, stepSize=0.01}. */
  public String describe() {
    return values.isEmpty() ? "as the estimator is set" : SearchSpace.text(values);
  }
}
