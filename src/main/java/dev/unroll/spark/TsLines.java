package dev.unroll.spark;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The lines of one .ts file that mean something, one at a time: first the header, then the cases.
 * Comments and blank lines are passed over, wherever they stand. One line is in memory, never the
 * file.
 */
final class TsLines implements Closeable {
  /** A UTF-8 byte-order mark as ISO-8859-1 shows it. */
  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

  private static final int BUFFER_BYTES = 1 << 16;

  private final String file;
  private final BufferedReader in;
  private long number;

  /**
   * Reads from an open stream, which {@link #close} closes.
   *
   * @param file what to call the file in messages
   */
  TsLines(String file, InputStream in) {
    this.file = file;
    // Comments in the archive hold bytes that are not UTF-8; in ISO-8859-1 every byte is a letter.
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
  }

  /** Opens a file, through gzip if its name ends in .gz. */
  static TsLines open(Configuration conf, Path path) throws IOException {
    InputStream in = path.getFileSystem(conf).open(path);
    if (!path.getName().toLowerCase(Locale.ROOT).endsWith(".gz")) {
      return new TsLines(path.getName(), in);
    }
    try {
      return new TsLines(path.getName(), new GZIPInputStream(in, BUFFER_BYTES));
    } catch (EOFException | ZipException e) {
      in.close();
      throw damaged(path.getName(), e);
    }
  }

  /**
   * Reads up to and including the line {@code @data}.
   *
   * @throws InvalidDataException if the header is malformed or has no such line
   */
  TsHeader header() {
    Map<String, TsHeader.Entry> entries = new HashMap<>();
    for (String line = next(); line != null; line = next()) {
      if (!line.startsWith("@")) {
        throw malformed("\"" + brief(line) + "\"", "a header line such as @classLabel, or @data");
      }
      String[] words = line.split("\\s+", 2);
      String name = words[0].substring(1).toLowerCase(Locale.ROOT);
      if (name.equals("data")) {
        return TsHeader.of(entries);
      }
      entries.put(name, new TsHeader.Entry(place(), words.length > 1 ? words[1] : ""));
    }
    throw new InvalidDataException(
        file
            + ": no line @data, expected one between the header and the cases (is it a .ts file?)");
  }

  /**
   * The next line that is neither blank nor a comment, without blanks around it; null at the end.
   */
  String next() {
    for (String line = readLine(); line != null; line = readLine()) {
      String text = line.strip();
      if (!text.isEmpty() && text.charAt(0) != '#') {
        return text;
      }
    }
    return null;
  }

  /** {@code FILE:LINE} of the line read last, counted from 1 as editors do. */
  String place() {
    return file + ":" + number;
  }

  /** An exception about the line read last. */
  InvalidDataException malformed(String problem, String expected) {
    return new InvalidDataException(
        place() + ": " + problem + ", expected " + expected + "; correct the file");
  }

  /** The start of a text that may be very long. */
  static String brief(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private String readLine() {
    try {
      String line = in.readLine();
      number++;
      boolean marked = number == 1 && line != null && line.startsWith(BYTE_ORDER_MARK);
      return marked ? line.substring(BYTE_ORDER_MARK.length()) : line;
    } catch (EOFException | ZipException e) {
      throw damaged(place(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + place() + ": " + e.getMessage(), e);
    }
  }

  private static InvalidDataException damaged(String place, IOException cause) {
    return new InvalidDataException(
        place
            + ": the gzip data is damaged or cut short ("
            + cause.getMessage()
            + "); copy the file again");
  }
}
