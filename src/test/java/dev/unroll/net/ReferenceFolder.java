package dev.unroll.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folders with reference files: the small ones shipped with the tests, and those in {@code
 * -Dunroll.reference=DIR}, or else in {@code ../shared/reference} if there is such a folder.
 *
 * @param path the folder
 * @param complete whether every known case has to be there
 */
public record ReferenceFolder(Path path, boolean complete) {
  /** A recurrent layer forward and backward. */
  public static final Set<String> LAYER_CASES = RecurrentCase.CELLS.keySet();

  /** Ten steps of training. */
  public static final Set<String> TRAINING_CASES =
      Set.of("train_sgd", "train_momentum", "train_sgd_clipped", "train_adam", "train_adamw");

  /** The shipped folder first. */
  public static List<ReferenceFolder> all() {
    List<ReferenceFolder> folders = new ArrayList<>();
    folders.add(new ReferenceFolder(shipped(), true));
    String given = System.getProperty("unroll.reference");
    Path neighbour = project().resolve("../shared/reference");
    if (given != null) {
      folders.add(new ReferenceFolder(Path.of(given), true));
    } else if (Files.isDirectory(neighbour)) {
      folders.add(new ReferenceFolder(neighbour, false));
    }
    return folders;
  }

  /** The shipped folder, in the source tree. */
  static Path shipped() {
    return project().resolve("src/test/resources/reference");
  }

  /** The project's folder: Maven says it, and otherwise tests are started in it. */
  private static Path project() {
    return Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  }

  /** The files of the given cases; fails on a case that nobody knows, or that is missing. */
  public List<ReferenceFile> files(Set<String> cases) {
    List<ReferenceFile> files = new ArrayList<>();
    Set<String> missing = new LinkedHashSet<>(cases);
    for (Path file : jsonFiles()) {
      ReferenceFile reference = ReferenceFile.read(file);
      if (!LAYER_CASES.contains(reference.name()) && !TRAINING_CASES.contains(reference.name())) {
        throw new IllegalStateException(file + ": unknown case \"" + reference.name() + "\"");
      }
      if (cases.contains(reference.name())) {
        files.add(reference);
        missing.remove(reference.name());
      }
    }
    if (files.isEmpty() || (complete && !missing.isEmpty())) {
      throw new IllegalStateException(path + ": no file for the cases " + missing);
    }
    return files;
  }

  private List<Path> jsonFiles() {
    try (Stream<Path> paths = Files.list(path)) {
      return paths.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the reference files in " + path, e);
    }
  }
}
