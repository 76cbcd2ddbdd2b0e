package dev.unroll.net;

import java.util.Map;

/**
 * What came out of a {@link RecurrentCase}, laid out as its inputs: y (T, B, D · H), zero past each
 * sequence's end, hn and cn (layers · directions, B, H), cn null for a cell without, and gradients
 * by the names of {@link RecurrentCase#variables}.
 */
record RecurrentResult(
    double[] y, double[] hn, double[] cn, double loss, Map<String, double[]> gradients) {}
