package dev.unroll.spark.ml;

import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.SequenceColumns;
import dev.unroll.spark.params.Setting;
import dev.unroll.spark.params.StageParams;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** What a scaler does to tables of one schema: everything that needs no data, checked. */
final class ScalerPlan {
  private final SequenceScalerParams stage;
  private final StructType schema;
  private final StructField input;
  private final SequenceColumns columns;
  private final Targets targets; // null where none are known and none are needed
  private final StructField label; // null where there is none to scale

  /**
   * @param labelRequired whether a label that is named must be there, as in fit
   * @throws InvalidDataException if a column is missing, has a wrong type, or is there already
   * @throws IllegalArgumentException if params do not go together
   */
  ScalerPlan(SequenceScalerParams stage, StructType schema, boolean labelRequired) {
    this.stage = stage;
    this.schema = schema;
    input = Columns.require(schema, ScalerSettings.INPUT_COL, stage.getInputCol());
    columns =
        SequenceColumns.unlabelled(
            schema, ScalerSettings.INPUT_COL.name(), stage.getInputCol(), value(stage.idCol()));
    label = value(stage.labelCol()).flatMap(name -> label(name, labelRequired)).orElse(null);
    targets = targets();
  }

  private Optional<StructField> label(String name, boolean required) {
    return required
        ? Optional.of(Columns.require(schema, ScalerSettings.LABEL_COL, name))
        : Columns.find(schema, name);
  }

  private Targets targets() {
    List<String> names = FeatureMetadata.names(input);
    Optional<String[]> named = value(stage.targetFeatures());
    if (named.isPresent()) {
      return Targets.of(named.get(), names);
    }
    if (oneFeature() || names.size() == 1) {
      return new Targets(new int[] {0});
    }
    if (label != null) {
      throw new IllegalArgumentException(
          ("targetFeatures is not set; expected the name or position of the feature that \"%s\" is"
                  + " a future value of%s")
              .formatted(label.name(), names.isEmpty() ? "" : ": " + String.join(", ", names)));
    }
    return null;
  }

  private <T> Optional<T> value(Param<T> param) {
    return StageParams.value(stage, param);
  }

  /** Whether a step is one number, not an array of them. */
  boolean oneFeature() {
    return input.dataType() instanceof ArrayType array
        && array.elementType() instanceof NumericType;
  }

  SequenceColumns columns() {
    return columns;
  }

  Optional<Targets> knownTargets() {
    return Optional.ofNullable(targets);
  }

  Optional<StructField> label() {
    return Optional.ofNullable(label);
  }

  /** The input and the columns that are made row by row. */
  StructType withSequences() {
    List<String> names = FeatureMetadata.names(input);
    ArrayType steps = DataTypes.createArrayType(Targets.NUMBERS, false);
    StructField scaled =
        new StructField(
            stage.getOutputCol(),
            oneFeature() ? Targets.NUMBERS : steps,
            true,
            FeatureMetadata.with(input.metadata(), names, new int[0]));
    StructField figures =
        new StructField(
            stage.getScaleCol(),
            Targets.FIGURES,
            true,
            FeatureMetadata.with(
                Metadata.empty(), names, targets == null ? new int[0] : targets.features()));
    StructType first = add(schema, ScalerSettings.OUTPUT_COL, scaled);
    return add(first, ScalerSettings.SCALE_COL, figures);
  }

  /** The whole result. */
  StructType output() {
    StructType rows = withSequences();
    if (label == null) {
      return rows;
    }
    StructField scaled =
        new StructField(
            stage.getScaledLabelCol(),
            targets.resultType(ScalerSettings.LABEL_COL, label),
            true,
            Metadata.empty());
    return add(rows, ScalerSettings.SCALED_LABEL_COL, scaled);
  }

  private static StructType add(StructType schema, Setting param, StructField column) {
    return Columns.add(schema, param, column);
  }
}
