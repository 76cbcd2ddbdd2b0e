package dev.unroll.net;

/**
 * A minibatch as the network wants it: sequences sorted by length, longest first, rows time-major
 * (see {@link StepShape}), inputs scaled. Reused: {@link #fill} replaces its content.
 */
public final class Batch {
  private final StepShape shape = new StepShape();
  private int[] order = {};
  private int[] lengths = {};
  private float[] x = {};
  private float[] targets = {};
  private float[] weights = {};
  private boolean weighted;
  private double[] factors = {};

  /**
   * Takes {@code count} sequences of the block, those whose indices stand in {@code indices} from
   * {@code first} on. Sequences of equal length keep their order.
   */
  public void fill(SequenceBlock block, int[] indices, int first, int count, Scaling scaling) {
    sort(block, indices, first, count);
    shape.set(lengths, count);
    int width = block.inputSize();
    x = CellScratch.grown(x, shape.rows() * width);
    if (factors.length < width) {
      factors = new double[width];
    }
    boolean copy = scaling.isNone();
    for (int j = 0; j < width && !copy; j++) {
      factors[j] = 1 / scaling.deviation()[j];
    }
    for (int i = 0; i < count; i++) {
      int from = block.starts()[indices[first + order[i]]] * width;
      for (int t = 0; t < lengths[i]; t++) {
        int to = shape.row(t, i) * width;
        if (copy) {
          System.arraycopy(block.values(), from + t * width, x, to, width);
        } else {
          scale(width, block.values(), from + t * width, scaling.mean(), to);
        }
      }
    }
    fillTargets(block, indices, first, count);
    weighted = block.weights().length > 0;
    if (weighted) {
      fillWeights(block, indices, first, count);
    }
  }

  /** Multiplies by 1 / deviation, because a division for each value would be seen in profiles. */
  private void scale(int width, float[] values, int from, double[] mean, int to) {
    for (int j = 0; j < width; j++) {
      x[to + j] = (float) ((values[from + j] - mean[j]) * factors[j]);
    }
  }

  private void fillTargets(SequenceBlock block, int[] indices, int first, int count) {
    if (block.targets().length == 0) {
      return;
    }
    int size = block.targetSize();
    targets = CellScratch.grown(targets, (block.targetPerStep() ? shape.rows() : count) * size);
    for (int i = 0; i < count; i++) {
      int sequence = indices[first + order[i]];
      if (!block.targetPerStep()) {
        System.arraycopy(block.targets(), sequence * size, targets, i * size, size);
        continue;
      }
      for (int t = 0; t < lengths[i]; t++) {
        targets[shape.row(t, i)] = block.targets()[block.starts()[sequence] + t];
      }
    }
  }

  private void fillWeights(SequenceBlock block, int[] indices, int first, int count) {
    weights = CellScratch.grown(weights, block.targetPerStep() ? shape.rows() : count);
    for (int i = 0; i < count; i++) {
      float weight = block.weight(indices[first + order[i]]);
      if (!block.targetPerStep()) {
        weights[i] = weight;
        continue;
      }
      for (int t = 0; t < lengths[i]; t++) {
        weights[shape.row(t, i)] = weight;
      }
    }
  }

  /** A stable sort by length, longest first: counting sort would need room for every length. */
  private void sort(SequenceBlock block, int[] indices, int first, int count) {
    if (order.length < count) {
      order = new int[count];
      lengths = new int[count];
    }
    for (int i = 0; i < count; i++) {
      int length = block.length(indices[first + i]);
      int at = i;
      while (at > 0 && lengths[at - 1] < length) {
        lengths[at] = lengths[at - 1];
        order[at] = order[at - 1];
        at--;
      }
      lengths[at] = length;
      order[at] = i;
    }
  }

  public StepShape shape() {
    return shape;
  }

  /** Inputs (N, I). */
  public float[] x() {
    return x;
  }

  /** Targets in the order of the outputs: per sequence, or per row when tagging. */
  public float[] targets() {
    return targets;
  }

  /** How much each target counts, in their order; null when all count 1. */
  public float[] weights() {
    return weighted ? weights : null;
  }

  /** Which of the sequences given to {@link #fill} is the i-th of this batch. */
  public int order(int i) {
    return order[i];
  }
}
