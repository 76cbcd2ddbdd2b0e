package dev.unroll.net;

/**
 * A model that cannot be loaded: a file is missing, damaged, from a newer Unroll, or not a model.
 * The message is written for the user (what was found, where, what was expected, what to do) and is
 * shown as it stands.
 */
public final class ModelFormatException extends RuntimeException {
  private static final int LONGEST = 2000;

  public ModelFormatException(String message) {
    super(printable(message));
  }

  public ModelFormatException(String message, Throwable cause) {
    super(printable(message), cause);
  }

  /**
   * Messages quote files that anyone may have written: one line, of bounded length, without
   * characters that would move a terminal's cursor or fake a line of a log.
   */
  private static String printable(String message) {
    StringBuilder text = new StringBuilder();
    message
        .codePoints()
        .limit(LONGEST)
        .map(c -> isPrintable(c) ? c : 0xFFFD)
        .forEach(text::appendCodePoint);
    return message.length() > LONGEST ? text + "..." : text.toString();
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }
}
