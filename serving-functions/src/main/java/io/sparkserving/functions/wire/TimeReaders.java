package io.sparkserving.functions.wire;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.LocalDate;
import java.time.Period;
import java.time.temporal.ChronoUnit;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.jspecify.annotations.Nullable;

/** Readers of dates, times and intervals. */
final class TimeReaders {
  private static final int YEAR_MONTHS = 12;

  private TimeReaders() {}

  static final class LocalDates extends VectorReader {
    @Override
    @Nullable Object[] readValues(ByteBuffer in, int count) {
      require(in, count, Integer.BYTES);
      @Nullable Object[] values = new Object[count];
      for (int i = 0; i < count; i++) {
        values[i] = LocalDate.ofEpochDay(in.getInt());
      }
      skipPadding(in);
      return values;
    }
  }

  static final class SqlDates extends VectorReader {
    @Override
    @Nullable Object[] readValues(ByteBuffer in, int count) {
      require(in, count, Integer.BYTES);
      @Nullable Object[] values = new Object[count];
      for (int i = 0; i < count; i++) {
        values[i] = DateTimeUtils.toJavaDate(in.getInt());
      }
      skipPadding(in);
      return values;
    }
  }

  static final class Instants extends VectorReader {
    @Override
    @Nullable Object[] readValues(ByteBuffer in, int count) {
      require(in, count, Long.BYTES);
      @Nullable Object[] values = new Object[count];
      for (int i = 0; i < count; i++) {
        values[i] = DateTimeUtils.microsToInstant(in.getLong());
      }
      skipPadding(in);
      return values;
    }
  }

  static final class SqlTimestamps extends VectorReader {
    @Override
    @Nullable Object[] readValues(ByteBuffer in, int count) {
      require(in, count, Long.BYTES);
      @Nullable Object[] values = new Object[count];
      for (int i = 0; i < count; i++) {
        values[i] = DateTimeUtils.toJavaTimestamp(in.getLong());
      }
      skipPadding(in);
      return values;
    }
  }

  static final class LocalTimestamps extends VectorReader {
    @Override
    @Nullable Object[] readValues(ByteBuffer in, int count) {
      require(in, count, Long.BYTES);
      @Nullable Object[] values = new Object[count];
      for (int i = 0; i < count; i++) {
        values[i] = DateTimeUtils.microsToLocalDateTime(in.getLong());
      }
      skipPadding(in);
      return values;
    }
  }

  static final class DayTimes extends VectorReader {
    @Override
    @Nullable Object[] readValues(ByteBuffer in, int count) {
      require(in, count, Long.BYTES);
      @Nullable Object[] values = new Object[count];
      for (int i = 0; i < count; i++) {
        values[i] = Duration.of(in.getLong(), ChronoUnit.MICROS);
      }
      skipPadding(in);
      return values;
    }
  }

  static final class YearMonths extends VectorReader {
    @Override
    @Nullable Object[] readValues(ByteBuffer in, int count) {
      require(in, count, Integer.BYTES);
      @Nullable Object[] values = new Object[count];
      for (int i = 0; i < count; i++) {
        values[i] = months(in.getInt());
      }
      skipPadding(in);
      return values;
    }

    private static Period months(int months) {
      return Period.of(months / YEAR_MONTHS, months % YEAR_MONTHS, 0);
    }
  }
}
