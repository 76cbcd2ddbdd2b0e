package dev.unroll.net;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A trained network with all that scoring needs; what a model file holds. {@link ModelFile} writes
 * and reads it. Serialisable for Spark's own messages between JVMs, never for files.
 *
 * @param network the architecture
 * @param weights the flat parameter vector in the order of the network's {@link ParameterLayout};
 *     not copied, so its owner must not change it
 * @param inputScaling of the {@code inputSize} values of a step
 * @param targetScaling of the {@code outputSize} targets if the task is regress, else identity
 * @param classes the {@code outputSize} class names in the order of the outputs; empty if the task
 *     is regress
 * @param labelType what the label column held, by Spark's short name such as {@code string} or
 *     {@code int}; not interpreted here
 * @param about facts for people and callers, such as the version of Unroll or column names; not
 *     interpreted here
 */
public record Model(
    NetworkConfig network,
    float[] weights,
    Scaling inputScaling,
    Scaling targetScaling,
    List<String> classes,
    String labelType,
    SortedMap<String, String> about)
    implements Serializable {

  /**
   * Checks that the parts fit.
   *
   * @throws IllegalArgumentException saying which part does not, and what was expected
   */
  public Model {
    checkWeights(network, weights);
    checkScaling("inputScaling", inputScaling, "inputSize", network.inputSize());
    checkScaling("targetScaling", targetScaling, "outputSize", network.outputSize());
    boolean regress = network.task() == Task.REGRESS;
    if (!regress) {
      checkIdentity(network.task(), targetScaling);
    }
    checkClasses(classes, regress ? 0 : network.outputSize(), network.task());
    checkText("labelType", labelType);
    about.forEach(Model::checkAbout);
    classes = List.copyOf(classes);
    about = copy(about);
  }

  /**
   * SHA-256, in hexadecimal, of the weights as little-endian float32 in file order: equal exactly
   * if the weights are equal bit for bit.
   */
  public String weightsSha256() {
    return Sha256.hex(weights);
  }

  private static void checkWeights(NetworkConfig network, float[] weights) {
    long expected = NetworkSize.of(network, Integer.MAX_VALUE).parameters();
    if (weights.length != expected) {
      throw new IllegalArgumentException(
          "weights: %d values, expected %d for %s"
              .formatted(weights.length, expected, ofWhat(network)));
    }
    for (int i = 0; i < weights.length; i++) {
      if (!Float.isFinite(weights[i])) {
        throw new IllegalArgumentException(
            "weights: %s is %s, expected a finite number; training diverged or the file is damaged"
                .formatted(placeOf(network, i), weights[i]));
      }
    }
  }

  private static String ofWhat(NetworkConfig c) {
    return "%s%s with inputSize %d, hiddenSize %d, numLayers %d, outputSize %d"
        .formatted(
            c.bidirectional() ? "bidirectional " : "",
            c.cell().label(),
            c.inputSize(),
            c.hiddenSize(),
            c.numLayers(),
            c.outputSize());
  }

  /** For example {@code rnn.weight_ih_l0[17]}. */
  private static String placeOf(NetworkConfig network, int index) {
    for (Slice slice : new Network(network).layout().slices()) {
      if (index < slice.offset() + slice.size()) {
        return slice.name() + "[" + (index - slice.offset()) + "]";
      }
    }
    throw new IndexOutOfBoundsException(index);
  }

  private static void checkScaling(String what, Scaling scaling, String sizeName, int size) {
    if (scaling.size() != size) {
      throw new IllegalArgumentException(
          "%s: %d features, expected %d (%s)".formatted(what, scaling.size(), size, sizeName));
    }
    for (int j = 0; j < size; j++) {
      double mean = scaling.mean()[j];
      double deviation = scaling.deviation()[j];
      if (!Double.isFinite(mean)) {
        throw new IllegalArgumentException(
            "%s: mean[%d] is %s, expected a finite number".formatted(what, j, mean));
      }
      if (!(deviation > 0 && Double.isFinite(deviation))) {
        throw new IllegalArgumentException(
            "%s: deviation[%d] is %s, expected a finite number greater than 0"
                .formatted(what, j, deviation));
      }
    }
  }

  private static void checkIdentity(Task task, Scaling targets) {
    for (int j = 0; j < targets.size(); j++) {
      if (targets.mean()[j] != 0 || targets.deviation()[j] != 1) {
        throw new IllegalArgumentException(
            "targetScaling: scales target %d, but classes are not scaled (task %s)"
                .formatted(j, task.label()));
      }
    }
  }

  private static void checkClasses(List<String> classes, int count, Task task) {
    if (classes.size() != count) {
      throw new IllegalArgumentException(
          "classes: %d names, expected %d (task %s%s)"
              .formatted(
                  classes.size(),
                  count,
                  task.label(),
                  task == Task.REGRESS ? "" : ", outputSize " + count));
    }
    Set<String> seen = new HashSet<>();
    for (String name : classes) {
      checkUnicode("classes", name);
      if (!seen.add(name)) {
        throw new IllegalArgumentException("classes: \"" + name + "\" is there twice");
      }
    }
  }

  private static void checkAbout(String key, String value) {
    checkText("about", key);
    checkUnicode("about, " + key, value);
  }

  private static void checkText(String what, String text) {
    checkUnicode(what, text);
    if (text.isEmpty()) {
      throw new IllegalArgumentException(what + ": an empty name");
    }
  }

  /** Half a surrogate pair has no UTF-8 form: it would come back from a file as another text. */
  private static void checkUnicode(String what, String text) {
    if (text == null) {
      throw new IllegalArgumentException(what + ": a null, expected a text");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException(what + ": \"" + text + "\" is not valid Unicode");
    }
  }

  private static SortedMap<String, String> copy(Map<String, String> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }
}
