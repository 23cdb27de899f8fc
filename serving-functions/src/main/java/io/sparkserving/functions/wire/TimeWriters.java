package io.sparkserving.functions.wire;

import java.nio.ByteBuffer;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.jspecify.annotations.Nullable;

/**
 * Writers of dates, times and intervals. A row holds dates and timestamps in the classes of {@code
 * java.sql} or of {@code java.time}, as Spark is set up; a writer takes both.
 */
final class TimeWriters {
  private static final long SECOND_MICROS = 1_000_000;
  private static final long MICRO_NANOS = 1_000;

  private TimeWriters() {}

  static final class Dates extends VectorWriter {
    @Override
    void writeValues(FrameOutput out, @Nullable Object[] values, int count) {
      ByteBuffer buffer = out.room((long) count * Integer.BYTES);
      for (int i = 0; i < count; i++) {
        Object value = values[i];
        buffer.putInt(value == null ? 0 : days(value));
      }
      out.pad();
    }

    private static int days(Object value) {
      return value instanceof LocalDate date
          ? Math.toIntExact(date.toEpochDay())
          : DateTimeUtils.fromJavaDate((Date) value);
    }
  }

  static final class Timestamps extends VectorWriter {
    @Override
    void writeValues(FrameOutput out, @Nullable Object[] values, int count) {
      ByteBuffer buffer = out.room((long) count * Long.BYTES);
      for (int i = 0; i < count; i++) {
        Object value = values[i];
        buffer.putLong(value == null ? 0 : micros(value));
      }
      out.pad();
    }

    private static long micros(Object value) {
      return value instanceof Instant instant
          ? DateTimeUtils.instantToMicros(instant)
          : DateTimeUtils.fromJavaTimestamp((Timestamp) value);
    }
  }

  static final class LocalTimestamps extends VectorWriter {
    @Override
    void writeValues(FrameOutput out, @Nullable Object[] values, int count) {
      ByteBuffer buffer = out.room((long) count * Long.BYTES);
      for (int i = 0; i < count; i++) {
        Object value = values[i];
        buffer.putLong(
            value == null ? 0 : DateTimeUtils.localDateTimeToMicros((LocalDateTime) value));
      }
      out.pad();
    }
  }

  static final class DayTimes extends VectorWriter {
    @Override
    void writeValues(FrameOutput out, @Nullable Object[] values, int count) {
      ByteBuffer buffer = out.room((long) count * Long.BYTES);
      for (int i = 0; i < count; i++) {
        Object value = values[i];
        buffer.putLong(value == null ? 0 : micros((Duration) value));
      }
      out.pad();
    }

    private static long micros(Duration duration) {
      long whole = Math.multiplyExact(duration.getSeconds(), SECOND_MICROS);
      return Math.addExact(whole, duration.getNano() / MICRO_NANOS);
    }
  }

  static final class YearMonths extends VectorWriter {
    @Override
    void writeValues(FrameOutput out, @Nullable Object[] values, int count) {
      ByteBuffer buffer = out.room((long) count * Integer.BYTES);
      for (int i = 0; i < count; i++) {
        Object value = values[i];
        buffer.putInt(value == null ? 0 : Math.toIntExact(((Period) value).toTotalMonths()));
      }
      out.pad();
    }
  }
}
