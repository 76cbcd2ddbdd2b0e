package dev.unroll.spark.ml;

import static dev.unroll.spark.ml.Tables.of;
import static dev.unroll.spark.ml.Tables.refusal;
import static dev.unroll.spark.ml.Tables.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.spark.InvalidDataException;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** What is refused, and what the message says. */
class SequenceAssemblerErrorsTest {
  private static final String DDL = "id INT, time DOUBLE, x DOUBLE, label STRING";

  private static SequenceAssembler assembler() {
    return new SequenceAssembler()
        .setKeyCols(new String[] {"id"})
        .setTimeCol("time")
        .setValueCols(new String[] {"x"});
  }

  @Test
  void rowsWithoutKeyOrTime() {
    assertEquals(
        "column \"id\" (keyCols) is null at time = 2.0; give each row a key or leave such rows out",
        refusal(assembler().transform(of(DDL, row(1, 1., 1., "u"), row(null, 2., 1., "u")))));
    assertEquals(
        "id = 1: column \"time\" (timeCol) is null; give each row a time or leave such rows out",
        refusal(assembler().transform(of(DDL, row(1, null, 1., "u"), row(1, 2., 1., "u")))));
    assertEquals(
        "id = 1: column \"time\" (timeCol) is NaN; give each row a time or leave such rows out",
        refusal(assembler().transform(of(DDL, row(1, 1., 1., "u"), row(1, Double.NaN, 1., "u")))));
  }

  @Test
  void timesThatOccurTwice() {
    assertEquals(
        "id = 1: column \"time\" (timeCol) has the value 2.0 more than once; leave all but one row"
            + " out, or name a tieCol that orders them",
        refusal(assembler().transform(of(DDL, row(1, 2., 1., "u"), row(1, 2., 2., "u")))));
    assertEquals(
        "id = 1: columns \"time\" (timeCol) and \"label\" (tieCol) have the values 2.0 and u more"
            + " than once; leave all but one row out, or name a tieCol that orders them",
        refusal(
            assembler()
                .setTieCol("label")
                .transform(of(DDL, row(1, 2., 1., "u"), row(1, 2., 2., "u")))));
  }

  @Test
  void labelsThatDiffer() {
    assertEquals(
        "id = 1: column \"label\" (labelCol) is v at time = 3.0, but u before; expected one label"
            + " for all steps (labels = perSeries); correct it, or set labels = last or perStep",
        refusal(
            assembler()
                .setLabelCol("label")
                .setMaxLength(1)
                .transform(of(DDL, row(1, 2., 1., "u"), row(1, 3., 2., "v")))));
  }

  @Test
  void whatIsMissing() {
    SequenceAssembler strict = assembler().setGaps("error").setFrequency("0.5");
    assertEquals(
        "id = 1: column \"x\" (valueCols) is null at time = 3.0; fill it in, or set gaps ="
            + " forwardFill, indicate or ignore",
        refusal(strict.transform(of(DDL, row(1, 2.5, 1., "u"), row(1, 3., null, "v")))));
    assertEquals(
        "id = 1: no row for 2 steps of 0.5 (frequency) between time = 2.5 and time = 4.0; add them,"
            + " or set gaps = forwardFill, indicate or ignore",
        refusal(strict.transform(of(DDL, row(1, 2.5, 1., "u"), row(1, 4., 1., "v")))));
  }

  @Test
  void timesBetweenTwoSteps() {
    SequenceAssembler filling = assembler().setGaps("forwardFill").setFrequency("0.5");
    String expected =
        "id = 1: time = 4.2 is not a whole number of steps of 0.5 (frequency) after the first time,"
            + " 2.0; correct the frequency or the time, or set gaps = ignore";
    assertEquals(
        expected, refusal(filling.transform(of(DDL, row(1, 2., 1., "u"), row(1, 4.2, 1., "v")))));
    assertEquals(
        expected.replace("4.2", "2.0001"),
        refusal(filling.transform(of(DDL, row(1, 2., 1., "u"), row(1, 2.0001, 1., "v")))));
  }

