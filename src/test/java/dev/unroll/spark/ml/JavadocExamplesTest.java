package dev.unroll.spark.ml;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.Task;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.rounds.SmallTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every public stage has an example in its Javadoc, and each is compiled and run as it stands
 * there, with {@code spark} and tables {@code rows} and {@code others}; what it declares as tables
 * is computed. Only paths below {@code models/} lie elsewhere.
 */
class JavadocExamplesTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern EXAMPLE =
      Pattern.compile("<pre>\\{@code\\n(.*?)\\n \\* \\}</pre>", Pattern.DOTALL);

  private static final Pattern TABLE = Pattern.compile("Dataset<Row> (\\w+) =");

  private static final String PROGRAM =
      """
      import dev.unroll.spark.ml.*;
      import java.util.*;
      import org.apache.spark.ml.*;
      import org.apache.spark.ml.evaluation.*;
      import org.apache.spark.ml.feature.*;
      import org.apache.spark.ml.tuning.*;
      import org.apache.spark.sql.*;

      public final class Example {
        public static void run(SparkSession spark, Dataset<Row> %s, Dataset<Row> others)
            throws Exception {
      %s
      %s
        }
      }
      """;

  @TempDir private Path folder;

  static List<Class<?>> stages() {
    return StagesTest.stages();
  }

  /** The examples in the Javadoc of the class itself. */
  private static List<String> examples(Class<?> type) throws IOException {
    String source = Files.readString(SOURCES.resolve(type.getName().replace('.', '/') + ".java"));
    Matcher declaration = Pattern.compile("(?m)^public ").matcher(source);
    assertTrue(declaration.find(), type.getName());
    String javadoc = source.substring(source.indexOf("\n/**"), declaration.start());
    return EXAMPLE
        .matcher(javadoc)
        .results()
        .map(found -> found.group(1).replaceAll("(?m)^ \\* ?", ""))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("stages")
  void runsAsItStands(Class<?> type) throws Exception {
    List<String> examples = examples(type);
    assertFalse(examples.isEmpty(), type + " has no example");
    for (String example : examples) {
      assertTrue(example.contains(type.getSimpleName()), "shows the class itself: " + example);
      assertTrue(example.lines().count() <= 15, "is short: " + example);
      run(type, example.replace("\"models/", "\"" + folder + "/models/"));
    }
  }

  private void run(Class<?> type, String example) throws Exception {
    Path source = folder.resolve("Example.java");
    List<String> tables = TABLE.matcher(example).results().map(found -> found.group(1)).toList();
    Files.writeString(
        source,
        PROGRAM.formatted(
            tables.contains("rows") ? "ownRows" : "rows",
            example,
            tables.stream().map(name -> name + ".collectAsList();\n").collect(joining())));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    StringWriter problems = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                problems,
                null,
                null,
                List.of("-proc:none", "-cp", classPath, "-d", folder.toString()),
                null,
                compiler
                    .getStandardFileManager(null, null, StandardCharsets.UTF_8)
                    .getJavaFileObjects(source))
            .call();
    assertTrue(compiled, () -> problems + "\n" + example);
    String shown;
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      shown = output(loader.loadClass("Example"), type);
    }
    boolean shows = example.contains(".show()") || example.contains("println");
    assertEquals(shows, !shown.isBlank(), () -> "shows: " + shown);
  }

  private static String output(Class<?> program, Class<?> type) throws Exception {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    PrintStream console = System.out;
    System.setOut(new PrintStream(shown, true, StandardCharsets.UTF_8));
    try {
      // Dataset.show writes to Scala's console, which keeps the stream that was there at first.
      scala.Console.withOut(
          shown,
          () -> {
            try {
              program
                  .getMethod("run", SparkSession.class, Dataset.class, Dataset.class)
                  .invoke(null, LocalSpark.session(), table(type, 24, 1), table(type, 6, 2));
            } catch (ReflectiveOperationException e) {
              throw new AssertionError(e.getCause());
            }
            return null;
          });
    } finally {
      System.setOut(console);
    }
    return shown.toString(StandardCharsets.UTF_8);
  }

  /** What a user has who reads about the class. */
  private static Dataset<Row> table(Class<?> type, int count, long seed) {
    String name = type.getSimpleName();
    if (name.equals("RnnClassifier")) {
      return SmallTable.of(Task.CLASSIFY, count, seed).withColumnRenamed("label", "speaker");
    }
    if (name.startsWith("RnnRegress")) {
      return SmallTable.of(Task.REGRESS, count, seed)
          .withColumn("label", functions.expr("label[0]"));
    }
    return SmallTable.of(name.startsWith("RnnTag") ? Task.TAG : Task.CLASSIFY, count, seed);
  }
}
