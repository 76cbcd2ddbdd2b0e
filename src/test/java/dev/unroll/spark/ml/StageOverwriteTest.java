package dev.unroll.spark.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.ModelFormatException;
import dev.unroll.spark.LocalSpark;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.util.MLWritable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever operation of the file system fails: the old stage or the new one is there. */
class StageOverwriteTest {
  @TempDir private java.nio.file.Path temp;

  /** Stages that have files, by a number. */
  enum Kind {
    MODEL(SavedStages::model, RnnClassificationModel::load),
    ESTIMATOR(SavedStages::estimator, RnnClassifier::load),
    SCALER(SavedStages::scaler, SequenceScalerModel::load),
    TUNER(SavedStages::tuner, SequenceTuner::load),
    TUNED(SavedStages::tuned, SequenceTunerModel::load);

    private final LongFunction<PipelineStage> make;
    private final Function<String, PipelineStage> load;

    Kind(LongFunction<PipelineStage> make, Function<String, PipelineStage> load) {
      this.make = make;
      this.load = load;
    }
  }

  record Case(Kind kind, How how) {}

  static Stream<Case> cases() {
    return Arrays.stream(Kind.values())
        .flatMap(kind -> Arrays.stream(How.values()).map(how -> new Case(kind, how)))
        .filter(test -> test.kind == Kind.MODEL || test.how == How.THROW || test.how == How.DIE);
  }

  @BeforeAll
  static void fileSystem() {
    LocalSpark.session()
        .sparkContext()
        .hadoopConfiguration()
        .set("fs." + Faulty.SCHEME + ".impl", Faulty.class.getName());
  }

  @AfterEach
  void heal() {
    Faulty.fail(0, How.THROW);
  }

  private String path() {
    return Faulty.SCHEME + "://" + temp.resolve("stage");
  }

