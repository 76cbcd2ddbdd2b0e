package dev.unroll.net;

import dev.unroll.math.KeyedRandom;

/**
 * A recurrent network: stacked recurrent layers and a linear head on the last states (classify,
 * regress) or on every step (tag). It is immutable and holds no weights: these are one flat vector
 * laid out by {@link #layout}. {@link Propagation} computes with it.
 */
public final class Network {
  private final NetworkConfig config;
  private final ParameterLayout layout = new ParameterLayout();
  private final Cell[][] cells;
  private final LinearHead head;

  public Network(NetworkConfig config) {
    this.config = config;
    cells = new Cell[config.numLayers()][config.directions()];
    int width = config.inputSize();
    for (int l = 0; l < config.numLayers(); l++) {
      for (int d = 0; d < config.directions(); d++) {
        String suffix = "_l" + l + (d == 1 ? "_reverse" : "");
        cells[l][d] = config.cell().create(width, config.hiddenSize(), layout, suffix);
      }
      width = config.layerOutputSize();
    }
    head = new LinearHead(width, config.outputSize(), layout);
  }

  public NetworkConfig config() {
    return config;
  }

  public ParameterLayout layout() {
    return layout;
  }

  /** Weights to start from, a function of the seed alone. */
  public float[] initialWeights(long seed) {
    float[] weights = new float[layout.size()];
    for (int l = 0; l < cells.length; l++) {
      for (int d = 0; d < cells[l].length; d++) {
        cells[l][d].initialize(weights, KeyedRandom.of(seed, "initialize", l, d));
      }
    }
    head.initialize(weights, KeyedRandom.of(seed, "initialize-head"));
    return weights;
  }

  Cell[][] cells() {
    return cells;
  }

  LinearHead head() {
    return head;
  }
}
