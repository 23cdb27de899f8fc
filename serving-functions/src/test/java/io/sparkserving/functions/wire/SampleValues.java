package io.sparkserving.functions.wire;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.YearMonthIntervalType;
import org.jspecify.annotations.Nullable;

/** Values of every type that travels, as Spark's rows hold them. */
public final class SampleValues {
  private static final StructType PAIR =
      new StructType().add("x", DataTypes.IntegerType).add("y", DataTypes.StringType);

  private SampleValues() {}

  /** One column of each type, with the values of three rows. */
  private static Map<StructField, List<@Nullable Object>> columns(boolean java8Time) {
    Map<StructField, List<@Nullable Object>> columns = new LinkedHashMap<>();
    StructType type =
        new StructType()
            .add("boolean", DataTypes.BooleanType)
            .add("byte", DataTypes.ByteType)
            .add("short", DataTypes.ShortType)
            .add("integer", DataTypes.IntegerType)
            .add("long", DataTypes.LongType)
            .add("float", DataTypes.FloatType)
            .add("double", DataTypes.DoubleType)
            .add("date", DataTypes.DateType)
            .add("timestamp", DataTypes.TimestampType)
            .add("local", DataTypes.TimestampNTZType)
            .add("duration", DayTimeIntervalType.apply())
            .add("period", YearMonthIntervalType.apply())
            .add("money", DataTypes.createDecimalType(10, 2))
            .add("huge", DataTypes.createDecimalType(38, 5))
            .add("text", DataTypes.StringType)
            .add("bytes", DataTypes.BinaryType)
            .add("numbers", DataTypes.createArrayType(DataTypes.LongType))
            .add("texts", DataTypes.createArrayType(DataTypes.StringType))
            .add("map", DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType))
            .add("pair", PAIR)
            .add("pairs", DataTypes.createArrayType(PAIR))
            .add(
                "deep",
                DataTypes.createMapType(
                    DataTypes.IntegerType,
                    DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.DateType))))
            .add("nothing", DataTypes.NullType);
    Object[][] values = {
      {true, null, false},
      {Byte.MIN_VALUE, (byte) 5, null},
      {Short.MAX_VALUE, null, (short) -1},
      {1, Integer.MIN_VALUE, 3},
      {Long.MAX_VALUE, null, -2L},
      {1.5f, Float.NaN, null},
      {Math.PI, null, Double.NEGATIVE_INFINITY},
      {date("2024-02-29", java8Time), null, date("1500-01-01", java8Time)},
      {
        time("2024-02-29T12:34:56.123456Z", java8Time),
        time("1600-01-01T00:00:00Z", java8Time),
        null
      },
      {
        LocalDateTime.parse("2024-02-29T12:34:56.123456"),
        null,
        LocalDateTime.parse("1600-01-01T00:00")
      },
      {Duration.ofSeconds(5, 1000), Duration.ofSeconds(-5, 1000), null},
      {Period.of(1, 2, 0), null, Period.of(-1, -2, 0)},
      {new BigDecimal("12345678.90"), null, new BigDecimal("-0.01")},
      {
        new BigDecimal("123456789012345678901234567890123.12345"),
        new BigDecimal("-123456789012345678901234567890123.12345"),
        null
      },
      {"héllo 🎈", "", null},
      {"abc".getBytes(StandardCharsets.UTF_8), null, new byte[0]},
      {SparkValues.array(1L, null, 3L), SparkValues.array(), null},
      {null, SparkValues.array("a", "bc"), SparkValues.array((Object) null)},
      {map("a", 1.0, "b", null), null, map()},
      {pair(1, "x"), null, pair(null, null)},
      {SparkValues.array(pair(1, "x"), null), null, SparkValues.array()},
      {
        map(1, SparkValues.array(SparkValues.array(date("2000-01-01", java8Time), null), null)),
        null,
        map(2, null)
      },
      {null, null, null},
    };
    for (int i = 0; i < values.length; i++) {
      columns.put(type.fields()[i], Arrays.asList(values[i]));
    }
    return columns;
  }

  private static Object date(String date, boolean java8Time) {
    return java8Time ? LocalDate.parse(date) : Date.valueOf(date);
  }

  private static Object time(String instant, boolean java8Time) {
    return java8Time ? Instant.parse(instant) : Timestamp.from(Instant.parse(instant));
  }

  private static Row pair(@Nullable Object x, @Nullable Object y) {
    return new GenericRowWithSchema(new @Nullable Object[] {x, y}, PAIR);
  }

  private static Object map(@Nullable Object... keysAndValues) {
    Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return SparkValues.mapOf(map);
  }

  /** The type of all columns together. */
  public static StructType type() {
    return new StructType(columns(true).keySet().toArray(new StructField[0]));
  }

  /** Three rows of that type. */
  public static List<Row> rows(boolean java8Time) {
    List<List<@Nullable Object>> columns = new ArrayList<>(columns(java8Time).values());
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < 3; row++) {
      @Nullable Object[] values = new Object[columns.size()];
      for (int column = 0; column < values.length; column++) {
        values[column] = columns.get(column).get(row);
      }
      rows.add(new GenericRowWithSchema(values, type()));
    }
    return rows;
  }
}
