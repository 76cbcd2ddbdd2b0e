package dev.unroll.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;

/** A model's files in a local directory. */
final class ModelDirectory implements ModelFile.Source {
  private final Path directory;

  private ModelDirectory(Path directory) {
    this.directory = directory;
  }

  static Model read(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new ModelFormatException(
          "model %s: there is no such directory; check the path".formatted(directory));
    }
    try {
      return ModelFile.decode(new ModelDirectory(directory));
    } catch (ModelFormatException e) {
      throw new ModelFormatException("model " + directory + ": " + e.getMessage(), e);
    }
  }

  @Override
  public long size(String name) throws IOException {
    return Files.size(file(name));
  }

  @Override
  public byte[] read(String name) throws IOException {
    return Files.readAllBytes(file(name));
  }

  /** The regular file of that name in this very directory: nothing outside it is opened. */
  private Path file(String name) throws IOException {
    Path file = directory.resolve(name).toRealPath();
    if (!directory.toRealPath().equals(file.getParent())) {
      throw new ModelFormatException(
          name + " is a link to outside the model's directory; put the file itself there");
    }
    if (!Files.isRegularFile(file)) {
      throw new ModelFormatException(name + " is not a regular file");
    }
    return file;
  }

  static void write(Model model, Path directory) throws IOException {
    Path target = directory.toAbsolutePath().normalize();
    checkFree(target);
    SortedMap<String, byte[]> files = ModelFile.encode(model);
    Files.createDirectories(target.getParent());
    Path staging = createStaging(target);
    try {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        write(staging.resolve(file.getKey()), file.getValue());
      }
      read(staging);
      Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      delete(staging);
    }
  }

  private static void checkFree(Path target) throws IOException {
    if (target.getParent() == null || Files.exists(target) && !isEmptyDirectory(target)) {
      throw new FileAlreadyExistsException(
          target.toString(), null, "not overwritten; delete it or choose another directory");
    }
  }

  private static boolean isEmptyDirectory(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(path)) {
      return entries.findAny().isEmpty();
    }
  }

  /** In the same file system as its target, and not with the narrow rights of a temporary one. */
  private static Path createStaging(Path target) throws IOException {
    String unique = ProcessHandle.current().pid() + "-" + System.nanoTime();
    return Files.createDirectory(
        target.resolveSibling("." + target.getFileName() + ".staging-" + unique));
  }

  /** Forced to the disk, since a crash could otherwise leave the moved name with empty files. */
  private static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  /** Nothing is left of it once it has been moved. */
  private static void delete(Path staging) throws IOException {
    Files.deleteIfExists(staging.resolve(ModelFile.NETWORK));
    Files.deleteIfExists(staging.resolve(ModelFile.WEIGHTS));
    Files.deleteIfExists(staging);
  }
}
