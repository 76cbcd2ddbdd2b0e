package dev.unroll.net;

import dev.unroll.math.Kernels;
import dev.unroll.math.KeyedRandom;

/**
 * One step of a recurrent layer. A cell knows its equations and where its parameters lie; it holds
 * neither weights nor state. The loop over time is {@link Direction}'s, working memory is in {@link
 * CellScratch}.
 *
 * <p>Rows: row r of the batch's N rows has its state at state row B + r; state rows 0 ... B − 1 are
 * the initial states. At one step, {@code rows} sequences are live; {@code row} is the first of
 * their rows and {@code prev} the state row of the first one's previous state.
 */
sealed interface Cell permits ElmanCell, LstmCell, PeepholeLstmCell, GruCell, ArticleCell {

  int hiddenSize();

  /** Values per row in the gate buffer {@code a}. */
  int gateWidth();

  /** Values per row that the products read: the input and what this cell recalls of its state. */
  int operandWidth();

  /** Whether the state has a cell part c beside the hidden part h. */
  boolean hasCellState();

  /** Fills this cell's slices of the parameter vector. */
  void initialize(float[] weights, KeyedRandom random);

  /** Packs the weights that the forward pass uses; once per minibatch. */
  void packForward(Kernels k, float[] weights, CellScratch s);

  /** Packs the weights that the steps of the backward pass use; once per minibatch. */
  void packBackward(Kernels k, float[] weights, CellScratch s);

  /**
   * The part of the pre-activations that needs no state, for all {@code rows} rows at once. Without
   * it each step adds its own part, which is faster unless a step has very few rows.
   */
  void project(Kernels k, CellScratch s, int rows);

  /** One step: state from previous state and input. */
  void forward(Kernels k, CellScratch s, int rows, int row, int prev);

  /**
   * The same step backwards. On entry dh of these rows is complete and dc holds ∂L/∂c from the step
   * after; on return the previous rows' dh has this step's part added, dc is the previous step's,
   * and the rows of {@code a} hold the gradients of the pre-activations.
   */
  void backward(Kernels k, CellScratch s, int rows, int row, int prev);

  /** Adds the gradients of all steps to {@code gradient}. */
  void accumulate(Kernels k, CellScratch s, int rows, float[] gradient);

  /** dx (rows × inputs) += ∂L/∂x of all steps. */
  void addInputGradient(Kernels k, float[] weights, CellScratch s, int rows, float[] dx, int dxAt);
}
