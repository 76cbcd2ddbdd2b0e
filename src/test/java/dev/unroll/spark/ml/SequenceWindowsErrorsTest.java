package dev.unroll.spark.ml;

import static dev.unroll.spark.ml.Tables.of;
import static dev.unroll.spark.ml.Tables.refusal;
import static dev.unroll.spark.ml.Tables.row;
import static java.util.Arrays.asList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.unroll.spark.FeatureMetadata;
import dev.unroll.spark.InvalidDataException;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** What is refused, and what the message says. */
class SequenceWindowsErrorsTest {
  private static final String DDL =
      "id STRING, features ARRAY<ARRAY<DOUBLE>>, labels ARRAY<STRING>, label INT";

  private static SequenceWindows windows() {
    return new SequenceWindows().setLength(2);
  }

  @Test
  void labelsThatAreNotOnePerStep() {
    SequenceWindows stage = windows().setLabelCol("labels").setIdCol("id");
    assertEquals(
        "row a: column \"labels\" (labelCol) has 1 labels, expected one label for each of the 2"
            + " steps of the series; correct the row, or set targets = none",
        refusal(
            stage.transform(of(DDL, row("a", asList(asList(1.), asList(2.)), asList("u"), 1)))));
    assertEquals(
        "row a: column \"labels\" (labelCol) is null, expected one label for each of the 2 steps of"
            + " the series; correct the row, or set targets = none",
        refusal(stage.transform(of(DDL, row("a", asList(asList(1.), asList(2.)), null, 1)))));
  }

  @Test
  void stepsWithoutTheFeatureToForecast() {
    assertEquals(
        "column \"features\" (featuresCol), step 2 has 1 values, but targetFeatures names feature 1"
            + " (counted from 0); name another feature or correct the row",
        refusal(
            windows()
                .setHorizon(1)
                .setTargetFeatures(new String[] {"1"})
                .transform(
                    of(DDL, row("a", asList(asList(1., 2.), asList(2., 1.), asList(3.)), null, 1))
                        .drop("label"))));
  }

  @Test
  void columnsAreCheckedBeforeAnyJob() {
    assertRefused(
        "featuresCol: there is no column \"feature\"; the nearest is \"features\"; columns present:"
            + " id, features, labels, label",
        windows().setFeaturesCol("feature"));
    assertRefused(
        "featuresCol: column \"labels\" has type array<string>, expected array<array<NUMBER>>,"
            + " array<vector>, array<NUMBER> or array<struct<NUMBER, ...>>; convert it or name"
            + " another column",
        windows().setFeaturesCol("labels"));
    assertRefused(
        "labelCol: there is no column \"lable\"; the nearest is \"label\"; columns present: id,"
            + " features, labels, label",
        windows().setLabelCol("lable"));
    assertRefused(
        "idCol: column \"labels\" has type array<string>, expected string, a number, boolean, date"
            + " or timestamp; convert it or name another column",
        windows().setIdCol("labels"));
    assertRefused(
        "the result has two columns of the name \"id\"; name another column or rename one",
        windows().setEndCol("id"));
    assertRefused(
        "the result has two columns of the name \"label\"; name another column or rename one",
        windows().setHorizon(1).setTargetFeatures(new String[] {"0"}));
    assertRefused(
        "the result has two columns of the name \"id\"; name another column or rename one",
        windows().setValidationFraction(0.5).setValidationCol("id"));
    assertRefused(
        "labelCol and featuresCol both name column \"features\"; a label must be a column of its"
            + " own",
        windows().setLabelCol("features"));
  }

  private static void assertRefused(String message, SequenceWindows stage) {
    assertRefused(message, stage, StructType.fromDDL(DDL));
  }

  private static void assertRefused(String message, SequenceWindows stage, StructType schema) {
    assertEquals(
        message,
        assertThrows(InvalidDataException.class, () -> stage.transformSchema(schema)).getMessage());
  }

  @Test
  void targetsThatAreNoFeatures() {
    SequenceWindows stage = windows().setHorizon(1).setTargetFeatures(new String[] {"sped"});
    assertRefused(
        "targetFeatures: there is no feature \"sped\" in column \"features\", which has no names of"
            + " features, so that they are numbers counted from 0",
        stage);
    StructType named =
        new StructType(
            new StructField[] {
              new StructField(
                  "features",
                  DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.DoubleType)),
                  true,
                  FeatureMetadata.withNames(Metadata.empty(), List.of("speed", "torque")))
            });
    assertRefused(
        "targetFeatures: there is no feature \"sped\" in column \"features\", whose features are"
            + " speed, torque; the nearest is \"speed\"",
        stage,
        named);
    assertRefused(
        "targetFeatures: there is no feature \"2\" in column \"features\", whose features are speed,"
            + " torque",
        stage.setTargetFeatures(new String[] {"2"}),
        named);
    assertRefused(
        "targetFeatures: there is no feature \"1\" in column \"features\", which has no names of"
            + " features, so that they are numbers counted from 0",
        stage.setTargetFeatures(new String[] {"1"}),
        StructType.fromDDL("features ARRAY<INT>"));
  }

  @Test
  void paramsThatDoNotGoTogether() {
    assertWrong(
        "length is not set; expected the number of steps of a window", new SequenceWindows());
    assertWrong("minLength is 3, expected at most length, 2", windows().setMinLength(3));
    assertWrong(
        "horizon is 0, expected at least 1 with targetFeatures: how many steps to forecast",
        windows().setTargetFeatures(new String[] {"0"}));
    assertWrong(
        "horizon is 2, expected 0, since column \"label\" (labelCol) has one label for all steps;"
            + " name an array column with a label for each step, or targetFeatures",
        windows().setHorizon(2).setLabelCol("label"));
    assertWrong(
        "horizon times targetFeatures is above 2147483647",
        windows().setHorizon(Integer.MAX_VALUE).setTargetFeatures(new String[] {"0", "1"}));
    assertThrows(IllegalArgumentException.class, () -> windows().setLength(0));
    assertThrows(IllegalArgumentException.class, () -> windows().setStride(0));
    assertThrows(IllegalArgumentException.class, () -> windows().setHorizon(-1));
    assertThrows(IllegalArgumentException.class, () -> windows().setValidationFraction(1));
    assertThrows(IllegalArgumentException.class, () -> windows().setWindows("first"));
  }

  private static void assertWrong(String message, SequenceWindows stage) {
    assertEquals(
        message,
        assertThrows(
                IllegalArgumentException.class,
                () -> stage.transformSchema(StructType.fromDDL(DDL)))
            .getMessage());
  }
}
