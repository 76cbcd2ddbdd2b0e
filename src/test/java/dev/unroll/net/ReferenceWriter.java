package dev.unroll.net;

import dev.unroll.net.ReferenceFile.Tensor;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;

/**
 * Writes a {@link ReferenceFile} as the JSON it is read from: one tensor per line, numbers to ten
 * digits, so that the same values give the same text on every JDK.
 */
final class ReferenceWriter {
  private static final MathContext DIGITS = new MathContext(10);

  private final StringBuilder json = new StringBuilder();

  private ReferenceWriter() {}

  static String toJson(ReferenceFile file) {
    ReferenceWriter writer = new ReferenceWriter();
    writer.file(file);
    return writer.json.toString();
  }

  private void file(ReferenceFile file) {
    json.append("{\n\"case\": \"").append(file.name()).append("\",\n");
    json.append("\"note\": \"").append(file.note()).append("\",\n");
    tensors("inputs", file.inputs());
    json.append(",\n");
    tensors("weights", file.weights());
    if (file.finalWeights().isEmpty()) {
      layer(file);
    } else {
      training(file);
    }
    json.append("\n}\n");
  }

  private void layer(ReferenceFile file) {
    json.append(",\n");
    tensors("outputs", file.outputs());
    json.append(",\n\"loss\": ").append(number(file.loss())).append(",\n");
    tensors("gradients", file.gradients());
    json.append(",\n\"lengths\": ");
    if (file.lengths() == null) {
      json.append("null");
    } else {
      double[] lengths = new double[file.lengths().length];
      for (int j = 0; j < lengths.length; j++) {
        lengths[j] = file.lengths()[j];
      }
      vector(lengths);
    }
  }

  private void training(ReferenceFile file) {
    json.append(",\n\"losses\": ");
    vector(file.losses());
    json.append(",\n\"gradient_norms\": ");
    vector(file.gradientNorms());
    json.append(",\n");
    tensors("final_weights", file.finalWeights());
  }

  private void tensors(String name, Map<String, Tensor> tensors) {
    json.append('"').append(name).append("\": {");
    String separator = "\n";
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      json.append(separator).append("  \"").append(entry.getKey()).append("\": ");
      values(entry.getValue(), 0, 0);
      separator = ",\n";
    }
    json.append("\n}");
  }

  private void vector(double[] values) {
    values(new Tensor(new int[] {values.length}, values), 0, 0);
  }

  /** The sub-tensor of dimension {@code axis} and higher that starts at {@code at}. */
  private void values(Tensor tensor, int axis, int at) {
    if (axis == tensor.shape().length) {
      json.append(number(tensor.values()[at]));
      return;
    }
    int stride = 1;
    for (int inner = axis + 1; inner < tensor.shape().length; inner++) {
      stride *= tensor.shape()[inner];
    }
    json.append('[');
    for (int j = 0; j < tensor.shape()[axis]; j++) {
      json.append(j == 0 ? "" : ",");
      values(tensor, axis + 1, at + j * stride);
    }
    json.append(']');
  }

  private static String number(double value) {
    BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
    return rounded.scale() <= 0 && rounded.precision() < 10
        ? rounded.toPlainString()
        : rounded.toString();
  }
}
