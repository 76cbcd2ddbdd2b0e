package dev.unroll.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unroll.math.KeyedRandom;
import dev.unroll.spark.rounds.CheckpointSettings.Resume;
import dev.unroll.spark.rounds.CrashingFileSystem.Fault;
import dev.unroll.spark.rounds.SimulatedCluster.DriverKilled;
import dev.unroll.train.OptimizerState;
import dev.unroll.train.Position;
import dev.unroll.train.TrainingState;
import dev.unroll.train.Validation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run that is killed or whose storage fails goes on to the same model, or says why it cannot. */
class CheckpointsTest {
  private static final int EPOCHS = 5;
  private final MemoryShards shards =
      SimulatedRuns.shards(
          SimulatedRuns.synchronised(SimulatedRuns.config(EPOCHS), 3), 3); // with a velocity
  private final List<String> log = new ArrayList<>();
  @TempDir private Path directory;

  @BeforeEach
  void nothingFails() {
    CrashingFileSystem.fail(0, Fault.THROW);
  }

  private Checkpoints checkpoints(Resume resume, RunIdentity identity) throws IOException {
    return new Checkpoints(
        new CheckpointSettings("crash://" + directory, 1, 2, resume),
        CrashingFileSystem.configuration(),
        identity,
        parameters(),
        log::add);
  }

  private Checkpoints checkpoints(Resume resume) throws IOException {
    return checkpoints(resume, SimulatedRuns.identity("one"));
  }

  private int parameters() {
    return SimulatedRuns.start(shards.config()).weights().length;
  }

  private RunState run() throws IOException {
    return SimulatedRuns.run(shards, shards.config(), Optional.of(checkpoints(Resume.AUTO)));
  }

  private RunState uninterrupted() throws IOException {
    return SimulatedRuns.run(shards, shards.config(), Optional.empty());
  }

  /** The first rounds of a run, as a killed one leaves them. */
  private RunState begin(int rounds) throws IOException {
    Checkpoints store = checkpoints(Resume.NEVER);
    store.resume();
    RunState[] last = {null};
    assertThrows(
        DriverKilled.class,
        () ->
            new ParameterAveraging(
                    shards,
                    shards.config(),
                    StopRules.NONE,
                    LearnerSettings.DivergedShard.STOP,
                    (report, state) -> {
                      store.offer(state);
                      last[0] = state;
                      if (report.round() == rounds) {
                        throw new DriverKilled();
                      }
                    })
                .run(SimulatedRuns.start(shards.config())));
    return last[0];
  }

