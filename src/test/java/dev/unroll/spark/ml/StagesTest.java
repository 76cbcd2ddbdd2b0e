package dev.unroll.spark.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import dev.unroll.net.ModelFormatException;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.spark.params.Setting;
import dev.unroll.spark.params.StageParams;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every public stage: it finds them itself, those of tomorrow too. */
class StagesTest {
  private static final List<Class<?>> STAGES = stages();
  private static final Map<Class<?>, StageExample> EXAMPLES = StageExample.all();

  /** Set together with something else and not by itself. */
  private static final Set<String> WITHOUT_SETTER = Set.of("SequenceTuner.task");

  @TempDir private Path folder;

  /** All public classes of Unroll that can be a stage of a pipeline. */
  static List<Class<?>> stages() {
    List<Class<?>> found = new ArrayList<>();
    for (JavaClass each :
        new ClassFileImporter()
            .withImportOption(new DoNotIncludeTests())
            .importPackages("dev.unroll")) {
      if (each.isAssignableTo(PipelineStage.class)
          && each.getModifiers().contains(JavaModifier.PUBLIC)
          && !each.getModifiers().contains(JavaModifier.ABSTRACT)) {
        found.add(each.reflect());
      }
    }
    found.sort((a, b) -> a.getName().compareTo(b.getName()));
    return found;
  }

  private static StageExample example(Class<?> type) {
    return EXAMPLES.get(type);
  }

