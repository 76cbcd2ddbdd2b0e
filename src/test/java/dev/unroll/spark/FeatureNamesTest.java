package dev.unroll.spark;

import static java.util.Arrays.asList;
import static org.apache.spark.sql.types.DataTypes.createArrayType;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.ModelFormatException;
import dev.unroll.net.Task;
import dev.unroll.spark.InvalidRowException.Reason;
import dev.unroll.spark.SequenceColumns.Columns;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Features by their names: fields of structs, and metadata of a column. */
class FeatureNamesTest {
  private static final StructType STEP =
      new StructType()
          .add("speed", DataTypes.DoubleType)
          .add("height", DataTypes.IntegerType)
          .add("angle", DataTypes.FloatType);
  private static final List<Row> STEPS =
      asList(RowFactory.create(1.5, 2, 3f), RowFactory.create(4.5, 5, 6f));

  private static Columns wanted(String... features) {
    return Columns.of("x", Optional.empty(), Optional.empty()).withFeatures(List.of(features));
  }

  private static SequenceColumns columns(DataType type, Metadata metadata, String... wanted) {
    StructField x = new StructField("x", type, true, metadata);
    return SequenceColumns.of(new StructType(new StructField[] {x}), Task.REGRESS, wanted(wanted));
  }

  private static SequenceColumns structs(String... wanted) {
    return columns(createArrayType(STEP), Metadata.empty(), wanted);
  }

  private static Example read(Object steps, String... wanted) {
    StructType schema = new StructType().add("x", createArrayType(STEP));
    List<Row> rows = List.of(RowFactory.create(steps));
    Row row = LocalSpark.session().createDataFrame(rows, schema).collectAsList().get(0);
    return structs(wanted).read(row, "a17");
  }

  // --- structs ---

  @Test
  void fieldsAreFeaturesInTheirOrder() {
    Example example = read(STEPS);
    assertArrayEquals(new float[] {1.5f, 2, 3, 4.5f, 5, 6}, example.values());
    assertEquals(2, example.length());
    assertEquals(3, example.width());
    assertEquals(List.of("speed", "height", "angle"), structs().featureNames());
  }

  @Test
  void fieldsAreFoundByNameWhereNamesAreWanted() {
    assertArrayEquals(
        new float[] {3, 1.5f, 2, 6, 4.5f, 5}, read(STEPS, "angle", "speed", "height").values());
    assertArrayEquals(new float[] {3, 6}, read(STEPS, "angle").values(), "others are left aside");
  }

  @Test
  void aMissingFieldIsNamedWithTheNearest() {
    assertEquals(
        "column \"x\": its structs have no field \"hight\"; the nearest is \"height\", which the"
            + " model was trained on; fields present: speed, height, angle",
        refusal(() -> structs("speed", "hight")));
  }

  @Test
  void aNullFieldIsRefusedUnlessItIsNotWanted() {
    List<Row> steps = asList(STEPS.get(0), RowFactory.create(4.5, null, 6f));
    var failure = assertThrows(InvalidRowException.class, () -> read(steps));
    assertEquals(Reason.NULL_VALUE, failure.reason());
    assertTrue(
        failure.getMessage().contains("row a17, step 1, feature 1: value is null"),
        failure.getMessage());
    assertArrayEquals(new float[] {1.5f, 4.5f}, read(steps, "speed").values());
    var gone = assertThrows(InvalidRowException.class, () -> read(asList(STEPS.get(0), null)));
    assertEquals(Reason.NULL_STEP, gone.reason());
  }

  @Test
  void structsWithFieldsThatAreNoNumbersAreRefused() {
    DataType named = createArrayType(STEP.add("name", DataTypes.StringType));
    String message = refusal(() -> columns(named, Metadata.empty()));
    assertTrue(
        message.startsWith(
            "featuresCol (input.featuresCol of a job): column \"x\" has type"
                + " array<struct<speed:double,height:int,angle:float,name:string>>, expected "),
        message);
    assertTrue(message.contains("array<struct<NUMBER, ...>>"), message);
    refusal(() -> columns(createArrayType(new StructType()), Metadata.empty()));
  }

  // --- metadata ---

  private static final DataType ARRAYS = createArrayType(createArrayType(DataTypes.DoubleType));

  private static Metadata names(String... names) {
    return FeatureMetadata.withNames(Metadata.empty(), List.of(names));
  }

  @Test
  void metadataNameFeaturesThatHaveOnlyAPlace() {
    assertEquals(List.of("a", "b"), columns(ARRAYS, names("a", "b")).featureNames());
    assertEquals(List.of("a", "b"), columns(ARRAYS, names("a", "b"), "a", "b").featureNames());
    assertEquals(List.of(), columns(ARRAYS, Metadata.empty(), "a", "b").featureNames());
  }

  @Test
  void namesInAnotherOrderOrOtherNamesAreRefused() {
    assertEquals(
        "column \"x\" has the features b, a, expected a, b (those of the model, in their order)",
        refusal(() -> columns(ARRAYS, names("b", "a"), "a", "b")));
    refusal(() -> columns(ARRAYS, names("a", "c"), "a", "b"));
    refusal(() -> columns(ARRAYS, names("a"), "a", "b"));
  }

  @Test
  void otherMetadataStay() {
    Metadata other = new MetadataBuilder().putString("comment", "kept").build();
    Metadata both = FeatureMetadata.withNames(other, List.of("a"));
    assertEquals("kept", both.getString("comment"));
    assertEquals(List.of("a"), FeatureMetadata.names(both));
  }

  @Test
  void namesAreOneTextInAModel() {
    List<String> odd = List.of("a,b", "\"", "ü", "");
    assertEquals(odd, FeatureNames.parse(FeatureNames.text(odd)));
    assertEquals(List.of(), FeatureNames.parse(null));
    assertThrows(ModelFormatException.class, () -> FeatureNames.parse("a, b"));
  }

  private static String refusal(Runnable finding) {
    return assertThrows(InvalidDataException.class, finding::run).getMessage();
  }
}
