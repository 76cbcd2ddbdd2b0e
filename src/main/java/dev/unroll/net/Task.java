package dev.unroll.net;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a network answers about a sequence. */
public enum Task {
  /** One class for the whole sequence. */
  CLASSIFY,
  /** One number, or one vector of numbers, for the whole sequence. */
  REGRESS,
  /** One class for every step. */
  TAG;

  /**
   * The task with this lower-case name.
   *
   * @throws IllegalArgumentException naming the three tasks, if {@code label} is none of them
   */
  public static Task of(String label) {
    for (Task task : values()) {
      if (task.label().equals(label)) {
        return task;
      }
    }
    throw new IllegalArgumentException("task \"" + label + "\", expected one of " + labels());
  }

  /** The lower-case name, as written in configurations and model files. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The figure that tells people how good a model is: {@code accuracy}, or {@code rmse}. */
  public String metric() {
    return this == REGRESS ? "rmse" : "accuracy";
  }

  private static String labels() {
    return Arrays.stream(values()).map(Task::label).collect(Collectors.joining(", "));
  }
}
