package dev.unroll.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Rows that could not be used: how many, by reason, and what the first few messages were. */
public final class InvalidRows implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 5;

  private final TreeMap<String, Long> counts = new TreeMap<>();
  private final ArrayList<String> messages = new ArrayList<>();

  /** Counts one row. */
  public void add(InvalidRowException row) {
    add(row, 1);
  }

  /** Counts {@code rows} rows with the same trouble as this one. */
  public void add(InvalidRowException row, long rows) {
    add(row.reason().label(), rows, List.of(row.getMessage()));
  }

  /** Adds another part's rows; the first part's messages come first. */
  public void merge(InvalidRows other) {
    other.counts.forEach((reason, count) -> add(reason, count, List.of()));
    addMessages(other.messages);
  }

  private void add(String reason, long count, List<String> seen) {
    counts.merge(reason, count, Long::sum);
    addMessages(seen);
  }

  private void addMessages(List<String> seen) {
    seen.stream().limit(SHOWN - (long) messages.size()).forEach(messages::add);
  }

  /** Rows in all. */
  public long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Rows by reason, such as {@code null-sequence}. */
  public SortedMap<String, Long> counts() {
    return Collections.unmodifiableSortedMap(counts);
  }

  /** The first few messages. */
  public List<String> messages() {
    return Collections.unmodifiableList(messages);
  }

  /** Such as {@code 3 (2 nan-value, 1 null-label)}. */
  public String summary() {
    if (counts.isEmpty()) {
      return "0";
    }
    return counts.entrySet().stream()
        .map((Map.Entry<String, Long> e) -> e.getValue() + " " + e.getKey())
        .collect(Collectors.joining(", ", total() + " (", ")"));
  }

  /** The error for a job that does not skip invalid rows. */
  public InvalidDataException asError(long rows) {
    return new InvalidDataException(
        "%d of %d rows cannot be used, by reason: %s%s"
            .formatted(total(), rows, summary(), list()));
  }

  /** The first few messages, each in a line of its own, and how many more there are. */
  public String list() {
    String list = messages.stream().collect(Collectors.joining("\n  ", "\n  ", ""));
    long more = total() - messages.size();
    return more > 0 ? list + "\n  and " + more + " more" : list;
  }
}
