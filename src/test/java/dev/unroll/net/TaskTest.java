package dev.unroll.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class TaskTest {
  @Test
  void labelsAndTasksAreEachOthersInverse() {
    for (Task task : Task.values()) {
      assertEquals(task, Task.of(task.label()));
    }
    assertEquals("classify", Task.CLASSIFY.label());
  }

  @Test
  void anUnknownNameListsTheKnownOnes() {
    var failure = assertThrows(IllegalArgumentException.class, () -> Task.of("Classify"));
    assertEquals("task \"Classify\", expected one of classify, regress, tag", failure.getMessage());
  }
}
