package dev.unroll.jobs.config;

import java.util.LinkedHashSet;
import java.util.Set;

/** Gathers everything that is wrong with a configuration, so that a user can mend it in one go. */
final class Problems {
  private final Set<String> found = new LinkedHashSet<>();

  /** Notes a problem; {@code where} is a place such as {@code conf/letters.conf:12}. */
  void add(String where, String what) {
    found.add(where + ": " + what);
  }

  /** Ends the job when there are problems. */
  void throwIfAny(String file) {
    if (found.size() == 1) {
      throw new UsageException(found.iterator().next());
    }
    if (!found.isEmpty()) {
      throw new UsageException(
          found.size()
              + " problems in the configuration "
              + file
              + "\n"
              + String.join("\n", found));
    }
  }
}
