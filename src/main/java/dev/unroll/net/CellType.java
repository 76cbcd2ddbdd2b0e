package dev.unroll.net;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The recurrent cells by the names used in settings and files. */
public enum CellType {
  RNN_TANH,
  RNN_RELU,
  LSTM,
  LSTM_PEEPHOLE,
  GRU,
  ARTICLE;

  /** The name in settings and files, e.g. {@code rnn_tanh}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static CellType of(String label) {
    return Arrays.stream(values())
        .filter(type -> type.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "cell \"" + label + "\", expected one of " + labels()));
  }

  public static String labels() {
    return Arrays.stream(values()).map(CellType::label).collect(Collectors.joining(", "));
  }

  /**
   * The cell of this type, with its parameters appended to the layout. Tensor names end in {@code
   * suffix}, as in PyTorch: {@code _l0}, {@code _l1_reverse}, ...
   */
  Cell create(int inputSize, int hiddenSize, ParameterLayout layout, String suffix) {
    return switch (this) {
      case RNN_TANH, RNN_RELU -> new ElmanCell(this, inputSize, hiddenSize, layout, suffix);
      case LSTM -> new LstmCell(inputSize, hiddenSize, layout, suffix);
      case LSTM_PEEPHOLE -> new PeepholeLstmCell(inputSize, hiddenSize, layout, suffix);
      case GRU -> new GruCell(inputSize, hiddenSize, layout, suffix);
      case ARTICLE -> new ArticleCell(inputSize, hiddenSize, layout, suffix);
    };
  }
}
