package dev.unroll.net;

/**
 * One named tensor inside the flat parameter vector: {@code rows × cols} values, row-major, from
 * {@code offset} on. A vector has one row.
 *
 * @param vector whether it has one dimension; a matrix of one row has two
 */
public record Slice(String name, int offset, int rows, int cols, boolean vector) {

  public int size() {
    return rows * cols;
  }

  /** The shape as a file states it: [cols] for a vector, [rows, cols] for a matrix. */
  public int[] shape() {
    return vector ? new int[] {cols} : new int[] {rows, cols};
  }
}
