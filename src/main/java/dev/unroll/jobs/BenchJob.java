package dev.unroll.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unroll.math.Kernels;
import dev.unroll.math.PeakRate;
import dev.unroll.net.CellType;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code jobs/bench.sh}: the speed of one recurrent layer with a 10-class head on one core, as one
 * line of JSON. No Spark session is started.
 */
@Command(
    name = "bench",
    description = "Measures training or scoring of one recurrent layer on one core.",
    mixinStandardHelpOptions = true)
public final class BenchJob implements Callable<Integer> {
  @Option(names = "--cell", defaultValue = "lstm", description = "cell, as network.cell")
  private String cell;

  @Option(names = "--batch", defaultValue = "32", description = "sequences in a minibatch")
  private int batch;

  @Option(names = "--steps", defaultValue = "100", description = "steps of every sequence")
  private int steps;

  @Option(names = "--inputs", defaultValue = "64", description = "values per step")
  private int inputs;

  @Option(names = "--hidden", defaultValue = "128", description = "hidden units")
  private int hidden;

  @Option(names = "--mode", defaultValue = "train", description = "train or score")
  private String mode;

  @Option(names = "--kernels", defaultValue = "auto", description = "as training.kernels")
  private String kernels;

  @Option(names = "--seconds", defaultValue = "5", description = "how long to measure")
  private double seconds;

  @Spec private CommandSpec spec;

  private final PrintStream out = System.out;

  /** Ends the JVM: 0, or 2 after a wrong command line. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new BenchJob()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    for (int size : new int[] {batch, steps, inputs, hidden}) {
      if (size < 1) {
        throw usage("sizes must be at least 1, found " + size);
      }
    }
    Kernels chosen;
    LayerBenchmark benchmark;
    try {
      chosen = Kernels.named(kernels);
      benchmark =
          new LayerBenchmark(
              CellType.of(cell),
              LayerBenchmark.Mode.of(mode),
              batch,
              steps,
              inputs,
              hidden,
              chosen);
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
    LayerBenchmark.Result result = benchmark.run(seconds);
    double peak = PeakRate.gflops();
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("cell", cell);
    line.put("mode", mode);
    line.put("batch", batch);
    line.put("steps", steps);
    line.put("inputs", inputs);
    line.put("hidden", hidden);
    line.put("kernels", chosen.name());
    line.put("laneBits", chosen.laneBits());
    line.put("sequencesPerCpuSecond", batch / result.cpuSeconds());
    line.put("sequencesPerSecond", batch / result.wallSeconds());
    line.put("gflops", result.flops() / result.cpuSeconds() / 1e9);
    line.put("peakGflops", peak);
    line.put("shareOfPeak", result.flops() / result.cpuSeconds() / 1e9 / peak);
    out.println(new ObjectMapper().writeValueAsString(line));
    return 0;
  }

  private CommandLine.ParameterException usage(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