  @Test
  void seriesThatDoNotFitIntoARow() {
    assertEquals(
        "id = 1: 26843545 steps and more do not fit into one row; set maxLength (0 now) to cut the"
            + " series",
        refusal(
            assembler()
                .setGaps("forwardFill")
                .setFrequency("1")
                .transform(of(DDL, row(1, 0., 1., "u"), row(1, 1e12, 1., "u")))));
  }

  @Test
  void columnsAreCheckedBeforeAnyJob() {
    assertRefused(
        "timeCol: there is no column \"tme\"; the nearest is \"time\"; columns present: id, time, x,"
            + " label",
        assembler().setTimeCol("tme"));
    assertRefused(
        "valueCols: column \"label\" has type string, expected a number or boolean; convert it or"
            + " name another column",
        assembler().setValueCols(new String[] {"x", "label"}));
    assertRefused(
        "timeCol: column \"label\" has type string, expected a number, date, timestamp or"
            + " timestamp_ntz; convert it or name another column",
        assembler().setTimeCol("label"));
    assertRefused(
        "the result has two columns of the name \"id\"; name another column or rename one",
        assembler().setFeaturesCol("id"));
    assertRefused(
        "the result has two columns of the name \"label\"; name another column or rename one",
        assembler().setFeaturesCol("label").setLabelCol("label"));
    assertRefused(
        "valueCols give two features of the name \"x\"; name another column or rename one",
        assembler().setValueCols(new String[] {"x", "x"}));
  }

  private static void assertRefused(String message, SequenceAssembler stage) {
    StructType schema = StructType.fromDDL(DDL);
    assertEquals(
        message,
        assertThrows(InvalidDataException.class, () -> stage.transformSchema(schema)).getMessage());
  }

  @Test
  void paramsThatAreMissing() {
    assertWrong(
        "timeCol is not set; expected the column that orders the steps", new SequenceAssembler());
    assertWrong(
        "valueCols is not set; expected the columns of numbers",
        new SequenceAssembler().setTimeCol("time"));
    assertWrong(
        "frequency is not set; expected the time between two steps, since gaps = indicate",
        assembler().setGaps("indicate"));
    assertThrows(IllegalArgumentException.class, () -> assembler().setGaps("fill"));
    assertThrows(IllegalArgumentException.class, () -> assembler().setMaxLength(-1));
  }

  private static void assertWrong(String message, SequenceAssembler stage) {
    assertEquals(
        message,
        assertThrows(
                IllegalArgumentException.class,
                () -> stage.transformSchema(StructType.fromDDL(DDL)))
            .getMessage());
  }

  @Test
  void frequenciesThatDoNotFitTheTime() {
    assertEquals(
        "frequency is \"0\", expected a number above 0, since timeCol holds numbers",
        frequency("DOUBLE", "0"));
    assertEquals(
        "frequency is \"0.5\", expected a whole number above 0, since timeCol holds whole numbers",
        frequency("INT", "0.5"));
    assertEquals(
        "frequency is \"1 hour\", expected a number above 0, since timeCol holds numbers",
        frequency("DOUBLE", "1 hour"));
    assertEquals(
        "frequency is \"12 hours\", expected whole days, such as 1 day or 1 week, since timeCol is a"
            + " date",
        frequency("DATE", "12 hours"));
    String months = frequency("TIMESTAMP", "1 month");
    assertTrue(
        months.startsWith("frequency is \"1 month\", expected a fixed time above 0, such as 30")
            && months.endsWith(
                "months and years are not all equally long, since timeCol is a timestamp"),
        months);
    assertTrue(frequency("TIMESTAMP", "2").contains("fixed time"));
    assertTrue(frequency("TIMESTAMP_NTZ", "0 hours").contains("fixed time"));
    assertTrue(frequency("TIMESTAMP_NTZ", "999999999999999 days").contains("fixed time"));
    assertTrue(frequency("TIMESTAMP_NTZ", "1hour1minutes").contains("fixed time"));
  }

  private static String frequency(String type, String frequency) {
    StructType schema = StructType.fromDDL("id INT, time " + type + ", x DOUBLE");
    SequenceAssembler stage = assembler().setGaps("error").setFrequency(frequency);
    return assertThrows(IllegalArgumentException.class, () -> stage.transformSchema(schema))
        .getMessage();
  }
}
