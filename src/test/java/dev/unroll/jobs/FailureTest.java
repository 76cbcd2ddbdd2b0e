package dev.unroll.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.unroll.jobs.config.UsageException;
import dev.unroll.net.ModelFormatException;
import dev.unroll.spark.InvalidDataException;
import dev.unroll.train.DivergedException;
import java.io.IOException;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {
  static Stream<Arguments> known() {
    return Stream.of(
        Arguments.of(new UsageException("what"), 2),
        Arguments.of(new InvalidDataException("what"), 3),
        Arguments.of(new DivergedException("what", null, null), 4),
        Arguments.of(new OutputExistsException("what"), 5),
        Arguments.of(new ModelFormatException("what"), 6));
  }

  @ParameterizedTest
  @MethodSource("known")
  void exceptionsHaveTheirCodesHoweverDeepTheyAre(RuntimeException failure, int code) {
    Throwable wrapped = new SparkException("Job aborted", new RuntimeException("x", failure));
    for (Throwable thrown : new Throwable[] {failure, wrapped}) {
      assertEquals(code, ExitCode.of(thrown).code());
      assertEquals("what", Failure.of(thrown).message());
    }
  }

  @ParameterizedTest
  @MethodSource("known")
  void exceptionsThatAreTextOnlyAreFoundToo(RuntimeException failure, int code) {
    String text =
        "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times, most recent failure:"
            + " Lost task 0.3 in stage 1.0 (TID 7) (node executor 1): "
            + failure
            + "\n\tat dev.unroll.X.y(X.java:3)\n\nDriver stacktrace:";
    Failure found = Failure.of(new SparkException(text, null));
    assertEquals(code, found.exitCode().code());
    assertEquals("what", found.message());
  }

  @Test
  void anInterruptionIsOne() {
    assertEquals(130, ExitCode.of(new RuntimeException(new InterruptedException())).code());
  }

  @Test
  void anythingElseIsOneWithTheDeepestCause() {
    Failure failure = Failure.of(new IOException("outer", new IllegalStateException("inner")));
    assertEquals(ExitCode.FAILED, failure.exitCode());
    assertEquals("IOException: outer\ncaused by IllegalStateException: inner", failure.message());
    assertEquals(
        "NullPointerException: no message", Failure.of(new NullPointerException()).message());
  }

  @Test
  void aCircleOfCausesEnds() {
    Exception first = new Exception("first");
    first.initCause(new Exception("second", first));
    assertEquals(ExitCode.FAILED, ExitCode.of(first));
  }

  @Test
  void messagesAreShortAndPlain() {
    String message =
        Failure.of(new InvalidDataException("a\u001b[2Jb password=s3cr3t " + "x".repeat(9000)))
            .message();
    assertFalse(message.contains("s3cr3t"));
    assertFalse(message.contains("\u001b"));
    assertEquals(4003, message.length(), 20);
  }
}
