package dev.unroll.train;

import dev.unroll.net.Scaling;
import java.io.Serializable;

/**
 * What is done to values before the network sees them.
 *
 * @param input scaling of the features
 * @param target scaling of the numbers to predict; of size 0 when classes are predicted
 */
public record Preprocessing(Scaling input, Scaling target) implements Serializable {

  /** Scales the numbers to predict of {@code sequences} sequences, in place; classes stay. */
  void scaleTargets(float[] targets, int sequences) {
    for (int i = 0; i < sequences; i++) {
      target.apply(targets, i * target.size(), targets, i * target.size());
    }
  }
}
