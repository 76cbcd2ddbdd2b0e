package dev.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class InvalidDataExceptionTest {
  @Test
  void isFoundBeneathOtherFailures() {
    var invalid = new InvalidDataException("row 7 is bad");
    var failure = new IllegalStateException("job aborted", new RuntimeException(invalid));
    assertSame(invalid, InvalidDataException.in(failure).orElseThrow());
    assertEquals(Optional.empty(), InvalidDataException.in(new RuntimeException("other")));
  }
}
