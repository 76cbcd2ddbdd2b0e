package dev.unroll.spark.rounds;

import dev.unroll.spark.HadoopFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The checkpoints of a run, in a directory on any Hadoop file system. Each is a data file under a
 * name that is never used again, and then a small manifest that names it; nothing is renamed. Until
 * its manifest is there, whole, a checkpoint does not exist, so whatever is killed at whatever
 * moment, the newest checkpoint that can be read is a true state of the run.
 */
final class Checkpoints {
  private static final Pattern MANIFEST = Pattern.compile("manifest-[0-9]{8}");
  private static final Pattern DATA = Pattern.compile("weights-.*\\.bin");

  /** Data files without a manifest may belong to one that is just being written. */
  private static final long ORPHAN_MILLIS = 3_600_000;

  private final FileSystem fs;
  private final Path directory;
  private final CheckpointSettings settings;
  private final RunIdentity identity;
  private final int parameters;
  private final Consumer<String> log;
  private long lastRound = -1;

  /**
   * @param identity of the run that writes them
   * @param parameters how many the network has
   * @param log told in words what was found, and what was skipped and why
   */
  Checkpoints(
      CheckpointSettings settings,
      Configuration conf,
      RunIdentity identity,
      int parameters,
      Consumer<String> log)
      throws IOException {
    directory = new Path(settings.directory());
    fs = HadoopFiles.fileSystem(directory, conf);
    this.settings = settings;
    this.identity = identity;
    this.parameters = parameters;
    this.log = log;
  }

  /**
   * The state to go on from, if there is one and it is wanted. What is newer than it, and damaged,
   * is deleted; so is everything when the run starts over.
   *
   * @throws CheckpointException if the run may not start: the settings or data have changed, or
   *     there is no checkpoint and one is required
   */
  Optional<RunState> resume() throws IOException {
    fs.mkdirs(directory);
    Optional<RunState> found =
        settings.resume() == CheckpointSettings.Resume.NEVER ? Optional.empty() : newest();
    if (found.isEmpty()) {
      if (settings.resume() == CheckpointSettings.Resume.REQUIRED) {
        throw new CheckpointException.Missing(
            "no checkpoint in %s can be used; start over with --resume auto"
                .formatted(HadoopFiles.show(directory)));
      }
      for (FileStatus file : files(DATA, MANIFEST)) {
        fs.delete(file.getPath(), false);
      }
    }
    lastRound = found.map(state -> state.current().position().round()).orElse(0L);
    return found;
  }

  private Optional<RunState> newest() throws IOException {
    List<Path> skipped = new ArrayList<>();
    for (FileStatus file : manifests()) {
      Optional<RunState> state = read(file.getPath());
      if (state.isPresent()) {
        for (Path newer : skipped) {
          fs.delete(newer, false);
        }
        return state;
      }
      skipped.add(file.getPath());
    }
    return Optional.empty();
  }

  /** Nothing, with the reason told, if the checkpoint is damaged. */
  private Optional<RunState> read(Path manifest) throws IOException {
    try {
      CheckpointFile.Manifest content = CheckpointFile.read(content(manifest));
      requireSame(content.identity(), manifest);
      Path data = new Path(directory, content.file());
      long size = fs.getFileStatus(data).getLen();
      if (size != content.size()) {
        throw new CheckpointFile.Damaged(
            "%s has %d bytes, expected %d".formatted(content.file(), size, content.size()));
      }
      try (FSDataInputStream in = fs.open(data)) {
        return Optional.of(CheckpointFile.state(content, in, parameters));
      }
    } catch (CheckpointFile.Damaged | FileNotFoundException e) {
      log.accept("skipped checkpoint %s: %s".formatted(HadoopFiles.show(manifest), e.getMessage()));
      return Optional.empty();
    }
  }

  private void requireSame(RunIdentity found, Path manifest) {
    List<String> differences = identity.differences(found);
    if (!differences.isEmpty()) {
      throw new CheckpointException.Changed(
          "%s is of another run: %s; set it back, give another run.dir, or start over with --resume never"
              .formatted(HadoopFiles.show(manifest), String.join("; ", differences)));
    }
  }

  private byte[] content(Path manifest) throws IOException {
    int most = CheckpointFile.LARGEST_MANIFEST;
    try (FSDataInputStream in = fs.open(manifest)) {
      byte[] content = in.readNBytes(most + 1);
      if (content.length > most) {
        throw new CheckpointFile.Damaged("it has more than " + most + " bytes");
      }
      return content;
    }
  }

  /** Writes a checkpoint if enough rounds have gone by since the last one. */
  void offer(RunState state) {
    if (state.current().position().round() - lastRound >= settings.interval()) {
      write(state);
    }
  }

  /** Writes a checkpoint, unless the last one is of the same round. */
  void write(RunState state) {
    long round = state.current().position().round();
    if (round == lastRound) {
      return;
    }
    try {
      write(state, round);
      lastRound = round;
      prune();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot write a checkpoint to %s: %s; what was written before is whole"
              .formatted(HadoopFiles.show(directory), e.getMessage()),
          e);
    }
  }

  private void write(RunState state, long round) throws IOException {
    String name = String.format(Locale.ROOT, "weights-%08d-%s.bin", round, UUID.randomUUID());
    Path file = new Path(directory, name);
    Path manifest = new Path(directory, String.format(Locale.ROOT, "manifest-%08d", round));
    String sha256;
    try (FSDataOutputStream out = fs.create(file, false)) {
      sha256 = CheckpointFile.write(state, out);
    }
    byte[] content = CheckpointFile.manifest(state, identity, name, sha256);
    try (FSDataOutputStream out = fs.create(manifest, false)) {
      out.write(content);
    } catch (FileAlreadyExistsException e) {
      throw contested(manifest);
    }
    // Some stores do not refuse a second writer; then the last one has won.
    if (!Arrays.equals(content(manifest), content)) {
      throw contested(manifest);
    }
  }

  private CheckpointException contested(Path manifest) {
    return new CheckpointException.Contested(
        "%s was written by another run; two runs must not share a directory: stop one, or give it"
                .formatted(HadoopFiles.show(manifest))
            + " another run.dir");
  }

  /** Keeps the last ones; a data file goes after the manifest that names it. */
  private void prune() throws IOException {
    List<FileStatus> manifests = manifests();
    Set<String> kept = new HashSet<>();
    for (int i = 0; i < manifests.size(); i++) {
      Path path = manifests.get(i).getPath();
      if (i < settings.keep()) {
        kept.add(round(path));
      } else {
        fs.delete(path, false);
      }
    }
    for (FileStatus file : files(DATA)) {
      boolean old = file.getModificationTime() < System.currentTimeMillis() - ORPHAN_MILLIS;
      boolean before =
          round(file.getPath()).compareTo(kept.stream().min(String::compareTo).get()) < 0;
      if (before || old && !kept.contains(round(file.getPath()))) {
        fs.delete(file.getPath(), false);
      }
    }
  }

  /** The eight digits in a name, which sort as the rounds do. */
  private static String round(Path path) {
    return path.getName().split("-")[1];
  }

  private List<FileStatus> manifests() throws IOException {
    List<FileStatus> found = files(MANIFEST);
    found.sort(Comparator.comparing((FileStatus file) -> file.getPath().getName()).reversed());
    return found;
  }

  private List<FileStatus> files(Pattern... names) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    for (FileStatus file : fs.listStatus(directory)) {
      String name = file.getPath().getName();
      if (file.isFile() && Arrays.stream(names).anyMatch(p -> p.matcher(name).matches())) {
        found.add(file);
      }
    }
    return found;
  }
}
