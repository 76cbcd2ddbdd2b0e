package dev.unroll.spark.ml;

import dev.unroll.net.Model;
import dev.unroll.spark.ModelStore;
import java.io.IOException;
import java.util.function.BiFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.Identifiable$;

/**
 * Reads a model's directory. One without Spark's metadata, as the jobs of the first version left
 * them, becomes a model with all params at their defaults.
 */
final class RnnModelReader<M extends RnnModel<M>> extends StageReader<M> {
  private final BiFunction<String, Model, M> create;

  RnnModelReader(Class<M> type, BiFunction<String, Model, M> create) {
    super(type, uid -> create.apply(uid, null));
    this.create = create;
  }

  @Override
  M read(FileSystem fs, Path directory, Configuration conf) throws IOException {
    Model network = ModelStore.read(directory, conf);
    return fs.exists(new Path(directory, "metadata"))
        ? read(fs, directory, uid -> create.apply(uid, network))
        : create.apply(Identifiable$.MODULE$.randomUID("rnnModel"), network);
  }
}
