package dev.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.net.CellType;
import dev.unroll.net.Model;
import dev.unroll.net.ModelFile;
import dev.unroll.net.ModelFormatException;
import dev.unroll.net.Network;
import dev.unroll.net.NetworkConfig;
import dev.unroll.net.Scaling;
import dev.unroll.net.Task;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelStoreTest {
  private static final Model OLD = model(1);
  private static final Model NEW = model(2);
  private static final Configuration CONF = FailingFiles.configuration();

  @TempDir java.nio.file.Path temp;

  private static Model model(long seed) {
    NetworkConfig network = new NetworkConfig(Task.CLASSIFY, CellType.GRU, 2, 3, 1, false, 3);
    return new Model(
        network,
        new Network(network).initialWeights(seed),
        new Scaling(new double[] {seed, -1e30}, new double[] {0.1, 7}),
        Scaling.none(3),
        List.of("a b", "", "ä.😀"),
        "string",
        new TreeMap<>(Map.of("featuresCol", "x " + seed)));
  }

  private java.nio.file.Path local() {
    return temp.resolve("run 1/model");
  }

  private Path path() {
    return new Path(local().toString());
  }

  private static void write(Model model, Path path) throws IOException {
    ModelStore.write(model, path, CONF);
  }

  private static Model read(Path path) throws IOException {
    return ModelStore.read(path, CONF);
  }

  private static void assertSameModel(Model expected, Model found) {
    assertEquals(expected.network(), found.network());
    assertEquals(expected.weightsSha256(), found.weightsSha256());
    assertArrayEquals(expected.inputScaling().mean(), found.inputScaling().mean());
    assertArrayEquals(expected.inputScaling().deviation(), found.inputScaling().deviation());
    assertEquals(expected.classes(), found.classes());
    assertEquals(expected.labelType(), found.labelType());
    assertEquals(expected.about(), found.about());
  }

  private static List<String> names(java.nio.file.Path directory) throws IOException {
    try (Stream<java.nio.file.Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  /** Files of the model, and of its directory: neither checksums nor remains of the making. */
  private void assertNothingElse() throws IOException {
    assertEquals(List.of(ModelFile.NETWORK, ModelFile.WEIGHTS), names(local()));
    assertEquals(List.of("model"), names(local().getParent()));
  }

  @Test
  void aModelReadsBackAsItWasWritten() throws IOException {
    write(OLD, path());
    assertSameModel(OLD, read(path()));
    assertNothingElse();
  }

  @Test
  void aPlainLocalReaderTakesItToo() throws IOException {
    write(OLD, path());
    assertSameModel(OLD, ModelFile.read(local()));
  }

  @Test
  void aPathThatEndsInASlashNamesTheSameDirectory() throws IOException {
    write(OLD, path());
    Path slash = new Path(local().toUri());
    assertTrue(slash.toString().endsWith("/"), slash + " was made from the URI of a directory");
    write(NEW, slash);
    assertSameModel(NEW, read(path()));
    assertNothingElse();
  }

  @Test
  void theNextContentIsMadeBesideTheDirectory() {
    for (String path : List.of("model", "run/model", "/run/model", "hdfs://host:1/run/model")) {
      Path directory = new Path(path);
      Path staging = HadoopFiles.staging(directory);
      assertEquals(directory.getParent(), staging.getParent());
      assertTrue(staging.toString().startsWith(path + "._staging-"), staging + "");
    }
  }

  @Test
  void anOlderModelIsReplaced() throws IOException {
    write(OLD, path());
    write(NEW, path());
    assertSameModel(NEW, read(path()));
    assertNothingElse();
  }

  // --- a file system that fails ---

  private Path failing() {
    return new Path(FailingFiles.SCHEME + "://" + local().toUri().getPath());
  }

  @ParameterizedTest
  @EnumSource(How.class)
  void atAnyMomentOfAFailureAWholeModelIsThere(How how) throws IOException {
    int n = 0;
    do {
      Exception failure = overwriteFailing(++n, how);
      assertWholeModel(n, how, failure);
      clear();
    } while (FailingFiles.failed());
    assertTrue(n > 5, "two files, two moves and a deletion could fail, not only " + (n - 1));
  }

  /** Writes the new model over the old one while the n-th operation fails. */
  private Exception overwriteFailing(int n, How how) throws IOException {
    write(OLD, failing());
    FailingFiles.fail(n, how);
    try {
      write(NEW, failing());
      return null;
    } catch (IOException e) {
      return e;
    } finally {
      FailingFiles.heal();
    }
  }

  private void assertWholeModel(int n, How how, Exception failure) throws IOException {
    String when = how + " " + n + ": " + failure;
    List<String> left = names(local().getParent());
    String whole = left.contains("model") ? "model" : old(left);
    if (how != How.DIE) {
      assertEquals("model", whole, when + ", " + left);
    }
    Model found = read(new Path(failing().getParent(), whole));
    boolean replaced = found.weightsSha256().equals(NEW.weightsSha256());
    assertSameModel(replaced ? NEW : OLD, found);
    assertTrue(replaced || failure != null, when + ", and nobody is told");
    if (how != How.DIE && !FailingFiles.lastFailed().equals("delete")) {
      assertEquals(failure == null, replaced, when);
      assertNothingElse();
    }
  }

  private static String old(List<String> left) {
    List<String> old = left.stream().filter(name -> name.startsWith("model._old-")).toList();
    assertEquals(1, old.size(), left + "");
    return old.get(0);
  }

  private void clear() throws IOException {
    failing().getFileSystem(CONF).delete(failing().getParent(), true);
  }

  @Test
  void whereTheOldModelCannotBePutBackTheErrorSaysWhereItIs() throws IOException {
    int moved = 3;
    Exception failure = overwriteFailing(moved + 1, How.DIE);
    String place = local().getParent() + "/" + old(names(local().getParent()));
    assertTrue(
        Stream.of(failure.getSuppressed()).anyMatch(e -> e.getMessage().contains(place)),
        failure + " " + List.of(failure.getSuppressed()));
  }

  @Test
  void aFirstModelThatCannotBeWrittenLeavesNothing() throws IOException {
    for (int n = 1; n <= 3; n++) {
      FailingFiles.fail(n, How.THROW);
      assertThrows(FailingFiles.Failure.class, () -> write(NEW, failing()));
      FailingFiles.heal();
      assertFalse(remains(), "operation " + n);
    }
  }

  private boolean remains() throws IOException {
    return Files.exists(local().getParent()) && !names(local().getParent()).isEmpty();
  }

  // --- models that are none ---

  private static String refused(Path path) {
    return assertThrows(ModelFormatException.class, () -> read(path)).getMessage();
  }

  @Test
  void aMissingDirectoryIsNamed() {
    assertEquals(
        "there is no model at " + local() + "; train one, or correct the path", refused(path()));
  }

  @Test
  void whatAKilledWriteLeftIsNamed() throws IOException {
    java.nio.file.Path leftover = local().resolveSibling("model._old-1");
    Files.createDirectories(leftover);

    assertTrue(refused(path()).contains(leftover.toString()), () -> refused(path()));
  }

  @ParameterizedTest
  @ValueSource(strings = {ModelFile.NETWORK, ModelFile.WEIGHTS})
  void aMissingOrDamagedFileIsNamedWithItsDirectory(String name) throws IOException {
    write(OLD, path());
    java.nio.file.Path file = local().resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    for (int at : new int[] {0, bytes.length / 2, bytes.length - 1}) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 4;
      assertNamed(name, Files.write(file, damaged));
    }
    assertNamed(name, Files.write(file, Arrays.copyOf(bytes, bytes.length - 1)));
    assertNamed(name, Files.write(file, new byte[0]));
    Files.delete(file);
    assertNamed(name, file);
    assertNamed(name, Files.createDirectory(file));
    Files.delete(file);
    Files.write(file, bytes);
    assertSameModel(OLD, read(path()));
  }

  private void assertNamed(String name, java.nio.file.Path file) {
    String message = refused(path());
    assertTrue(message.startsWith("model " + local() + ": "), message);
    assertTrue(message.contains(name), file + ": " + message);
  }

  @Test
  void aFileInPlaceOfTheDirectoryIsRefused() throws IOException {
    Files.createDirectories(local().getParent());
    Files.write(local(), new byte[] {1});
    assertTrue(refused(path()).startsWith("model " + local() + ": "));
  }

  /** What a failing operation does. */
  enum How {
    /** It throws, and later ones work again. */
    THROW,
    /** It says that it did nothing, and later ones work again. */
    REFUSE,
    /** It throws, and so does each one after it: the process is as good as gone. */
    DIE
  }

  /** Local files of which the n-th creation, renaming or deletion fails. */
  public static final class FailingFiles extends RawLocalFileSystem {
    static final String SCHEME = "failing";

    private static int operations;
    private static int failing = Integer.MAX_VALUE;
    private static How how;
    private static String last = "";

    static final class Failure extends IOException {
      Failure(String operation) {
        super("made to fail: " + operation);
      }
    }

    static Configuration configuration() {
      Configuration conf = new Configuration();
      conf.set("fs." + SCHEME + ".impl", FailingFiles.class.getName());
      return conf;
    }

    static void fail(int n, How kind) {
      operations = 0;
      failing = n;
      how = kind;
      last = "";
    }

    static void heal() {
      failing = Integer.MAX_VALUE;
    }

    /** Whether an operation failed since {@link #fail}. */
    static boolean failed() {
      return !last.isEmpty();
    }

    static String lastFailed() {
      return last;
    }

    /** Whether to go on; not to do so is only possible where an operation may refuse. */
    private static boolean goesOn(String operation) throws IOException {
      operations++;
      if (operations < failing || operations > failing && how != How.DIE) {
        return true;
      }
      last = operation;
      if (how == How.REFUSE && !operation.equals("create")) {
        return false;
      }
      throw new Failure(operation);
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
      goesOn("create");
      return super.create(file, overwrite, buffer, replicas, block, progress);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
      return goesOn("rename") && super.rename(from, to);
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
      return goesOn("delete") && super.delete(path, recursive);
    }
  }
}
