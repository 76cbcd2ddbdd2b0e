package dev.unroll.net;

/**
 * What a network of some architecture would hold, counted without building it, so that the sizes in
 * a file can be doubted first.
 *
 * @param parameters values in the flat parameter vector
 * @param tensors named tensors
 */
record NetworkSize(long parameters, long tensors) {

  /**
   * Counts, with memory for two cells only, however many layers there are.
   *
   * @param limit parameters to accept at most; no more than an array can hold
   * @throws IllegalArgumentException if there are more
   */
  static NetworkSize of(NetworkConfig config, int limit) {
    if (leastParameters(config) > limit) {
      throw tooLarge(config, limit);
    }
    try {
      ParameterLayout first = cell(config, config.inputSize());
      ParameterLayout further = cell(config, config.layerOutputSize());
      ParameterLayout head = new ParameterLayout();
      new LinearHead(config.layerOutputSize(), config.outputSize(), head);
      long layers = config.numLayers() - 1L;
      NetworkSize size =
          new NetworkSize(
              config.directions() * (first.size() + layers * further.size()) + head.size(),
              config.directions() * (first.slices().size() + layers * further.slices().size())
                  + head.slices().size());
      if (size.parameters > limit) {
        throw tooLarge(config, limit);
      }
      return size;
    } catch (ArithmeticException overflow) {
      throw tooLarge(config, limit);
    }
  }

  /**
   * A lower bound that cannot overflow: every cell has an H × H and an H × I matrix, the head a K ×
   * H one. Where it holds, the sizes inside one cell are far from overflowing silently.
   */
  private static double leastParameters(NetworkConfig config) {
    double h = config.hiddenSize();
    double recurrent = h * h * config.numLayers() * config.directions();
    return Math.max(recurrent, h * Math.max(config.inputSize(), config.outputSize()));
  }

  private static ParameterLayout cell(NetworkConfig config, int width) {
    ParameterLayout layout = new ParameterLayout();
    config.cell().create(width, config.hiddenSize(), layout, "");
    return layout;
  }

  private static IllegalArgumentException tooLarge(NetworkConfig c, int limit) {
    return new IllegalArgumentException(
        "inputSize %d, hiddenSize %d, numLayers %d, outputSize %d make more than %d parameters"
            .formatted(c.inputSize(), c.hiddenSize(), c.numLayers(), c.outputSize(), limit));
  }
}
