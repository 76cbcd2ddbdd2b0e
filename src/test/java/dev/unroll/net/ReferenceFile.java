package dev.unroll.net;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One file of reference values, as PyTorch computed them in double precision: either a recurrent
 * layer forward and backward, or ten steps of training. What a file does not have is an empty map,
 * an empty array, null (lengths) or NaN (loss).
 *
 * @param name which case this is, e.g. {@code lstm_ragged}
 * @param inputs x (T, B, I) and, where given, h0, c0, probe, probe_hn, label
 * @param weights by PyTorch name
 * @param outputs y, hn and, for cells that have one, cn
 * @param loss Σ y · probe + Σ hn · probe_hn
 * @param gradients of the loss by every weight and by x, h0 and c0
 * @param lengths the true length of each sequence, null when all are T
 * @param losses before each training step
 * @param gradientNorms before each training step, and before clipping
 * @param finalWeights after the last training step
 */
public record ReferenceFile(
    String name,
    String note,
    Map<String, Tensor> inputs,
    Map<String, Tensor> weights,
    Map<String, Tensor> outputs,
    double loss,
    Map<String, Tensor> gradients,
    int[] lengths,
    double[] losses,
    double[] gradientNorms,
    Map<String, Tensor> finalWeights) {

  /** Row-major values and their shape; a scalar has shape {}. */
  public record Tensor(int[] shape, double[] values) {

    public Tensor {
      int size = 1;
      for (int length : shape) {
        size *= length;
      }
      if (size != values.length) {
        throw new IllegalArgumentException(values.length + " values for " + size + " places");
      }
    }

    public float[] floats() {
      float[] floats = new float[values.length];
      for (int j = 0; j < floats.length; j++) {
        floats[j] = (float) values[j];
      }
      return floats;
    }
  }

  public static ReferenceFile read(Path path) {
    try {
      JsonNode root = new ObjectMapper().readTree(path.toFile());
      return new ReferenceFile(
          root.path("case").asText(),
          root.path("note").asText(),
          tensors(root.path("inputs")),
          tensors(root.path("weights")),
          tensors(root.path("outputs")),
          root.path("loss").asDouble(Double.NaN),
          tensors(root.path("gradients")),
          isAbsent(root.path("lengths")) ? null : integers(root.path("lengths")),
          isAbsent(root.path("losses")) ? new double[0] : tensor(root.path("losses")).values(),
          isAbsent(root.path("gradient_norms"))
              ? new double[0]
              : tensor(root.path("gradient_norms")).values(),
          tensors(root.path("final_weights")));
    } catch (IOException | IllegalArgumentException e) {
      throw new UncheckedIOException(path + ": " + e.getMessage(), new IOException(e));
    }
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static Map<String, Tensor> tensors(JsonNode object) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (!isAbsent(entry.getValue())) {
        tensors.put(entry.getKey(), tensor(entry.getValue()));
      }
    }
    return tensors;
  }

  private static Tensor tensor(JsonNode node) {
    List<Integer> shape = new ArrayList<>();
    for (JsonNode inner = node; inner.isArray(); inner = inner.path(0)) {
      shape.add(inner.size());
    }
    List<Double> values = new ArrayList<>();
    collect(node, values);
    return new Tensor(
        shape.stream().mapToInt(Integer::intValue).toArray(),
        values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static void collect(JsonNode node, List<Double> values) {
    if (node.isArray()) {
      node.forEach(inner -> collect(inner, values));
    } else if (node.isNumber()) {
      values.add(node.doubleValue());
    } else {
      throw new IllegalArgumentException("not a number: " + node);
    }
  }

  private static int[] integers(JsonNode array) {
    int[] integers = new int[array.size()];
    for (int j = 0; j < integers.length; j++) {
      integers[j] = array.get(j).asInt();
    }
    return integers;
  }
}
