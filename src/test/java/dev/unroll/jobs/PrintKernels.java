package dev.unroll.jobs;

import dev.unroll.math.Kernels;
import java.io.IOException;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Asks the driver and every executor which kernels they would choose. */
public final class PrintKernels {
  static final String KERNELS = "kernels of ";

  private PrintKernels() {}

  public static void main(String[] args) throws IOException {
    try (SparkSession spark = SparkSession.builder().appName("kernels").getOrCreate()) {
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      System.out.println(answer());
      context
          .parallelize(List.of(1, 2, 3, 4), 4)
          .map(any -> answer())
          .collect()
          .forEach(System.out::println);
    }
  }

  private static String answer() {
    return KERNELS + SparkEnv.get().executorId() + ": " + Kernels.best().describe();
  }
}