  /** All that a stage is, as text. */
  private static Map<String, String> content(PipelineStage stage) {
    Map<String, String> content = new TreeMap<>(Tables.params(stage));
    content.put("uid", stage.uid());
    if (stage instanceof RnnModel<?> model) {
      content.put("weights", model.weightsSha256());
    }
    if (stage instanceof SequenceScalerModel scaler) {
      content.put("figures", Arrays.toString(scaler.level()) + Arrays.toString(scaler.scale()));
    }
    if (stage instanceof SequenceTuner tuner) {
      content.put("estimator", content(tuner.getEstimator()).toString());
    }
    if (stage instanceof SequenceTunerModel tuned) {
      content.put("best", content(tuned.bestModel()).toString());
      content.put("losses", Arrays.toString(tuned.trials().get(0).foldLosses()));
    }
    return content;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theOldOrTheNewStageIsThere(Case test) throws IOException {
    PipelineStage before = test.kind.make.apply(1);
    PipelineStage after = test.kind.make.apply(2);
    int n = 0;
    do {
      if (n == 0 || !names().equals(List.of("stage")) || !loaded(test.kind).equals(before.uid())) {
        clear();
        SavedStages.save(before, path());
      }
      Exception failure = null;
      Faulty.fail(++n, test.how);
      try {
        SavedStages.save(after, path());
      } catch (IOException | RuntimeException e) {
        failure = e;
      }
      boolean failed = Faulty.failed();
      Faulty.fail(0, test.how);
      String when = "%s, operation %d (%s): %s".formatted(test, n, Faulty.last(), failure);
      assertOldOrNew(test.kind, before, after, failure, when);
      if (!failed) {
        assertEquals(null, failure, when);
        break;
      }
    } while (n < 500);
    assertTrue(n > 10 && n < 500, "operations: " + n);
  }

  private String loaded(Kind kind) {
    return kind.load.apply(path()).uid();
  }

  private void assertOldOrNew(
      Kind kind, PipelineStage before, PipelineStage after, Exception failure, String when) {
    PipelineStage found;
    try {
      found = kind.load.apply(path());
    } catch (ModelFormatException e) {
      assertNotNull(failure, when + ", and nobody is told");
      Matcher old = Pattern.compile("\\S*/stage\\._old-[-0-9a-f]+").matcher(e.getMessage());
      assertTrue(old.find(), when + ": " + e.getMessage());
      assertEquals(content(before), content(kind.load.apply(old.group())), when);
      return;
    }
    boolean replaced = found.uid().equals(after.uid());
    assertEquals(content(replaced ? after : before), content(found), when);
    assertTrue(replaced || failure != null, when + ", and nobody is told");
  }

  private void clear() throws IOException {
    new Path(path())
        .getFileSystem(LocalSpark.session().sparkContext().hadoopConfiguration())
        .delete(new Path(temp.toString()), true);
    Files.createDirectories(temp);
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsReplacedUnasked(Kind kind) throws IOException {
    PipelineStage before = kind.make.apply(1);
    String path = temp.resolve("stage").toString();
    ((MLWritable) before).save(path);
    IOException e =
        assertThrows(IOException.class, () -> ((MLWritable) kind.make.apply(2)).save(path));
    assertTrue(e.getMessage().contains(path + " exists"), e.getMessage());
    assertTrue(e.getMessage().contains("overwrite"), e.getMessage());
    assertEquals(content(before), content(kind.load.apply(path)));
    ((MLWritable) kind.make.apply(2)).write().overwrite().save(path);
    assertEquals(content(kind.make.apply(2)), content(kind.load.apply(path)));
    assertEquals(List.of("stage"), names());
  }

  private List<String> names() throws IOException {
    try (Stream<java.nio.file.Path> entries = Files.list(temp)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }

  @Test
  void anyDirectoryIsReplacedOnlyWhenAsked() throws IOException {
    Files.createDirectories(temp.resolve("stage/precious"));
    assertThrows(
        IOException.class, () -> SavedStages.model(1).save(temp.resolve("stage").toString()));
    assertTrue(Files.exists(temp.resolve("stage/precious")));
    SavedStages.save(SavedStages.model(1), temp.resolve("stage").toString());
    assertFalse(Files.exists(temp.resolve("stage/precious")));
  }

  /** How an operation goes wrong. */
  enum How {
    /** Nothing happens, and it says so. */
    THROW,
    /** A write stops half-way; others as {@link #THROW}. */
    HALF,
    /** Half of a write is lost without a word; others as {@link #THROW}. */
    LOST,
    /** It throws, and so does each later one: the process is as good as gone. */
    DIE
  }

  /** Local files of which the n-th operation, of whatever kind, fails. */
  public static final class Faulty extends RawLocalFileSystem {
    static final String SCHEME = "faulty";

    private static int operations;
    private static int failing;
    private static How how = How.THROW;
    private static String last = "none";

    /** Operation number {@code n} from now on fails; 0 for none. */
    static void fail(int n, How kind) {
      operations = 0;
      failing = n;
      how = kind;
      if (n > 0) {
        last = "none";
      }
    }

    static boolean failed() {
      return !last.equals("none");
    }

    static String last() {
      return last;
    }

    private static boolean fails(String operation) {
      operations++;
      if (failing == 0 || operations < failing || operations > failing && how != How.DIE) {
        return false;
      }
      last = operation;
      return true;
    }

    private static void mayThrow(String operation) throws IOException {
      if (fails(operation)) {
        throw new IOException("made to fail: " + operation);
      }
    }

    @Override
    public String getScheme() {
      return SCHEME;
    }

    @Override
    public URI getUri() {
      return URI.create(SCHEME + ":///");
    }

    @Override
    public FSDataOutputStream create(
        Path file, boolean overwrite, int buffer, short replicas, long block, Progressable progress)
        throws IOException {
      mayThrow("create");
      FSDataOutputStream out = super.create(file, overwrite, buffer, replicas, block, progress);
      return new FSDataOutputStream(
          new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
              if (!fails("write")) {
                out.write(bytes, from, length);
                return;
              }
              out.write(bytes, from, length / 2);
              if (how != How.LOST) {
                throw new IOException("made to fail: write");
              }
            }
          },
          null);
    }

    @Override
    public FSDataInputStream open(Path file, int buffer) throws IOException {
      mayThrow("open");
      return super.open(file, buffer);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
      mayThrow("rename");
      return super.rename(from, to);
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
      mayThrow("delete");
      return super.delete(path, recursive);
    }

    @Override
    public boolean mkdirs(Path path) throws IOException {
      mayThrow("mkdirs");
      return super.mkdirs(path);
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
      mayThrow("status");
      return super.getFileStatus(path);
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
      mayThrow("list");
      return super.listStatus(path);
    }
  }
}
