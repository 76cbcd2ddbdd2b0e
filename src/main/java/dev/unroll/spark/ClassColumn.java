package dev.unroll.spark;

import dev.unroll.net.Model;
import dev.unroll.net.Task;
import java.util.List;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.types.Metadata;

/** What the metadata of a column of predicted classes say: ML attributes, as StringIndexer's. */
public final class ClassColumn {
  /** Where {@link Model#about} has what the values 0, 1, ... of a numeric label stand for. */
  public static final String ABOUT = "labelNames";

  private ClassColumn() {}

  /** The names that a model's numeric classes stand for; empty where it knows none. */
  public static List<String> labelNames(Model model) {
    return FeatureNames.parse(model.about().get(ABOUT));
  }

  /** Metadata by which IndexToString, say, finds the names of the predicted classes. */
  public static Metadata of(Model model) {
    List<String> names = labelNames(model);
    return names.isEmpty() || model.network().task() != Task.CLASSIFY
        ? Metadata.empty()
        : NominalAttribute.defaultAttr().withValues(names.toArray(String[]::new)).toMetadata();
  }
}
