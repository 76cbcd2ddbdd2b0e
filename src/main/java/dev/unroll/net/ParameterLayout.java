package dev.unroll.net;

import java.util.ArrayList;
import java.util.List;

/**
 * Where each named tensor lies in a network's one flat parameter vector. Averaging, optimisers,
 * clipping and files are loops over that vector; only cells and heads look at the slices.
 */
public final class ParameterLayout {
  private final List<Slice> slices = new ArrayList<>();
  private int size;

  /** Appends a matrix (rows × cols). */
  Slice matrix(String name, int rows, int cols) {
    return append(new Slice(name, size, rows, cols, false));
  }

  /** Appends a vector of {@code length} values. */
  Slice vector(String name, int length) {
    return append(new Slice(name, size, 1, length, true));
  }

  private Slice append(Slice slice) {
    size = Math.addExact(size, Math.multiplyExact(slice.rows(), slice.cols()));
    slices.add(slice);
    return slice;
  }

  /** Number of values in all. */
  public int size() {
    return size;
  }

  /** The tensors in file order. */
  public List<Slice> slices() {
    return List.copyOf(slices);
  }

  /** The tensor of that name. */
  public Slice slice(String name) {
    return slices.stream()
        .filter(slice -> slice.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no parameter named " + name));
  }
}
