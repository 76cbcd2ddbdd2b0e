package dev.unroll.net;

import java.io.Serializable;

/**
 * The architecture of a network: {@code numLayers} recurrent layers of {@code hiddenSize} units and
 * a linear head with {@code outputSize} outputs.
 *
 * @param task what the outputs mean, and whether there is one per sequence or one per step
 * @param cell the recurrent cell
 * @param inputSize values per step, at least 1
 * @param hiddenSize units per layer and direction, at least 1
 * @param numLayers stacked recurrent layers, at least 1
 * @param bidirectional whether each layer also runs backwards in time; outputs are concatenated
 * @param outputSize classes, or numbers to predict
 */
public record NetworkConfig(
    Task task,
    CellType cell,
    int inputSize,
    int hiddenSize,
    int numLayers,
    boolean bidirectional,
    int outputSize)
    implements Serializable {

  public NetworkConfig {
    atLeastOne("inputSize", inputSize);
    atLeastOne("hiddenSize", hiddenSize);
    atLeastOne("numLayers", numLayers);
    atLeastOne("outputSize", outputSize);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + ", expected at least 1");
    }
  }

  /** Directions per layer: 1 or 2. */
  public int directions() {
    return bidirectional ? 2 : 1;
  }

  /** Width of a layer's output: hiddenSize times the number of directions. */
  public int layerOutputSize() {
    return hiddenSize * directions();
  }
}
