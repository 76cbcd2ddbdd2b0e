package dev.unroll.spark.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.ModelFormatException;
import dev.unroll.spark.LocalSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scalers as files, damaged and hostile ones too. */
class SequenceScalerFilesTest {
  private static final Dataset<Row> TABLE = ScalerRows.table(ScalerRows.random(30));

  @TempDir private Path directory;
  private Path saved;

  @BeforeEach
  void save() throws IOException {
    saved = directory.resolve("model");
    new SequenceScaler().setMethod("robust").fit(TABLE).write().save(saved.toString());
  }

  @Test
  void whatIsLoadedHasTheSameBits() throws IOException {
    for (String method : new String[] {"standard", "minMax", "robust", "meanAbs"}) {
      SequenceScalerModel model =
          new SequenceScaler()
              .setMethod(method)
              .setLabelCol("label")
              .setTargetFeatures(new String[] {"speed"})
              .setHandleInvalid("keep")
              .fit(TABLE);
      model.write().overwrite().save(saved.toString());
      SequenceScalerModel loaded = SequenceScalerModel.load(saved.toString());
      assertArrayEquals(model.level(), loaded.level());
      assertArrayEquals(model.scale(), loaded.scale());
      assertEquals(model.uid(), loaded.uid());
      assertEquals(explained(model), explained(loaded));
      assertEquals(model.transform(TABLE).collectAsList(), loaded.transform(TABLE).collectAsList());
    }
  }

  @Test
  void aModelWithoutFiguresRoundTrips() throws IOException {
    SequenceScalerModel model =
        new SequenceScaler().setBy("series").setMethod("meanAbs").fit(TABLE);
    for (SequenceScalerModel each : new SequenceScalerModel[] {model, new SequenceScalerModel()}) {
      each.write().overwrite().save(saved.toString());
      SequenceScalerModel loaded = SequenceScalerModel.load(saved.toString());
      assertEquals("series", loaded.getBy());
      assertEquals(each.transform(TABLE).collectAsList(), loaded.transform(TABLE).collectAsList());
    }
  }

  @Test
  void theOtherStagesRoundTrip() throws IOException {
    SequenceScaler scaler =
        new SequenceScaler()
            .setInputCol("a")
            .setOutputCol("b")
            .setMethod("minMax")
            .setBy("series")
            .setLabelCol("c")
            .setTargetFeatures(new String[] {"x", "0"})
            .setScaledLabelCol("d")
            .setScaleCol("e")
            .setIdCol("f")
            .setHandleInvalid("skip");
    scaler.write().overwrite().save(saved.toString());
    assertEquals(explained(scaler), explained(SequenceScaler.load(saved.toString())));
    InverseSequenceScaler inverse =
        new InverseSequenceScaler()
            .setInputCol("a")
            .setOutputCol("b")
            .setScaleCol("c")
            .setTargetFeatures(new String[] {"x"});
    inverse.write().overwrite().save(saved.toString());
    assertEquals(explained(inverse), explained(InverseSequenceScaler.load(saved.toString())));
  }

  @Test
  void damagedFiguresAreRefused() throws IOException {
    Map<String, String> hostile = new LinkedHashMap<>();
    hostile.put("", "empty");
    hostile.put("[]", "expected an object");
    hostile.put(json("[1, NaN, 2]", "[1, 1, 1]"), "not valid JSON");
    hostile.put(json("[1, \"NaN\", 2]", "[1, 1, 1]"), "/level/1 is NaN, expected a number");
    hostile.put(json("[1, 1e999, 2]", "[1, 1, 1]"), "within the range of a double");
    hostile.put(json("[1, null, 2]", "[1, 1, 1]"), "/level/1 is null");
    hostile.put(json("[1, 2]", "[1, 1, 1]"), "level has 2 numbers and scale 3");
    hostile.put(json("[1]", "[0]"), "/scale/0 is 0.0, expected a number above 0");
    hostile.put(json("[1]", "[-2]"), "/scale/0 is -2.0");
    hostile.put(json("[]", "[]"), "expected one per feature");
    hostile.put(json("[[1]]", "[1]"), "expected a number");
    hostile.put(json("[1], \"level\": [1]", "[1]"), "Duplicate field 'level'");
    hostile.put(json("[1], \"other\": [1]", "[1]"), "unknown field \"other\"");
    hostile.put(
        json("[1]", "[1]").replace("robust", "standard"), "method is standard, expected robust");
    hostile.put(
        json("[1]", "[1]").replace("\"formatVersion\": 1, ", ""), "no field \"formatVersion\"");
    hostile.put(json("[1]", "[1]").replace(": 1, \"m", ": 2, \"m"), "from 1 to 1");
    hostile.put(json("[1]", "[1]") + "{}", "more text after the end");
    hostile.put(
        "{\"formatVersion\": 1, \"method\": \"robust\", \"level\": [1]}", "no field \"scale\"");
    hostile.put("{\"level\": " + "[".repeat(100_000), "/level/0 is a structure");
    hostile.put("{\"level\": [" + "9".repeat(100_000), "length");
    for (Map.Entry<String, String> file : hostile.entrySet()) {
      assertRefused(file.getKey(), file.getValue());
    }
  }

  /** Without the addresses of arrays. */
  private static String explained(Params stage) {
    return stage.explainParams().replaceAll("\\(current: \\[L.*", "")
        + (stage.isDefined(stage.getParam("targetFeatures"))
            ? List.of((String[]) stage.getOrDefault(stage.getParam("targetFeatures")))
            : "");
  }

  private static String json(String level, String scale) {
    return "{\"formatVersion\": 1, \"method\": \"robust\", \"level\": %s, \"scale\": %s}"
        .formatted(level, scale);
  }

  @Test
  void hugeOrMissingFiguresAreRefused() throws IOException {
    assertRefused(json("[" + "1,".repeat(9_000_000) + "1]", "[1]"), "expected at most");
    Files.delete(saved.resolve("scaling.json"));
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> SequenceScalerModel.load(saved.toString()));
    assertTrue(e.getMessage().contains("scaling.json is missing"), e.getMessage());
  }

  private void assertRefused(String json, String reason) throws IOException {
    Files.write(saved.resolve("scaling.json"), json.getBytes(StandardCharsets.UTF_8));
    ModelFormatException e =
        assertThrows(
            ModelFormatException.class,
            () -> SequenceScalerModel.load(saved.toString()),
            "expected: " + reason);
    assertTrue(e.getMessage().contains(reason), e.getMessage() + "; expected: " + reason);
    assertTrue(e.getMessage().contains("scaling.json"), e.getMessage());
  }

  @Test
  void theExampleRuns() {
    Dataset<Row> rows =
        LocalSpark.session()
            .sql(
                "SELECT * FROM VALUES (array(array(1d, 10d), array(3d, 30d)), 5d),"
                    + " (array(array(5d, 50d)), 7d) AS t(features, label)");
    SequenceScalerModel scaler =
        new SequenceScaler()
            .setMethod("robust")
            .setLabelCol("label")
            .setTargetFeatures(new String[] {"0"})
            .fit(rows);
    assertArrayEquals(new double[] {3, 30}, scaler.level());
    assertArrayEquals(new double[] {2, 20}, scaler.scale());
    assertArrayEquals(
        new String[] {"features", "label", "scaled", "scale", "scaledLabel"},
        scaler.transform(rows).columns());
  }
}
