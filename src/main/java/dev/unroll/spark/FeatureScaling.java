package dev.unroll.spark;

/** TEMPORARY: replaced by the scaler branch. */
public final class FeatureScaling {
  private FeatureScaling() {}

  public enum Method {
    STANDARD,
    MIN_MAX,
    ROBUST,
    NONE
  }
}
