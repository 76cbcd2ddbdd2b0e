package dev.unroll.jobs;

import dev.unroll.jobs.config.JobConfig;
import dev.unroll.net.Network;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Task;
import dev.unroll.spark.Example;
import dev.unroll.spark.InvalidRowException;
import dev.unroll.spark.InvalidRows;
import dev.unroll.spark.SequenceColumns;
import dev.unroll.spark.ml.RnnSettings;
import dev.unroll.spark.rounds.LearnerSettings;
import dev.unroll.spark.rounds.SequenceTraining;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What can be said about a training job from the schema and the first rows.
 *
 * @param columns the columns that were found
 * @param rows how many rows were looked at
 * @param invalid those of them that cannot be used
 * @param steps in the usable ones
 * @param network the architecture that these rows ask for, null when none is usable
 * @param local whether tasks will run in the driver's process
 */
record DryRun(
    SequenceColumns columns,
    int rows,
    InvalidRows invalid,
    long steps,
    NetworkConfig network,
    boolean local) {
  private static final int LOOKED_AT = 100;

  static DryRun of(Dataset<Row> table, LearnerSettings settings) {
    SequenceColumns columns = SequenceTraining.columns(table, settings);
    List<Row> rows = table.takeAsList(LOOKED_AT);
    InvalidRows invalid = new InvalidRows();
    Set<String> classes = new TreeSet<>();
    Example last = null;
    long steps = 0;
    for (int i = 0; i < rows.size(); i++) {
      try {
        last = columns.read(rows.get(i), "row " + i);
        steps += last.length();
        if (last.classes() != null) {
          classes.addAll(List.of(last.classes()));
        }
      } catch (InvalidRowException e) {
        invalid.add(e);
      }
    }
    NetworkConfig network = last == null ? null : network(settings, last, classes.size());
    boolean local = table.sparkSession().sparkContext().isLocal();
    return new DryRun(columns, rows.size(), invalid, steps, network, local);
  }

  private static NetworkConfig network(LearnerSettings settings, Example example, int classes) {
    return new NetworkConfig(
        settings.task(),
        settings.cell(),
        example.width(),
        settings.hiddenSize(),
        settings.numLayers(),
        settings.bidirectional(),
        settings.task() == Task.REGRESS ? example.numbers().length : classes);
  }

  void print(Progress progress, JobConfig config, LearnerSettings settings) {
    progress.line("config   checked:%n%s", config.render().indent(9).stripTrailing());
    progress.line("columns  %s", columns.describe());
    progress.line(
        "rows     looked at the first %d: %,d steps, not usable %s",
        rows, steps, invalid.summary());
    invalid.messages().forEach(message -> progress.line("         %s", message));
    if (network == null) {
      return;
    }
    int parameters = new Network(network).layout().size();
    progress.line("model    %s", Progress.describe(network, parameters));
    if (network.task() != Task.REGRESS) {
      progress.line(
          "         (an output per class in these rows; there may be more in the others)");
    }
    progress.line(
        "plan     %d shards, %d epochs with a round per %s; %s to each shard and back per"
            + " round, for which the driver needs %s",
        settings.shards(),
        settings.training().epochs(),
        config.value(RnnSettings.PERIOD),
        Progress.size(settings.bytesPerShard(parameters)),
        Progress.size(settings.driverBytes(parameters, local)));
  }
}
