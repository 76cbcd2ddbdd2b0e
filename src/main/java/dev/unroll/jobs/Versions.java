package dev.unroll.jobs;

import org.apache.spark.package$;

/**
 * What made a result.
 *
 * @param kernels which kernels computed it, or null when nothing was computed
 */
public record Versions(String unroll, String spark, String java, String kernels) {
  /** The versions of this process. */
  public static Versions current(String kernels) {
    String ours = Versions.class.getPackage().getImplementationVersion();
    return new Versions(
        ours == null ? "development" : ours,
        package$.MODULE$.SPARK_VERSION(),
        System.getProperty("java.version"),
        kernels);
  }
}