  private List<Path> files(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(f -> f.getFileName().toString().startsWith(prefix)).sorted().toList();
    }
  }

  @Test
  void whatIsReadIsWhatWasWritten() throws IOException {
    RunState written = begin(3);
    RunState read = checkpoints(Resume.REQUIRED).resume().orElseThrow();
    SimulatedClusterTest.assertSame("round 3", written, read);
    assertEquals(written.current().optimizer().step(), read.current().optimizer().step());
    assertEquals(written.epochsSinceBest(), read.epochsSinceBest());
    assertEquals(2, files("manifest-").size(), "the last two are kept");
    assertEquals(2, files("weights-").size());
  }

  /** Every operation fails in turn, in each of three ways; then the run goes on. */
  @ParameterizedTest
  @EnumSource(Fault.class)
  void everyFileOperationMayFail(Fault fault) throws IOException {
    assertTrue(failInTurn(fault, 0) > 20);
  }

  /** The same in a run that goes on: what it reads, and what it finds damaged and deletes. */
  @ParameterizedTest
  @EnumSource(Fault.class)
  void everyFileOperationOfARunThatGoesOnMayFail(Fault fault) throws IOException {
    assertTrue(failInTurn(fault, 3) > 20);
  }

  /**
   * @param rounds done before, of which the last one's checkpoint is damaged; 0 for none
   * @return the number of operations
   */
  private int failInTurn(Fault fault, int rounds) throws IOException {
    RunState expected = uninterrupted();
    leave(fault, rounds);
    run();
    int operations = CrashingFileSystem.operations();
    int failed = 0;
    for (int n = 1; n <= operations; n++) {
      leave(fault, rounds);
      CrashingFileSystem.fail(n, fault);
      try {
        run();
      } catch (IOException | UncheckedIOException e) {
        failed++;
        assertTrue(e.getMessage().contains("operation " + n + " failed"), e.getMessage());
      } catch (DriverKilled e) {
        failed++;
      }
      CrashingFileSystem.fail(0, fault);
      SimulatedClusterTest.assertSame("operation " + n, expected, run());
    }
    assertTrue(failed > operations / 2, failed + " of " + operations);
    return operations;
  }

  /** What a run finds that goes on after so many rounds. */
  private void leave(Fault fault, int rounds) throws IOException {
    CrashingFileSystem.fail(0, fault);
    delete();
    if (rounds > 0) {
      begin(rounds);
      Files.write(files("weights-").get(1), new byte[] {1, 2, 3});
    }
    CrashingFileSystem.fail(0, fault);
  }

  private void delete() throws IOException {
    for (Path file : files("")) {
      Files.delete(file);
    }
  }

  @Test
  void everyFlippedBitOfAManifestIsFound() throws IOException {
    begin(3);
    Path newest = files("manifest-").get(1);
    byte[] content = Files.readAllBytes(newest);
    for (int bit = 0; bit < content.length * 8; bit++) {
      byte[] damaged = content.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThrows(CheckpointFile.Damaged.class, () -> CheckpointFile.read(damaged));
    }
    for (int length = 0; length < content.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(content, length);
      assertThrows(CheckpointFile.Damaged.class, () -> CheckpointFile.read(cut));
    }
  }

  @Test
  void flippedBitsAndCutsOfTheDataAreFoundAndTheOneBeforeIsTaken() throws IOException {
    begin(3);
    Path data = files("weights-").get(1);
    byte[] content = Files.readAllBytes(data);
    byte[] manifest = Files.readAllBytes(files("manifest-").get(1));
    for (int bit = 0; bit < content.length * 8; bit += 37) {
      byte[] damaged = content.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      restore(data, damaged, manifest);
      assertEquals(2, checkpoints(Resume.AUTO).resume().orElseThrow().current().position().round());
    }
    restore(data, java.util.Arrays.copyOf(content, content.length - 1), manifest);
    assertEquals(2, checkpoints(Resume.AUTO).resume().orElseThrow().current().position().round());
    assertTrue(
        log.get(0).contains("skipped checkpoint") && log.get(0).contains("SHA-256"), log.get(0));
    assertFalse(files("manifest-").size() > 1, "the damaged one is gone");
  }

  private void restore(Path data, byte[] content, byte[] manifest) throws IOException {
    Files.write(data, content);
    Files.write(directory.resolve("manifest-00000003"), manifest);
  }

  /** Vectors that are longer than the pieces in which they are written. */
  @Test
  void aLargeStateIsReadAsItWasWritten() throws IOException {
    int length = 700_001;
    float[][] vectors = new float[5][length];
    for (int i = 0; i < vectors.length; i++) {
      KeyedRandom random = KeyedRandom.of(i, "large");
      for (int j = 0; j < length; j++) {
        vectors[i][j] = random.nextFloat();
      }
    }
    Position position = new Position(7, 2, 3);
    OptimizerState optimizer = new OptimizerState(vectors[1], vectors[2], 70);
    RunState written =
        new RunState(
            new TrainingState(position, vectors[0], optimizer, vectors[3]),
            Optional.of(new RunState.Kept(new Position(5, 1, 0), vectors[4], 0.25)),
            1,
            new Validation(0.5, 0.75),
            4);
    CheckpointSettings settings =
        new CheckpointSettings("crash://" + directory, 1, 2, Resume.REQUIRED);
    Checkpoints store =
        new Checkpoints(
            settings,
            CrashingFileSystem.configuration(),
            SimulatedRuns.identity("one"),
            length,
            log::add);
    store.write(written);
    RunState read = store.resume().orElseThrow();
    SimulatedClusterTest.assertSame("large", written, read);
    assertArrayEquals(vectors[1], read.current().optimizer().first());
    assertEquals(0.25, read.best().orElseThrow().loss());
    assertEquals(4, read.leftOut());
  }

  @Test
  void aMissingDataFileIsSkipped() throws IOException {
    begin(3);
    Files.delete(files("weights-").get(1));
    assertEquals(2, checkpoints(Resume.AUTO).resume().orElseThrow().current().position().round());
  }

  @Test
  void anotherRunIsRefusedNamingWhatDiffers() throws IOException {
    begin(2);
    RunIdentity other =
        new RunIdentity(
            new TreeMap<>(Map.of("training.seed", "2", "run", "one", "training.outer", "average")));
    CheckpointException e =
        assertThrows(
            CheckpointException.Changed.class, () -> checkpoints(Resume.AUTO, other).resume());
    assertTrue(e.getMessage().contains("training.seed is 2, the checkpoint has 1"), e.getMessage());
    assertTrue(e.getMessage().contains("training.outer is average, the checkpoint has nothing"));
    assertTrue(e.getMessage().contains("--resume never"));
    assertEquals(2, files("manifest-").size(), "nothing is lost");
  }

  @Test
  void aRequiredCheckpointThatIsMissingIsAnError() throws IOException {
    assertThrows(CheckpointException.Missing.class, () -> checkpoints(Resume.REQUIRED).resume());
    begin(1);
    Files.write(files("manifest-").get(0), new byte[] {1, 2, 3});
    assertThrows(CheckpointException.Missing.class, () -> checkpoints(Resume.REQUIRED).resume());
    assertEquals(1, files("manifest-").size(), "nothing is deleted then");
  }

  @Test
  void neverStartsOver() throws IOException {
    begin(3);
    assertEquals(Optional.empty(), checkpoints(Resume.NEVER).resume());
    assertEquals(List.of(), files("manifest-"));
    assertEquals(List.of(), files("weights-"));
  }

  @Test
  void ofTwoRunsInOnePlaceOneStops() throws IOException {
    Checkpoints first = checkpoints(Resume.NEVER);
    Checkpoints second = checkpoints(Resume.NEVER);
    first.resume();
    second.resume();
    RunState state = SimulatedRuns.run(shards, shards.config(), Optional.empty());
    first.write(state);
    assertThrows(CheckpointException.Contested.class, () -> second.write(state));
    assertNotNull(checkpoints(Resume.REQUIRED).resume().orElseThrow());
  }

  @Test
  void namesOfOtherPlacesAreNotOpened() throws IOException {
    RunState state = begin(1);
    for (String name : List.of("../weights-00000001.bin", "/etc/passwd", "weights-1.bin")) {
      byte[] manifest =
          CheckpointFile.manifest(state, SimulatedRuns.identity("one"), name, "0".repeat(64));
      assertThrows(CheckpointFile.Damaged.class, () -> CheckpointFile.read(manifest));
    }
  }
}
