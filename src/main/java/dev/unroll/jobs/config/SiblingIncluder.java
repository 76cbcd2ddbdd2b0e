package dev.unroll.jobs.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import dev.unroll.spark.Nearest;
import java.io.File;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lets a configuration file include files of its own directory and nothing else. Left alone, the
 * library also follows URLs and searches the class path, so a configuration could fetch its content
 * from another machine or pick up what happens to lie in some jar.
 */
final class SiblingIncluder
    implements ConfigIncluder, ConfigIncluderURL, ConfigIncluderFile, ConfigIncluderClasspath {
  private static final Pattern SIMPLE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._ -]*");

  /** The files being read, the innermost last. */
  private final Deque<Path> reading = new ArrayDeque<>();

  /** Reads a file and what it includes. */
  ConfigObject read(Path file) {
    reading.addLast(file);
    try {
      return ConfigFactory.parseFile(
              file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false).setIncluder(this))
          .root();
    } finally {
      reading.removeLast();
    }
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String name) {
    if (!SIMPLE_NAME.matcher(name).matches()) {
      throw refused("\"" + name + "\"");
    }
    Path sibling = reading.getLast().resolveSibling(name);
    if (!sibling.toFile().isFile()) {
      throw new UsageException(
          reading.getLast() + ": include \"" + name + "\": no such file" + hint(sibling));
    }
    if (reading.contains(sibling)) {
      String circle =
          Stream.concat(reading.stream(), Stream.of(sibling))
              .map(path -> path.getFileName().toString())
              .collect(Collectors.joining(" -> "));
      throw new UsageException(sibling + ": includes itself (" + circle + ")");
    }
    return read(sibling);
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL url) {
    throw refused("url(\"" + url + "\")");
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File file) {
    throw refused("file(\"" + file + "\")");
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String resource) {
    throw refused("classpath(\"" + resource + "\")");
  }

  /** The library offers its own, unlimited includer here; it must not be asked. */
  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }

  private UsageException refused(String what) {
    return new UsageException(
        reading.getLast()
            + ": include "
            + what
            + " is not allowed; only files of the same directory may be included, by name:"
            + " include \"base.conf\"");
  }

  /** {@code ; did you mean "letters.conf"?}, from the names beside the missing file. */
  static String hint(Path missing) {
    File directory = missing.toAbsolutePath().normalize().getParent().toFile();
    String[] names = directory.list();
    if (names == null) {
      return "; there is no directory " + directory;
    }
    List<String> sorted = Arrays.stream(names).sorted().toList();
    return Nearest.to(missing.getFileName().toString(), sorted)
        .map(near -> "; did you mean \"" + near + "\"?")
        .orElse("");
  }
}
