package dev.unroll.net;

/**
 * A whole network in double: {@link DoubleReference} with a linear head and a loss. Rows are in the
 * order of the case's sequences, and when tagging, step by step within each.
 *
 * @param headWeight (K, D · H)
 * @param headBias (K)
 */
record DoubleNetwork(RecurrentCase data, Task task, double[] headWeight, double[] headBias) {

  /** (rows, K). */
  double[][] logits() {
    double[][] features = task == Task.TAG ? steps() : lastStates();
    double[][] logits = new double[features.length][];
    for (int row = 0; row < logits.length; row++) {
      logits[row] = DoubleReference.sum(DoubleReference.times(headWeight, features[row]), headBias);
    }
    return logits;
  }

  private double[][] steps() {
    double[] y = DoubleReference.outputs(data).y();
    int rows = 0;
    for (int length : data.lengths()) {
      rows += length;
    }
    double[][] steps = new double[rows][];
    int row = 0;
    for (int b = 0; b < data.batchSize(); b++) {
      for (int t = 0; t < data.lengths()[b]; t++) {
        int width = data.directions() * data.hiddenSize();
        steps[row++] = DoubleReference.part(y, t * data.batchSize() + b, width);
      }
    }
    return steps;
  }

  /** The top layer's last states, those of both directions side by side. */
  private double[][] lastStates() {
    double[] hn = DoubleReference.outputs(data).hn();
    int n = data.hiddenSize();
    double[][] last = new double[data.batchSize()][data.directions() * n];
    for (int b = 0; b < last.length; b++) {
      for (int d = 0; d < data.directions(); d++) {
        int layer = (data.numLayers() - 1) * data.directions() + d;
        System.arraycopy(hn, (layer * data.batchSize() + b) * n, last[b], d * n, n);
      }
    }
    return last;
  }

  /** The mean over rows; targets are class indices, or (rows, K) numbers to predict. */
  double loss(double[] targets) {
    double[][] logits = logits();
    double sum = 0;
    for (int row = 0; row < logits.length; row++) {
      sum +=
          task == Task.REGRESS
              ? squaredError(logits[row], targets, row)
              : crossEntropy(logits[row], (int) targets[row]);
    }
    return sum / logits.length;
  }

  static double crossEntropy(double[] logits, int target) {
    double max = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      max = Math.max(max, logit);
    }
    double total = 0;
    for (double logit : logits) {
      total += StrictMath.exp(logit - max);
    }
    return StrictMath.log(total) + max - logits[target];
  }

  private static double squaredError(double[] outputs, double[] targets, int row) {
    double sum = 0;
    for (int j = 0; j < outputs.length; j++) {
      double error = outputs[j] - targets[row * outputs.length + j];
      sum += error * error;
    }
    return sum / outputs.length;
  }
}
