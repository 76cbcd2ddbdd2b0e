package dev.unroll.spark.ml;

import dev.unroll.spark.ColumnTypes;
import java.io.Serializable;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.NumericType;

/**
 * Times as whole numbers of steps of one frequency. Whole numbers, dates (in days) and timestamps
 * (in microseconds) are counted exactly, other numbers to a thousandth of a step.
 *
 * @param text the frequency as the user wrote it
 * @param ticks the frequency in units of an exact time, or 0 where times are not exact
 * @param size the frequency where times are not exact
 */
record TimeGrid(String text, long ticks, double size) implements Serializable {
  /** What {@link #index} gives for a time between two steps. */
  static final long BETWEEN = -1;

  private static final double TOLERANCE = 1e-3;
  private static final long MICROS_PER_DAY = 86_400_000_000L;
  private static final Map<String, Long> MICROS =
      Map.of(
          "microsecond", 1L,
          "millisecond", 1_000L,
          "second", 1_000_000L,
          "minute", 60_000_000L,
          "hour", 3_600_000_000L,
          "day", MICROS_PER_DAY,
          "week", 7 * MICROS_PER_DAY);
  private static final Pattern PART = Pattern.compile("\\s*(\\d{1,15})\\s*([a-z]+?)s?(?:\\s+|$)");

  /**
   * @param type of the time column: a number, date or timestamp
   * @throws IllegalArgumentException if the frequency does not fit that type
   */
  static TimeGrid of(String text, DataType type) {
    if (type instanceof NumericType) {
      return numeric(text, ColumnTypes.isInteger(type));
    }
    long micros = micros(text).orElseThrow(() -> refused(text, type, intervals()));
    if (!(type instanceof DateType)) {
      return new TimeGrid(text, micros, 0);
    }
    if (micros % MICROS_PER_DAY != 0) {
      throw refused(text, type, "whole days, such as 1 day or 1 week");
    }
    return new TimeGrid(text, micros / MICROS_PER_DAY, 0);
  }

  private static TimeGrid numeric(String text, boolean whole) {
    try {
      BigDecimal number = new BigDecimal(text.strip());
      if (number.signum() > 0 && !whole) {
        return new TimeGrid(text, 0, number.doubleValue());
      }
      if (number.signum() > 0) {
        return new TimeGrid(text, number.longValueExact(), 0);
      }
    } catch (ArithmeticException | NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "frequency is \"%s\", expected a %s above 0, since timeCol holds %s"
            .formatted(
                text, whole ? "whole number" : "number", whole ? "whole numbers" : "numbers"));
  }

  private static String intervals() {
    return "a fixed time above 0, such as 30 seconds, 1 hour, 1 day or 1 day 12 hours (units:"
        + " microseconds, milliseconds, seconds, minutes, hours, days of 24 hours, weeks); months"
        + " and years are not all equally long";
  }

  private static IllegalArgumentException refused(String text, DataType type, String expected) {
    return new IllegalArgumentException(
        "frequency is \"%s\", expected %s, since timeCol is a %s"
            .formatted(text, expected, type.simpleString()));
  }

  private static Optional<Long> micros(String text) {
    Matcher part = PART.matcher(text);
    long sum = 0;
    int at = 0;
    try {
      for (; at < text.length(); at = part.end()) {
        Long unit = part.region(at, text.length()).lookingAt() ? MICROS.get(part.group(2)) : null;
        if (unit == null) {
          return Optional.empty();
        }
        sum =
            Math.addExact(sum, Math.multiplyExact(Long.parseLong(part.group(1)), unit.longValue()));
      }
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
    return sum > 0 ? Optional.of(sum) : Optional.empty();
  }

  /** How many steps a time is after the first one, or {@link #BETWEEN} two steps. */
  long index(Object first, Object time) {
    if (ticks > 0) {
      long since = Math.subtractExact(ticks(time), ticks(first));
      return since % ticks == 0 ? since / ticks : BETWEEN;
    }
    double steps = (((Number) time).doubleValue() - ((Number) first).doubleValue()) / size;
    double nearest = Math.rint(steps);
    return Math.abs(steps - nearest) <= TOLERANCE ? (long) nearest : BETWEEN;
  }

  /** Spark hands out old or new Java time classes, as the session is set. */
  private static long ticks(Object time) {
    if (time instanceof Number number) {
      return number.longValue();
    }
    if (time instanceof Date date) {
      return date.toLocalDate().toEpochDay();
    }
    if (time instanceof LocalDate date) {
      return date.toEpochDay();
    }
    Instant instant =
        time instanceof Timestamp timestamp
            ? timestamp.toInstant()
            : time instanceof LocalDateTime local
                ? local.toInstant(ZoneOffset.UTC)
                : (Instant) time;
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
