package dev.unroll.jobs.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Masks secrets in everything that a job prints or stores. When in doubt it masks too much: a
 * masked word costs a look at the original file, a leaked one costs a new password.
 */
public final class Secrets {
  /** What stands in place of a secret. */
  public static final String MASK = "***";

  private static final String SECRET_NAME =
      "(?:secret|password|passwd|passphrase|pwd|token|credential|signature"
          + "|(?:access|account|api|private|encryption)[._-]?key)";

  private static final Pattern KEY = Pattern.compile("(?i)" + SECRET_NAME);

  /**
   * {@code //user:password@host}, also with one slash as file names make of it. Digits and then the
   * end of the authority are a port instead.
   */
  private static final Pattern USER_INFO =
      Pattern.compile("(:/|//)[^/\\s\"'@:]*:(?!\\d{1,5}(?:[/?#,;]|$))[^\\s\"']*@");

  /** {@code jdbc:oracle:thin:user/password@host}. */
  private static final Pattern ORACLE =
      Pattern.compile("(?i)(jdbc:oracle:\\w+:)[^\\s\"'@]+/[^\\s\"']*@");

  /** {@code password=...} as in JDBC URLs, Java options and JSON ({@code "password": ...}). */
  private static final Pattern PARAMETER =
      Pattern.compile(
          "(?i)((?:[\\w.-]*"
              + SECRET_NAME
              + "[\\w.-]*|\\bsig)(?:\"\\s*[:=]|\\s*=)\\s*)"
              + "(?:\"[^\"]*\"|'[^']*'|\\{[^}]*}|[^&;\\s\"']+)");

  private Secrets() {}

  /** Whether values under this key are secret by the key's name alone. */
  public static boolean isSecret(String key) {
    return KEY.matcher(key).find();
  }

  /** The text without passwords in URLs and without values of parameters that look secret. */
  public static String mask(String text) {
    if (text == null) {
      return null;
    }
    String masked = USER_INFO.matcher(text).replaceAll("$1" + MASK + "@");
    masked = ORACLE.matcher(masked).replaceAll("$1" + MASK + "@");
    return PARAMETER.matcher(masked).replaceAll("$1" + MASK);
  }

  /** The value as it may be shown for this key. */
  public static String mask(String key, String value) {
    return isSecret(key) ? MASK : mask(value);
  }

  /** The same keys in the same order with the values as they may be shown. */
  static Map<String, String> mask(Map<String, String> values) {
    Map<String, String> masked = new LinkedHashMap<>();
    values.forEach((key, value) -> masked.put(key, mask(key, value)));
    return masked;
  }
}
