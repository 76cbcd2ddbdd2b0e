package dev.unroll.spark.ml;

import dev.unroll.spark.FeatureMetadata;
import dev.unroll.spark.FeatureNames;
import dev.unroll.spark.InputColumn;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.ResultColumns;
import dev.unroll.spark.SequenceColumns;
import dev.unroll.spark.params.StageParams;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** What a scaler does to tables of one schema: everything that needs no data, checked. */
final class ScalerPlan {
  private final SequenceScalerParams<?> stage;
  private final StructType schema;
  private final InputColumn input;
  private final SequenceColumns columns;
  private final TargetScaling targets; // null where none are known and none are needed
  private final InputColumn label; // null where there is none to scale

  /** Whether a label that is named must be there. */
  enum LabelUse {
    /** In fit. */
    REQUIRED,
    /** In transform: rows to predict have none. */
    IF_PRESENT
  }

  /**
   * @throws InvalidDataException if a column is missing, has a wrong type, or is there already
   * @throws IllegalArgumentException if params do not go together
   */
  ScalerPlan(SequenceScalerParams<?> stage, StructType schema, LabelUse use) {
    this.stage = stage;
    this.schema = schema;
    input = InputColumn.find(schema, stage.getInputCol(), ScalerSettings.INPUT_COL.name());
    columns = sequences(schema, stage);
    label = value(stage.labelCol()).flatMap(name -> label(name, use)).orElse(null);
    targets = targets();
  }

  /** Reads sequences without labels. */
  static SequenceColumns sequences(StructType schema, SequenceScalerParams<?> stage) {
    return SequenceColumns.unlabelled(
        schema,
        ScalerSettings.INPUT_COL.name(),
        stage.getInputCol(),
        StageParams.value(stage, stage.idCol()));
  }

  private Optional<InputColumn> label(String name, LabelUse use) {
    return use == LabelUse.REQUIRED || Arrays.asList(schema.fieldNames()).contains(name)
        ? Optional.of(InputColumn.find(schema, name, ScalerSettings.LABEL_COL.name()))
        : Optional.empty();
  }

  private TargetScaling targets() {
    List<String> names = FeatureNames.of(input);
    Optional<String[]> named = value(stage.targetFeatures());
    if (named.isPresent()) {
      return new TargetScaling(TargetFeatures.indices(named.get(), input));
    }
    if (oneFeature() || names.size() == 1) {
      return new TargetScaling(new int[] {0});
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
    return TargetFeatures.isOne(input);
  }

  SequenceColumns columns() {
    return columns;
  }

  Optional<TargetScaling> knownTargets() {
    return Optional.ofNullable(targets);
  }

  Optional<InputColumn> label() {
    return Optional.ofNullable(label);
  }

  /** The input and the columns that are made row by row. */
  StructType withSequences() {
    DataType numbers = TargetScaling.NUMBERS;
    DataType steps = oneFeature() ? numbers : DataTypes.createArrayType(numbers, false);
    List<String> names = FeatureNames.of(input);
    Metadata scaled = FeatureMetadata.withNames(input.metadata(), names);
    Metadata figures = FeatureMetadata.withNames(Metadata.empty(), names);
    if (targets != null) {
      figures = FeatureMetadata.withTargets(figures, targets.features());
    }
    StructType first =
        ResultColumns.add(schema, new StructField(stage.getOutputCol(), steps, true, scaled));
    return ResultColumns.add(
        first, new StructField(stage.getScaleCol(), TargetScaling.FIGURES, true, figures));
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
    return ResultColumns.add(rows, scaled);
  }
}