  @Test
  void thereAreStagesAndEachHasAnExample() {
    assertFalse(STAGES.isEmpty(), "no stage found on the class path");
    Set<String> examples =
        EXAMPLES.keySet().stream()
            .map(Class::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(
        STAGES.stream().map(Class::getName).collect(Collectors.toCollection(TreeSet::new)),
        examples,
        "register an example of each stage in StageExample");
  }

  @Test
  void serviceFilesListExactlyThem() {
    Set<Class<?>> listed = Collections.newSetFromMap(new java.util.HashMap<>());
    ServiceLoader.load(Estimator.class).stream().forEach(each -> addOurs(listed, each));
    ServiceLoader.load(Transformer.class).stream().forEach(each -> addOurs(listed, each));
    assertEquals(Set.copyOf(STAGES), listed);
  }

  private static void addOurs(Set<Class<?>> listed, ServiceLoader.Provider<?> stage) {
    if (stage.type().getName().startsWith("dev.unroll.")) {
      assertTrue(listed.add(stage.type()), stage.type() + " is listed twice");
      assertEquals(stage.type(), stage.get().getClass(), "can be made");
    }
  }

  // --- making and params ---

  @ParameterizedTest
  @MethodSource("stages")
  void hasBothConstructors(Class<?> type) throws ReflectiveOperationException {
    assertTrue(Modifier.isFinal(type.getModifiers()), "stages are made to be used as they are");
    PipelineStage one = (PipelineStage) type.getConstructor().newInstance();
    PipelineStage other = (PipelineStage) type.getConstructor().newInstance();
    assertFalse(one.uid().equals(other.uid()), "each has a uid of its own");
    assertEquals(
        "given", ((PipelineStage) type.getConstructor(String.class).newInstance("given")).uid());
  }

  private static PipelineStage fresh(Class<?> type) throws ReflectiveOperationException {
    return (PipelineStage) type.getConstructor().newInstance();
  }

  @ParameterizedTest
  @MethodSource("stages")
  void paramsAreCompleteAndDocumented(Class<?> type) throws ReflectiveOperationException {
    PipelineStage stage = fresh(type);
    String explained = stage.explainParams();
    for (Param<?> param : stage.params()) {
      String name = type.getSimpleName() + "." + param.name();
      Method accessor = type.getMethod(param.name());
      assertSame(param, accessor.invoke(stage), name + " is what its accessor gives");
      assertEquals(stage.uid(), param.parent(), name);
      assertFalse(param.doc().isBlank(), name);
      boolean numeric =
          param instanceof IntParam || param instanceof LongParam || param instanceof DoubleParam;
      assertTrue(
          !numeric || param.doc().contains("Accepts ") || param.doc().contains("Unit: "),
          name + " tells no range and no unit: " + param.doc());
      assertTrue(explained.contains(param.name() + ": " + param.doc()), name);
      stage.getDefault(param).foreach(value -> assertValid(name, param, value));
    }
    assertEquals(settings(stage), names(stage), "all settings are params and the other way round");
  }

  @SuppressWarnings("unchecked")
  private static Void assertValid(String name, Param<?> param, Object value) {
    assertTrue((Boolean) ((Param<Object>) param).isValid().apply(value), name + " = " + value);
    return null;
  }

  private static TreeSet<String> names(PipelineStage stage) {
    return Arrays.stream(stage.params())
        .map(Param::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Of the table from which the stage makes its params. */
  private static TreeSet<String> settings(PipelineStage stage) throws ReflectiveOperationException {
    TreeSet<String> names = new TreeSet<>();
    for (Class<?> type = stage.getClass(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (field.getType() == StageParams.class) {
          field.setAccessible(true);
          ((StageParams) field.get(stage))
              .settings().stream().map(Setting::name).forEach(names::add);
        }
      }
    }
    return names;
  }

  @ParameterizedTest
  @MethodSource("stages")
  void settersSetWhatGettersGet(Class<?> type) throws ReflectiveOperationException {
    PipelineStage stage = fresh(type);
    for (Param<?> param : stage.params()) {
      Method getter = type.getMethod("get" + capital(param.name()));
      Method setter = setter(type, param);
      if (setter == null) {
        assertTrue(
            stage instanceof Model || WITHOUT_SETTER.contains(label(type, param)),
            label(type, param) + " has no setter");
        continue;
      }
      Object value = otherValue(stage, param);
      assertSame(stage, setter.invoke(stage, value), label(type, param) + " chains");
      assertArrayEquals(
          new Object[] {value}, new Object[] {getter.invoke(stage)}, label(type, param));
      assertTrue(stage.isSet(param), label(type, param));
      assertRefused(stage, setter, param);
    }
  }

  private static String label(Class<?> type, Param<?> param) {
    return type.getSimpleName() + "." + param.name();
  }

  private static String capital(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  private static Method setter(Class<?> type, Param<?> param) {
    return Arrays.stream(type.getMethods())
        .filter(method -> method.getName().equals("set" + capital(param.name())))
        .filter(method -> method.getParameterCount() == 1 && !method.isBridge())
        .findAny()
        .orElse(null);
  }

  /** A value that the param accepts and that is not its default. */
  private static Object otherValue(PipelineStage stage, Param<?> param) {
    Object preset = stage.getDefault(param).getOrElse(() -> null);
    return candidates(param)
        .filter(value -> isValid(param, value) && !value.equals(preset))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no value for " + param.name()));
  }

  @SuppressWarnings("unchecked")
  private static boolean isValid(Param<?> param, Object value) {
    return (Boolean) ((Param<Object>) param).isValid().apply(value);
  }

  private static Stream<Object> candidates(Param<?> param) {
    if (param instanceof IntParam) {
      return Stream.of(3, 2);
    }
    if (param instanceof LongParam) {
      return Stream.of(-5L, 5L);
    }
    if (param instanceof DoubleParam) {
      return Stream.of(0.25, 2.5);
    }
    if (param instanceof BooleanParam) {
      return Stream.of(true, false);
    }
    if (param instanceof StringArrayParam) {
      return Stream.of((Object) new String[] {"a", "b c"});
    }
    Matcher words = Pattern.compile("Accepts one of ([^.]*)\\.").matcher(param.doc());
    Stream<Object> choices =
        words.find() ? Arrays.stream((Object[]) words.group(1).split(", ")) : Stream.empty();
    return Stream.concat(choices, Stream.of("steps(8)", "0.5", "a text"));
  }

  /** What no param of that kind takes. */
  private static void assertRefused(PipelineStage stage, Method setter, Param<?> param)
      throws IllegalAccessException {
    Object wrong =
        param instanceof DoubleParam
            ? Double.NaN
            : param instanceof StringArrayParam
                ? new String[] {" "}
                : param.getClass() == Param.class ? "" : null;
    if (wrong == null) {
      return;
    }
    InvocationTargetException e =
        assertThrows(InvocationTargetException.class, () -> setter.invoke(stage, wrong));
    assertTrue(
        e.getCause() instanceof IllegalArgumentException, param.name() + ": " + e.getCause());
    assertTrue(e.getCause().getMessage().contains(param.name()), e.getCause().getMessage());
  }

  @ParameterizedTest
  @MethodSource("stages")
  void copiesKeepUidAndValuesAndTakeExtra(Class<?> type) {
    PipelineStage stage = example(type).stage();
    for (Param<?> param : stage.params()) {
      Object value = otherValue(stage, param);
      PipelineStage copy = stage.copy(extra(param, value));
      assertNotSame(stage, copy);
      assertEquals(type, copy.getClass());
      assertEquals(stage.uid(), copy.uid());
      Map<String, String> expected = new TreeMap<>(Tables.params(stage));
      expected.put(param.name(), Arrays.deepToString(new Object[] {value}));
      assertEquals(expected, new TreeMap<>(Tables.params(copy)), label(type, param));
    }
    PipelineStage copy = stage.copy(ParamMap.empty());
    assertEquals(Tables.params(stage), Tables.params(copy));
    if (stage instanceof Model<?> model) {
      assertSame(model.parent(), ((Model<?>) copy).parent());
    }
  }

  @SuppressWarnings("unchecked")
  private static ParamMap extra(Param<?> param, Object value) {
    return ParamMap.empty().put((Param<Object>) param, value);
  }

  // --- doing ---

  @ParameterizedTest
  @MethodSource("stages")
  void transformIsLazyAndMakesWhatTheSchemaSays(Class<?> type) {
    StageExample example = example(type);
    PipelineStage stage = example.stage();
    if (!(stage instanceof Transformer transformer)) {
      return;
    }
    StructType said =
        SparkJobs.count(() -> stage.transformSchema(example.table().schema())).result();
    SparkJobs.Counted<Dataset<Row>> made =
        SparkJobs.count(() -> transformer.transform(example.table()));
    assertEquals(0, made.jobs(), "jobs of transform");
    assertSchema(said, made.result().schema());
    List<Row> rows = made.result().collectAsList();
    assertFalse(rows.isEmpty());
    assertEquals(rows, transformer.transform(example.table()).collectAsList());
    assertTrue(
        Arrays.asList(said.fieldNames()).containsAll(example.outputs()), said.simpleString());
  }

  private static void assertSchema(StructType expected, StructType found) {
    assertEquals(expected.simpleString(), found.simpleString());
    for (int i = 0; i < expected.length(); i++) {
      StructField field = expected.apply(i);
      assertEquals(field.metadata(), found.apply(i).metadata(), field.name());
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void modelsMakeWhatTheirEstimatorsSay(Class<?> type) {
    StageExample example = example(type);
    if (!(example.stage() instanceof Model<?> model)) {
      return;
    }
    Estimator<?> estimator = (Estimator<?>) model.parent();
    assertEquals(estimator.uid(), model.uid());
    assertEquals(
        estimator.transformSchema(example.table().schema()).simpleString(),
        model.transform(example.table()).schema().simpleString());
    Map<String, String> given = Tables.params(estimator);
    given.keySet().retainAll(names(model));
    assertEquals(given, Tables.params(model), "a model has its estimator's values");
  }

  @ParameterizedTest
  @MethodSource("stages")
  void badSchemasAreRefusedBeforeAnyJob(Class<?> type) {
    StageExample example = example(type);
    for (String input : example.inputs()) {
      assertRefused(example.stage(), example.table().drop(input), input);
      assertRefused(
          example.stage(),
          example
              .table()
              .withColumn(
                  input, org.apache.spark.sql.functions.expr("map('key', date'2024-01-31')")),
          input);
    }
    for (String output : example.outputs()) {
      Dataset<Row> table = example.table().drop(output);
      assertRefused(
          example.stage(), table.withColumn(output, org.apache.spark.sql.functions.lit(1)), output);
    }
  }

  private static void assertRefused(PipelineStage stage, Dataset<Row> table, String column) {
    String what = stage.getClass().getSimpleName() + ", " + column + " in " + table.schema();
    SparkJobs.Counted<RuntimeException> schema =
        SparkJobs.count(() -> refusal(what, () -> stage.transformSchema(table.schema())));
    SparkJobs.Counted<RuntimeException> rows =
        SparkJobs.count(
            () ->
                refusal(
                    what,
                    () -> {
                      if (stage instanceof Estimator<?> estimator) {
                        estimator.fit(table);
                      } else {
                        ((Transformer) stage).transform(table);
                      }
                    }));
    for (SparkJobs.Counted<RuntimeException> refused : List.of(schema, rows)) {
      assertEquals(0, refused.jobs(), what);
      String message = refused.result().getMessage();
      assertTrue(message.contains("\"" + column + "\""), what + ": " + message);
    }
  }

  private static RuntimeException refusal(
      String what, org.junit.jupiter.api.function.Executable action) {
    RuntimeException e = assertThrows(RuntimeException.class, action, what);
    assertTrue(
        e instanceof InvalidDataException || e instanceof IllegalArgumentException,
        () -> what + ": " + e);
    return e;
  }

  // --- files ---

  private String save(PipelineStage stage) throws IOException {
    String path = folder.resolve(stage.getClass().getSimpleName()).toString();
    ((MLWritable) stage).write().overwrite().save(path);
    return path;
  }

  private static PipelineStage load(Class<?> type, String path)
      throws ReflectiveOperationException {
    return (PipelineStage) type.getMethod("load", String.class).invoke(null, path);
  }

  @ParameterizedTest
  @MethodSource("stages")
  void whatIsSavedLoadsTheSame(Class<?> type) throws Exception {
    StageExample example = example(type);
    String path = save(example.stage());
    Object read = ((MLReader<?>) type.getMethod("read").invoke(null)).load(path);
    PipelineStage loaded = load(type, path);
    for (Object each : List.of(read, loaded)) {
      assertEquals(type, each.getClass());
      assertEquals(example.stage().uid(), ((PipelineStage) each).uid());
      assertEquals(Tables.params(example.stage()), Tables.params((PipelineStage) each));
    }
    for (Param<?> param : loaded.params()) {
      assertEquals(
          example.stage().isSet(example.stage().getParam(param.name())), loaded.isSet(param));
    }
    assertSchema(
        example.stage().transformSchema(example.table().schema()),
        loaded.transformSchema(example.table().schema()));
    if (loaded instanceof Transformer transformer) {
      assertEquals(
          ((Transformer) example.stage()).transform(example.table()).collectAsList(),
          transformer.transform(example.table()).collectAsList());
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void noOtherClassLoadsIt(Class<?> type) throws Exception {
    String path = save(example(type).stage());
    for (Class<?> other : STAGES) {
      if (other != type) {
        InvocationTargetException e =
            assertThrows(
                InvocationTargetException.class,
                () -> load(other, path),
                () -> other.getSimpleName() + " from " + path);
        assertEquals(ModelFormatException.class, e.getCause().getClass(), () -> other + "");
        assertTrue(e.getCause().getMessage().contains(path), e.getCause().getMessage());
      }
    }
  }

  @Test
  void anAssemblerKeepsNoTwoColumnsOfOneName() {
    StageExample example = example(SequenceAssembler.class);
    SequenceAssembler assembler = ((SequenceAssembler) example.stage()).copy(ParamMap.empty());
    assertRefused(assembler.setFeaturesCol("id"), example.table(), "id");
    assertRefused(assembler.setFeaturesCol("label"), example.table(), "label");
    StructType schema = example.table().schema().add("features", DataTypes.IntegerType);
    assembler.setFeaturesCol("features").transformSchema(schema); // that one is not kept
  }
}
